/** The life of the worker in one slot: its start, the word it leaves in shared memory, its end. */

import type { Carrier } from '../../codec/crate.js'
import { decode, encode, type Letter, seal } from '../../codec/wire.js'
import { ContextError, ShippingError } from '../../errors.js'
import { clearTimeout, setTimeout, within } from '../../timers.js'
import { makeOf } from '../../worker/batch.js'
import { workerContext } from '../../worker/context.js'
import type { Ledger } from '../../worker/ledger.js'
import { MemoryLedger, newLedgerMemory } from '../../worker/memory-ledger.js'
import type { FromWorker, SetupReply, ToWorker, WorkerSetup } from '../../worker/messages.js'
import { defaultLargeResults } from '../../worker/result-carrier.js'
import type { Stretch } from '../../worker/stretch.js'
import type { WorkerLoss } from '../backend.js'
import { givenMemory, isGone } from '../freight/given-memory.js'
import { LedgerFile } from '../freight/ledger-file.js'
import { sharedOnly, tempFilesIn } from '../freight/temp-files.js'
import { setupInstead } from '../launch/initializer.js'
import { threadLimits } from '../launch/thread-limits.js'
import type { WorkerKind } from '../launch/tinypool-options.js'
import type { TakeLines } from '../output/worker-output.js'
import { endNoted, newNotebook } from './grandchildren.js'
import { KeptWorker } from './kept-worker.js'
import { LoadGate } from './load-gate.js'
import { MemoryWatch, type Watched } from './memory-watch.js'
import { readMessage } from './read-message.js'
import { unpackReply } from './unpack-reply.js'

/** Who hears the worker. */
export interface LifeOwner {
  received(message: FromWorker): void
  /** Whether a batch is there. */
  isBusy(): boolean
  /** The worker has ended; what it said before is being read. */
  dying(): void
  /** The worker is no more, or was given up. */
  ended(how: WorkerLoss): void
  readonly printed: TakeLines
}

// How long a worker that was ended may take to be gone.
const lingerMs = 1_000

// How long a thread that is to be closed may take to start first: Node (20 to 24) leaves a file open that a thread was loading when it ended.
// Of 100 pools that were closed after one short run, 5 left one.
const startMs = 300

export class WorkerLife {
  readonly #kind: WorkerKind
  #setup: WorkerSetup
  readonly #owner: LifeOwner
  readonly #sharesMemory: boolean
  readonly #carrier: Carrier | undefined
  #worker: KeptWorker | undefined
  #processes: Int32Array | undefined
  #shared: MemoryLedger | undefined
  readonly #file = new LedgerFile()
  #gate: LoadGate | undefined
  readonly #memory: MemoryWatch | undefined
  /** What the worker is being ended for. */
  #used: number | undefined
  #lingering: ReturnType<typeof setTimeout> | undefined
  #over = false
  #starting: Promise<unknown> | undefined

  constructor(kind: WorkerKind, setup: WorkerSetup, owner: LifeOwner) {
    const ours = workerContext()?.threadLimits
    const limits = kind.runtime === 'threads' ? ours : threadLimits(setup.cpus, { inherited: process.env, asked: kind.env, ours })
    this.#kind = kind.runtime === 'threads' ? kind : { ...kind, env: { ...limits, ...kind.env } }
    this.#setup = limits === undefined ? setup : { ...setup, threadLimits: limits }
    this.#owner = owner
    const { maxMemory } = kind
    this.#memory = maxMemory === undefined ? undefined : new MemoryWatch(maxMemory, this.#watched())
    this.#sharesMemory = kind.runtime === 'threads'
    this.#carrier = this.#sharesMemory ? undefined : sharedOnly
  }

  /**
   * Have a worker: the first one, or the one that tinypool has put in the place of the last.
   *
   * @returns What the worker says about its start.
   * @throws If it dies while it starts.
   */
  start(): Promise<SetupReply> {
    const starting = this.#start()
    this.#starting = starting.catch(() => undefined).then(() => (this.#starting = undefined))
    return starting
  }

