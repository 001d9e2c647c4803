/** A worker's life: messages in, batches run in the order they came, replies out. Worker-safe. */
import { type Letter, type Make, open, seal } from '../codec/wire.js'
import { TaskTimeoutError } from '../errors.js'
import { nextTurn, setImmediate } from '../timers.js'
import { type Batch, indexOfCall, type LargeResults, type Reply } from './batch.js'
import type { BatchHost } from './batch-host.js'
import type { ClaimKeeper } from './claims.js'
import { createRunScope, type RunScope } from './functions.js'
import { LedgerKeeper } from './ledger.js'
import type { MemoryLimit } from './memory-limit.js'
import type { Drop, FromWorker, Stop, TaskProgress, ToWorker } from './messages.js'
import type { PrintingCall } from './print-frames.js'
import { defaultLargeResults, ResultCarrier } from './result-carrier.js'
import { runBatch } from './run-batch.js'
import { dropGoneArrivals } from './shared-watch.js'
import { unpackReason } from './stop-reason.js'
import type { StretchKeeper } from './stretch.js'
import { stopTask } from './task-context.js'
import { WaitingBatches } from './waiting-batches.js'

/** What a mailbox is given by the thread or process it lives in. */
export interface MailboxOptions {
  readonly workerId: number
  readonly state: unknown
  /** Threads: see {@link LedgerKeeper}. */
  readonly ledger: Int32Array | undefined
  /** Processes: where they write down what they begin. */
  readonly stretch?: StretchKeeper | undefined
  /** Processes: where they settle whether a batch that waits is theirs. */
  readonly claims?: ClaimKeeper | undefined
  readonly flushMs: number
  /** What the worker may use. */
  readonly memory?: MemoryLimit | undefined
  /** How large results travel, unless a batch says otherwise. */
  readonly largeResults?: LargeResults | undefined
  /** Whether the other side is a thread of this process. */
  readonly sharesMemory: boolean
  /** @param isOver Whether it tells that calls are over: what they printed comes first. */
  post(letter: Letter, isOver: boolean): void
}

export class Mailbox implements BatchHost {
  readonly workerId: number
  readonly state: unknown
  readonly flushMs: number
  readonly listen: (() => Promise<void>) | undefined
  readonly isFull: ((atMs: number) => boolean) | undefined
  readonly #options: MailboxOptions
  readonly #ledger: LedgerKeeper | undefined
  readonly #scopes = new Map<number, RunScope>()
  readonly #waiting = new WaitingBatches()
  #running: Batch | undefined
  /** The call of the running batch that began last, and the first that will not. */
  #at = -1
  #limit = 0
  /** Whether the next batch is about to begin: never two at once. */
  #isDue = false
  #droppedWhileRunning: number | undefined

  constructor(options: MailboxOptions) {
    const { workerId, state, flushMs, ledger, memory } = options
    this.workerId = workerId
    this.state = state
    this.flushMs = flushMs
    this.#options = options
    this.#ledger = ledger && new LedgerKeeper(ledger)
    // A thread hears of what matters while it runs from the ledger.
    this.listen = ledger === undefined ? nextTurn : undefined
    this.isFull = memory && ((atMs) => memory.isPassed(atMs))
  }

  /** A message arrived. */
  receive(letter: Letter): void {
    const message = open(letter) as ToWorker
    switch (message.type) {
      case 'drop':
        return this.#drop(message)
      case 'stop':
        return this.#stop(message)
      case 'forget':
        return this.#forgetAll(message.runs)
      case 'give-back':
        return this.#giveBack(message.batch)
      case 'batch':
        if (message.forget !== undefined) this.#forgetAll(message.forget)
        this.#waiting.add(message)
        // A batch that was taken back meanwhile finds that out from the ledger, so a thread need not read on first.
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
    this.#options.stretch?.begin(at, atMs)
    return this.#ledger === undefined || this.#ledger.mayBegin(at)
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
    if (make !== 'any') return this.#options.post(seal(reply, make, this.#options.sharesMemory), true)
    const { run, largeResults = this.#options.largeResults ?? defaultLargeResults } = this.#running ?? { run: 0 }
    const carrier = new ResultCarrier(run, largeResults, this.#options.sharesMemory)
    const letter = seal(reply, make, this.#options.sharesMemory, carrier)
    carrier.finish()
    this.#options.post(letter, true)
  }

  /** Messages that wait are read first, so that a batch that was dropped meanwhile does not begin. */
  #soon(): void {
    if (this.#isDue || this.#running !== undefined || this.#waiting.isEmpty) return
    this.#isDue = true
    setImmediate(() => {
      this.#isDue = false
      void this.#runNext()
    })
  }

  async #runNext(): Promise<void> {
    const batch = this.#waiting.next()
    if (batch === undefined) return
    this.#running = batch
    this.#at = -1
    const calls = this.#waiting.callsOf(batch)
    this.#limit = batch.waits !== true || (this.#options.claims?.claim(batch.id, batch.entry ?? 0) ?? true) ? calls : 0
    this.#ledger?.enter(batch.id, batch.entry ?? 0)
    this.#options.stretch?.enter(batch.id)
    if (batch.alone === true) this.#mark(0, false)
    else if (batch.timeouts !== undefined) this.#mark(-1, false)
    const scope = this.#scopes.get(batch.run) ?? createRunScope()
    this.#scopes.set(batch.run, scope)
    await runBatch(batch, scope, this)
    this.#running = undefined
    this.#ledger?.leave()
    if (this.#options.memory?.isToBeTold() === true) this.#post({ type: 'full' })
    if (this.#droppedWhileRunning !== undefined) this.#forget(this.#droppedWhileRunning)
    this.#soon()
  }

  /** Another worker has nothing to do: half of what has not begun of the batch that runs is for that one, or all of a batch that waits. */
  #giveBack(id: number): void {
    if (this.#running?.id === id) {
      const from = this.#limit - Math.ceil((this.#limit - this.#at - 1) / 2)
      if (from >= this.#limit) return
      this.#limit = from
      this.#post({ type: 'given', batch: id, from })
      return
    }
    if (this.#waiting.empty(id)) this.#post({ type: 'given', batch: id, from: 0 })
  }

  /** The call that runs took too long. Those after it run elsewhere. */
  #stop({ batch, at, timeoutMs }: Stop): void {
    if (this.#running?.id !== batch) return
    this.#limit = Math.min(this.#limit, at + 1)
    stopTask(new TaskTimeoutError(`task ${indexOfCall(this.#running, at)}`, timeoutMs))
  }

  #drop({ run, reason }: Drop): void {
    this.#waiting.drop(run)
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
