/** A worker's life: messages in, batches run in the order they came, replies out. Worker-safe. */
import { type Letter, type Make, open, seal } from '../codec/wire.js'
import { ShippingError, TaskTimeoutError } from '../errors.js'
import { nextTurn, setImmediate, setTimeout } from '../timers.js'
import { type Batch, indexOfCall, type LargeResults, type Reply } from './batch.js'
import type { BatchHost } from './batch-host.js'
import { createRunScope, type RunScope } from './functions.js'
import type { LedgerKeeper } from './ledger.js'
import type { MemoryLimit } from './memory-limit.js'
import type { Drop, FromWorker, Stop, TaskProgress, ToWorker, Unread } from './messages.js'
import type { PrintingCall } from './print-frames.js'
import { defaultLargeResults, ResultCarrier } from './result-carrier.js'
import { runBatch } from './run-batch.js'
import { dropGoneArrivals } from './shared-watch.js'
import { unpackReason } from './stop-reason.js'
import { longestMs } from './stretch.js'
import { stopTask } from './task-context.js'

/** What a mailbox is given by the thread or process it lives in. */
export interface MailboxOptions {
  readonly workerId: number
  readonly state: unknown
  /** Where it writes down what it begins; none, where a process could not open its file. */
  readonly ledger: LedgerKeeper | undefined
  readonly flushMs: number
  /** What the worker may use. */
  readonly memory?: MemoryLimit | undefined
  /** How large results travel, unless a batch says otherwise. */
  readonly largeResults?: LargeResults | undefined
  /** Whether the other side is a thread of this process. */
  readonly sharesMemory: boolean
  /** @param isOver Whether it tells that calls are over: what they printed comes first. @param given Memory that a thread hands over with it. */
  post(letter: Letter, isOver: boolean, given?: readonly ArrayBuffer[]): void
}

export class Mailbox implements BatchHost {
  readonly workerId: number
  readonly state: unknown
  readonly flushMs: number
  readonly listen: (() => Promise<void>) | undefined
  readonly waits: (() => void) | undefined
  readonly isFull: ((atMs: number) => boolean) | undefined
  readonly #options: MailboxOptions
  readonly #ledger: LedgerKeeper | undefined
  readonly #scopes = new Map<number, RunScope>()
  #waiting: (Batch | Unread)[] = []
  #running: Batch | undefined
  /** The call of the running batch that began last, and the first that will not. */
  #at = -1
  #limit = 0
  /** Whether the next batch is about to begin: never two at once. */
  #isDue = false
  #releaseTimer: ReturnType<typeof setTimeout> | undefined
  #droppedWhileRunning: number | undefined

  constructor(options: MailboxOptions) {
    const { workerId, state, flushMs, ledger, memory } = options
    this.workerId = workerId
    this.state = state
    this.flushMs = flushMs
    this.#options = options
    this.#ledger = ledger
    // A thread hears of what matters while it runs from the ledger.
    this.listen = options.sharesMemory ? undefined : nextTurn
    this.waits = ledger?.release === undefined ? undefined : () => this.#releaseSoon()
    this.isFull = memory && ((atMs) => memory.isPassed(atMs))
  }

  /** A message arrived. */
  receive(letter: Letter): void {
    const message = read(letter)
    switch (message.type) {
      case 'drop':
        return this.#drop(message)
      case 'stop':
        return this.#stop(message)
      case 'forget':
        return this.#forgetAll(message.runs)
      case 'unread':
        this.#waiting.push(message)
        return this.#soon()
      case 'batch':
        if (message.forget !== undefined) this.#forgetAll(message.forget)
        this.#waiting.push(message)
        // A batch that was taken back meanwhile finds that out from the ledger, so nothing need be read first.
        if (this.#ledger !== undefined && !this.#isDue && this.#running === undefined) void this.#runNext()
        else this.#soon()
    }
  }

  /** The call that runs, where its run wants to know who prints. */
  get printing(): PrintingCall | undefined {
    const batch = this.#running
    return batch?.output === true && this.#at >= 0 ? { batch: batch.id, at: this.#at } : undefined
  }

  mayBegin(at: number, atMs: number | undefined): boolean {
    if (at >= this.#limit) return false
    this.#at = at
    return this.#ledger === undefined || this.#ledger.mayBegin(at, atMs)
  }

  /** Calls behind one that is waited for are free to run elsewhere, also those that count as begun. */
  #releaseSoon(): void {
    this.#releaseTimer ??= setTimeout(() => {
      this.#releaseTimer = undefined
      if (this.#running !== undefined) this.#ledger?.release?.(this.#at)
    }, longestMs).unref()
  }