  async #start(): Promise<SetupReply> {
    try {
      for (;;) {
        const worker = (this.#worker ??= await this.#newWorker())
        const reply = decode(await worker.attach(encode(this.#fullSetup(), this.#sharesMemory, this.#carrier), this.#gate)) as SetupReply
        this.#file.unname()
        const instead = await setupInstead(this.#setup, reply)
        if (instead === undefined) return reply
        this.#setup = instead
        await this.#leave()
      }
    } catch (error) {
      void this.#leave()
      throw error
    }
  }

  /** What the worker writes down as it goes; it can be read when the worker is dead. None, where a process got no file for it. */
  get ledger(): Ledger | undefined {
    return this.#shared ?? this.#file.ledger
  }

  /** Processes: the calls that may have run when the worker died. */
  get stretch(): Stretch | undefined {
    return this.#file.ledger?.stretch
  }

  /** Send a message. @throws What the wire cannot carry. */
  post(message: ToWorker): void {
    const given = message.type === 'batch' && message.moves === true ? givenMemory(message) : []
    if (isGone(given)) throw new ShippingError('cannot send a task twice: its moved arguments are gone')
    if (message.type === 'batch') this.#memory?.begin()
    const letter = seal(message, message.type === 'batch' ? makeOf(message) : 'flat', this.#sharesMemory, this.#carrier)
    this.#worker?.post('bytes' in letter && message.type === 'batch' ? { ...letter, batch: message.id } : letter, given)
  }

  /** End the worker, whatever it is doing. A thread in a call that cannot be interrupted is given up, and ends when that call does. */
  end(): void {
    this.#worker?.kill()
    this.#lingering = setTimeout(() => {
      void this.#leave()
      this.#ended({ exitCode: undefined, signal: undefined })
    }, lingerMs)
  }

  /** End the worker and have no other. */
  async close(): Promise<void> {
    this.#over = true
    this.#memory?.stop()
    clearTimeout(this.#lingering)
    if (this.#sharesMemory && this.#starting !== undefined) await within(startMs, this.#starting)
    await within(lingerMs, this.#leave())
  }

  async #newWorker(): Promise<KeptWorker> {
    // A worker that was given up may still speak.
    const ifOurs = (tell: () => void) => this.#worker === worker && tell()
    const worker: KeptWorker = await KeptWorker.start(this.#kind, {
      received: (letter: Letter) => ifOurs(() => this.#received(letter)),
      dying: () => ifOurs(() => this.#owner.dying()),
      ended: (how) => ifOurs(() => this.#ended(how)),
      printed: (lines) => this.#owner.printed(lines),
    })
    if (!this.#over) return worker
    await worker.destroy()
    throw new ContextError('cannot start a worker: its pool has been closed')
  }

  #received(letter: Letter): void {
    let message: FromWorker
    try {
      message = readMessage(letter)
    } catch {
      // A task sent what looks like ours, or somebody removed the file that a large result came in: as if the worker had died with it.
      this.#worker?.kill()
      return
    }
    this.#owner.received(message.type === 'reply' ? unpackReply(message) : message)
  }

  /** What the worker is told; a thread gets memory in which it leaves word, a process a file. */
  #fullSetup(): WorkerSetup {
    if (!this.#sharesMemory) {
      const largeResults = { ...defaultLargeResults, folders: tempFilesIn(undefined).folders }
      return { ...this.#setup, largeResults, ...this.#file.renew() }
    }
    this.#gate = new LoadGate()
    const ledger = newLedgerMemory()
    this.#shared = new MemoryLedger(ledger)
    this.#processes = newNotebook()
    return { ...this.#setup, ledger, loads: this.#gate.memory, processes: [...(workerContext()?.processes ?? []), this.#processes] }
  }

  #watched(): Watched {
    return {
      measure: () => this.#worker?.memoryUsed(),
      isBusy: () => this.#owner.isBusy(),
      passed: (bytes) => {
        this.#used = bytes
        this.#worker?.kill()
      },
    }
  }

  #ended(how: WorkerLoss): void {
    clearTimeout(this.#lingering)
    this.#memory?.stop()
    if (this.#processes !== undefined) endNoted(this.#processes)
    const { maxMemory: limit = 0 } = this.#kind
    const used = this.#used
    this.#used = undefined
    this.#owner.ended(used === undefined ? how : { ...how, memory: { used, limit } })
  }

  /** Give the worker up: whatever becomes of it is of no interest any more. */
  async #leave(): Promise<void> {
    const worker = this.#worker
    this.#worker = undefined
    this.#file.close()
    await worker?.destroy()
    if (this.#processes !== undefined) endNoted(this.#processes)
  }
}
