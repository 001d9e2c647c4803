/** A process of its own for one call. It starts at once; the call follows when it is described. */
import type { ChildProcess } from 'node:child_process'
import { decode, type Envelope, encode } from '../../codec/wire.js'
import { cpuCount } from '../../cpu.js'
import type { Describer } from '../../function/describe/describe.js'
import { noteCallSites } from '../../function/engine/call-sites.js'
import { entryUrls } from '../../function/found/entry.js'
import { refersTo } from '../../function/found/module-of.js'
import { ownFile } from '../../function/found/own-file.js'
import { neitherWay } from '../../function/found/unloadable.js'
import type { Parcel } from '../../function/parcel/parcel.js'
import { loading } from '../../loading.js'
import type { AnyFunction } from '../../task.js'
import { workerContext } from '../../worker/context.js'
import type { SetupReply } from '../../worker/messages.js'
import { isSurelyPlain } from '../../worker/pack.js'
import type { ProcessSetup } from '../../worker/run-process.js'
import { unpackError } from '../../worker/unpack.js'
import type { WorkerLoss } from '../backend.js'
import { processFlags } from '../launch/exec-argv.js'
import { checkWorkerFile } from '../launch/worker-file.js'
import type { ResolvedWorkerOptions } from '../worker-options.js'
import { noteProcess } from './grandchildren.js'

/** What is to be called, and how the process is started. */
export interface ProcessCall extends Pick<ResolvedWorkerOptions, 'env' | 'execArgv' | 'resourceLimits' | 'workerUrl'> {
  readonly name: string
  readonly target: AnyFunction
  readonly args: readonly unknown[]
}

type Call = readonly [target: Parcel, args: Parcel]

// Whatever ends this program ends them; those of a program that is killed see it by themselves.
const alive = new Set<ChildProcess>()

export class CallProcess {
  /** How it ended. Rejects if it could not be started, or its call cannot travel. */
  readonly ended: Promise<WorkerLoss>
  readonly #child: ChildProcess
  readonly #call: ProcessCall

  /** @throws {OptionError} If the worker file is not there. */
  constructor(call: ProcessCall) {
    noteCallSites()
    // Changed later, they would arrive as they are then; what is no plain data is described later.
    this.#call = isSurelyPlain(call.args) ? { ...call, args: decode(encode(call.args, false)) as readonly unknown[] } : call
    this.#child = spawnNode(call)
    const ended = watch(this.#child)
    this.ended = this.#handOver().then(
      () => ended,
      (error: unknown) => this.#refuse(error, ended),
    )
    this.ended.catch(() => undefined)
  }

  /** Undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid
  }

  /** Whether this program waits for it before it ends. */
  hold(holds: boolean): void {
    if (holds) this.#child.ref()
    else this.#child.unref()
    if (!holds) this.#child.channel?.unref()
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.#child.kill(signal)
  }

  async #handOver(): Promise<void> {
    const { name, target, args } = this.#call
    // The process boots meanwhile.
    const { createDescriber, prepareDescribe } = await loading(() => import('../../function/describe/describe.js'))
    await prepareDescribe()
    const describer = createDescriber()
    const parcels = [describer.describe(target, ''), describer.describe(args, `the arguments of process '${name}'`)] as const
    const reply = await this.#ask(parcels)
    if (reply?.ok === false) await this.#sendByValue(parcels, reply, describer)
  }

  /** What the process could not load by name. */
  async #sendByValue([target, args]: Call, { error, module = '' }: SetupReply & { ok: false }, describer: Describer): Promise<void> {
    const { createReviver } = await loading(() => import('../../function/revive/revive.js'))
    const told = await unpackError(error, createReviver())
    const byValue = (parcel: Parcel) => (refersTo(parcel, module) ? describer.redescribe(parcel, module) : parcel)
    try {
      const again = [await byValue(target), await byValue(args)] as const
      if (again.some((parcel) => refersTo(parcel, module)))
        throw new Error('it uses more of the module than its functions; export those alone')
      await this.#ask(again)
    } catch (cause) {
      throw neitherWay(
        `the call of process '${this.#call.name}'`,
        { module, why: told instanceof Error ? told.message : String(told) },
        cause,
      )
    }
  }

  /** Send the call. @returns What the process says to it; undefined if it ended. */
  #ask([target, args]: Call): Promise<SetupReply | undefined> {
    const child = this.#child
    const setup: ProcessSetup = {
      name: this.#call.name,
      depth: (workerContext()?.depth ?? 0) + 1,
      cpus: workerContext()?.cpus ?? cpuCount(),
      entryUrls: entryUrls(),
      target,
      args,
    }
    return new Promise((resolve) => {
      const hear = (envelope: Envelope) => done(decode(envelope) as SetupReply)
      const ended = () => done(undefined)
      const done = (reply: SetupReply | undefined) => {
        child.off('message', hear).off('exit', ended)
        resolve(reply)
      }
      child.once('message', hear).once('exit', ended)
      child.send(encode(setup, false), (error) => error !== null && done(undefined))
    })
  }

  /** Its call cannot be made. */
  async #refuse(error: unknown, ended: Promise<WorkerLoss>): Promise<never> {
    this.#child.kill('SIGKILL')
    await ended.catch(() => undefined)
    throw error
  }
}

function spawnNode({ env, execArgv, resourceLimits, workerUrl = ownFile('worker') }: ProcessCall): ChildProcess {
  checkWorkerFile(workerUrl, 'Process')
  const { spawn } = process.getBuiltinModule('node:child_process')
  const script = `import(${JSON.stringify(workerUrl.href)}).then(({ runProcess }) => runProcess())`
  return spawn(process.execPath, [...processFlags(process.execArgv, execArgv, resourceLimits), '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    serialization: 'advanced',
    env: { ...process.env, ...env },
  })
}

function watch(child: ChildProcess): Promise<WorkerLoss> {
  const forget = noteProcess(child.pid ?? 0)
  if (alive.size === 0) process.once('exit', endAll)
  alive.add(child)
  return new Promise<WorkerLoss>((resolve, reject) => {
    child.on('error', reject)
    child.once('exit', (exitCode, signal) => resolve({ exitCode: exitCode ?? undefined, signal: signal ?? undefined }))
  }).finally(() => {
    forget()
    alive.delete(child)
    if (alive.size === 0) process.off('exit', endAll)
  })
}

function endAll(): void {
  for (const child of alive) child.kill('SIGTERM')
}
