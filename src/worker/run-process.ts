/** A process that makes one call and ends: the far end of `backend/life/call-process`. Worker-safe. */
import { decode, type Envelope, encode } from '../codec/wire.js'
import { setEntryUrls } from '../function/found/entry.js'
import { unloadableModule } from '../function/found/unloadable.js'
import type { Parcel } from '../function/parcel/parcel.js'
import { createReviver } from '../function/revive/revive.js'
import type { AnyFunction } from '../task.js'
import { becomeWorker } from './context.js'
import { setLoading } from './functions.js'
import type { SetupReply } from './messages.js'
import { watchParent } from './orphan.js'
import { packError } from './pack.js'

/** What such a process is told. */
export interface ProcessSetup {
  readonly name: string
  readonly depth: number
  readonly cpus: number
  readonly entryUrls: readonly string[]
  readonly target: Parcel
  readonly args: Parcel
}

/** Wait for a setup, make its call, and end when nothing is left to do, as any program does. */
export function runProcess(): void {
  // Started and joined, a process takes 1.4 times as long as a bare fork, and 1.35 without the thread that this starts: without it, one in an
  // endless loop would outlive a program that is killed.
  watchParent(process.ppid)
  process.on('message', hear)
}

async function hear(envelope: Envelope): Promise<void> {
  const setup = decode(envelope) as ProcessSetup
  const { name, depth, cpus, entryUrls } = setup
  setEntryUrls(entryUrls)
  becomeWorker({ workerId: 0, depth, cpus, name, loading: false })
  try {
    const [target, args] = await revive(setup)
    reply({ ok: true })
    process.off('message', hear)
    process.channel?.unref()
    await (target as AnyFunction)(...(args as never[]))
  } catch (error) {
    const module = unloadableModule(error)
    if (module === undefined) return fail(name, error)
    // It comes once more, by value.
    reply({ ok: false, error: await packError(error), module })
  }
}

async function revive({ target, args }: ProcessSetup): Promise<readonly [unknown, unknown]> {
  const reviver = createReviver({ onLoad: setLoading })
  return [await reviver.revive(target), await reviver.revive(args)]
}

const reply = (message: SetupReply): void => void process.send?.(encode(message, false))

/** As Python does: the stack on stderr, and exit code 1. */
async function fail(name: string, error: unknown): Promise<void> {
  const { inspect } = await import('node:util')
  process.stderr.write(`Process ${name}:\n${inspect(error)}\n`, () => process.exit(1))
}