  started(at: number): void {
    this.#mark(at, true)
  }

  over(at: number): void {
    this.#mark(at, false)
  }

  #mark(at: number, runs: boolean): void {
    if (this.#running !== undefined) this.#post({ type: 'mark', batch: this.#running.id, at, runs })
  }

  reported(at: number, progress: TaskProgress): void {
    if (this.#running !== undefined) this.#post({ type: 'report', batch: this.#running.id, at, progress })
  }

  send(reply: Reply, make: Make): void {
    if (make !== 'any') {
      const { views } = reply.values
      const given = views === undefined ? undefined : [views.packed.buffer as ArrayBuffer]
      return this.#options.post(seal(reply, make, this.#options.sharesMemory), true, given)
    }
    const { run, largeResults = this.#options.largeResults ?? defaultLargeResults } = this.#running ?? { run: 0 }
    const carrier = new ResultCarrier(run, largeResults, this.#options.sharesMemory)
    const letter = seal(reply, make, this.#options.sharesMemory, carrier)
    carrier.finish()
    this.#options.post(letter, true)
  }

  /** Messages that wait are read first, so that a batch that was dropped meanwhile does not begin. */
  #soon(): void {
    if (this.#isDue || this.#running !== undefined || this.#waiting.length === 0) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      void this.#runNext()
    })
  }

  async #runNext(): Promise<void> {
    const batch = this.#waiting.shift()
    if (batch === undefined) return
    if (batch.type === 'unread') {
      this.#post(batch)
      return this.#soon()
    }
    this.#running = batch
    this.#at = -1
    this.#limit = batch.size
    this.#ledger?.enter(batch)
    if (batch.alone === true) this.#mark(0, false)
    else if (batch.timeouts !== undefined) this.#mark(-1, false)
    const scope = this.#scopes.get(batch.run) ?? createRunScope()
    this.#scopes.set(batch.run, scope)
    await runBatch(batch, scope, this)
    this.#running = undefined
    this.#ledger?.leave()
    if (this.#options.memory?.isToBeTold() === true || this.#ledger?.isBroken === true) this.#post({ type: 'full' })
    if (this.#droppedWhileRunning !== undefined) this.#forget(this.#droppedWhileRunning)
    this.#soon()
  }

  /** The call that runs took too long. Those after it run elsewhere. */
  #stop({ batch, at, timeoutMs }: Stop): void {
    if (this.#running?.id !== batch) return
    this.#limit = Math.min(this.#limit, at + 1)
    stopTask(new TaskTimeoutError(`task ${indexOfCall(this.#running, at)}`, timeoutMs))
  }

  #drop({ run, reason }: Drop): void {
    this.#waiting = this.#waiting.filter((batch) => batch.type === 'unread' || batch.run !== run)
    if (this.#running?.run !== run) return this.#forget(run)
    this.#droppedWhileRunning = run
    this.#limit = 0
    stopTask(unpackReason(reason))
  }

  #forget(run: number): void {
    this.#droppedWhileRunning = undefined
    this.#scopes.delete(run)
    dropGoneArrivals()
    this.#post({ type: 'dropped', run })
  }

  #forgetAll(runs: readonly number[]): void {
    for (const run of runs) this.#scopes.delete(run)
    dropGoneArrivals()
  }

  #post(message: FromWorker): void {
    this.#options.post(seal(message, 'flat', this.#options.sharesMemory), false)
  }
}

/** A message; one that could not be read has its answer in its place, which waits for its turn. @throws If it is no batch. */
function read(letter: Letter): ToWorker | Unread {
  try {
    return open(letter) as ToWorker
  } catch (error) {
    if (!('bytes' in letter) || letter.batch === undefined) throw error
    return {
      type: 'unread',
      batch: letter.batch,
      why: error instanceof ShippingError ? error.message : `cannot read a task: ${String(error)}`,
    }
  }
}
