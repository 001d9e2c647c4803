/** A worker's life: messages in, batches run in the order they came, replies out. Worker-safe. */
import { decode, type Envelope, encode } from '../codec/wire.js'
import { type Batch, controlCell, type FromWorker, type Reply, type ToWorker } from './batch.js'
import { createRunScope, type RunScope } from './functions.js'
import { type BatchHost, runBatch } from './run-batch.js'

/** What a mailbox is given by the thread or process it lives in. */
export interface MailboxOptions {
  readonly workerId: number
  readonly state: unknown
  readonly control: Int32Array | undefined
  readonly flushMs: number
  /** Whether the other side is a thread of this process. */
  readonly sharesMemory: boolean
  post(envelope: Envelope): void
}

export class Mailbox implements BatchHost {
  readonly workerId: number
  readonly state: unknown
  readonly flushMs: number
  readonly #options: MailboxOptions
  readonly #scopes = new Map<number, RunScope>()
  #waiting: Batch[] = []
  #running: Batch | undefined
  /** Whether the next batch is about to begin: never two at once. */
  #isDue = false
  #droppedWhileRunning: number | undefined

  constructor(options: MailboxOptions) {
    this.workerId = options.workerId
    this.state = options.state
    this.flushMs = options.flushMs
    this.#options = options
  }

  /** A message arrived. */
  receive(envelope: Envelope): void {
    const message = decode(envelope) as ToWorker
    if (message.type === 'drop') {
      this.#drop(message.run)
      return
    }
    for (const run of (message.type === 'forget' ? message.runs : message.forget) ?? []) this.#scopes.delete(run)
    if (message.type === 'forget') return
    this.#waiting.push(message)
    this.#soon()
  }

  started(at: number): void {
    const { control } = this.#options
    if (control !== undefined) control[controlCell.call] = at
    this.#mark(at, true)
  }

  over(at: number): void {
    this.#mark(at, false)
  }

  #mark(at: number, runs: boolean): void {
    const batch = this.#running
    if (batch?.timeouts !== undefined) this.#post({ type: 'mark', batch: batch.id, at, runs })
  }

  stopped(): boolean {
    const running = this.#running
    if (running === undefined || running.run === this.#droppedWhileRunning) return true
    const { control } = this.#options
    return control !== undefined && Atomics.load(control, controlCell.stop) === running.id
  }

  send(reply: Reply): void {
    this.#post(reply)
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
    this.#running = batch
    this.#announce(batch.id)
    if (batch.alone === true) this.#post({ type: 'mark', batch: batch.id, at: 0, runs: false })
    const scope = this.#scopes.get(batch.run) ?? createRunScope()
    this.#scopes.set(batch.run, scope)
    await runBatch(batch, scope, this)
    this.#running = undefined
    this.#announce(0)
    if (this.#droppedWhileRunning !== undefined) this.#forget(this.#droppedWhileRunning)
    this.#soon()
  }

  /** Say in shared memory which batch runs: it can be read there when this thread is dead. */
  #announce(batch: number): void {
    const { control } = this.#options
    if (control === undefined) return
    control[controlCell.call] = 0
    Atomics.store(control, controlCell.batch, batch)
  }

  #drop(run: number): void {
    this.#waiting = this.#waiting.filter((batch) => batch.run !== run)
    if (this.#running?.run === run) this.#droppedWhileRunning = run
    else this.#forget(run)
  }

  #forget(run: number): void {
    this.#droppedWhileRunning = undefined
    this.#scopes.delete(run)
    this.#post({ type: 'dropped', run })
  }

  #post(message: FromWorker): void {
    this.#options.post(encode(message, this.#options.sharesMemory))
  }
}
