/**
 * One worker, kept alive by tinypool: with `tinypool-options`, the only file that knows tinypool.
 *
 * A Tinypool of size one starts the worker and starts another when it dies. Its `run` is used once per worker life, to hand over a channel of
 * ours; batches then travel on that channel, because a `run` per batch costs a round trip between batches and leaves no way to say which call
 * is running. What tinypool gets wrong is mended here: a thread that calls `process.exit` is reported, and a worker that fails while it is ended
 * is ended all the same. What a worker says, prints and dies of is read by `thread-link` and `process-link`.
 */
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import type { Tinypool } from 'tinypool'
import type { Envelope, Letter } from '../../codec/wire.js'
import type { WorkerLoss } from '../backend.js'
import { startError } from '../launch/start-error.js'
import { loadTinypool, type TinypoolClass, tinypoolOptions, type WorkerKind } from '../launch/tinypool-options.js'
import { allowPipes } from '../output/forward-output.js'
import type { TakeLines } from '../output/worker-output.js'
import type { LoadGate } from './load-gate.js'
import { heapSize, residentSize } from './memory-watch.js'
import { endTold, isBrokenPipe, ProcessLink } from './process-link.js'
import { ThreadLink } from './thread-link.js'

/** Who hears a worker. */
export interface WorkerOwner {
  received(letter: Letter): void
  /** The worker has ended; what it said before is being read. */
  dying(): void
  /** The worker ended, asked to or not, and has said all; another one is being started. */
  ended(how: WorkerLoss): void
  readonly printed: TakeLines
}

type Process = { readonly process: ChildProcess }
type Thread = { readonly thread: Worker }

export class KeptWorker {
  readonly #kind: WorkerKind
  readonly #owner: WorkerOwner
  readonly #pool: Tinypool
  #link: ThreadLink | undefined
  #attached: Process | Thread | undefined
  #gate: LoadGate | undefined
  #loss: WorkerLoss | undefined
  #reject: ((error: Error) => void) | undefined
  #send: ((message: { readonly joblet: Letter }) => void) | undefined

  private constructor(Pool: TinypoolClass, kind: WorkerKind, owner: WorkerOwner) {
    allowPipes()
    this.#kind = kind
    this.#owner = owner
    this.#pool = new Pool({ ...tinypoolOptions(kind), filename: fileURLToPath(kind.workerUrl) })
    // An idle worker's death is told here too; without a listener it would end the program.
    this.#pool.on('error', () => undefined)
  }

  /** Start a worker. */
  static async start(kind: WorkerKind, owner: WorkerOwner): Promise<KeptWorker> {
    return new KeptWorker(await loadTinypool(kind.workerUrl), kind, owner)
  }

  /**
   * Open the channel to the worker that runs now.
   *
   * @param gate Threads: where they tell that they load files.
   * @returns What the worker answers to `setup`.
   * @throws If the worker dies before it answers.
   */
  async attach(setup: Envelope, gate?: LoadGate): Promise<Envelope> {
    this.#loss = undefined
    this.#gate = gate
    return this.#answer(this.#kind.runtime === 'processes' ? this.#attachProcess(setup) : this.#attachThread(setup))
  }

  /** Send a message to the worker that was attached last. @param given Memory that is the worker's from then on, if that is a thread. */
  post(letter: Letter, given: readonly ArrayBuffer[]): void {
    if (this.#kind.runtime === 'threads') this.#link?.post(letter, given)
    else this.#send?.({ joblet: letter })
  }

  /** What the worker uses, in bytes, as far as one can tell while it is busy. */
  memoryUsed(): number | undefined | Promise<number | undefined> {
    const worker = this.#attached
    if (worker === undefined) return undefined
    return 'process' in worker ? residentSize(worker.process.pid) : heapSize(worker.thread)
  }

  /** End the worker that was attached last, whatever it is doing; `ended` follows. If it has just failed, tinypool starts another already. */
  kill(): void {
    const worker = this.#attached
    if (worker === undefined) return
    if ('process' in worker) worker.process.kill('SIGKILL')
    else this.#gate?.shut(() => void worker.thread.terminate())
  }

  /** End the worker and start no other. */
  async destroy(): Promise<void> {
    await this.#gate?.closed()
    this.#link?.close()
    // A worker that fails while it is ended has ended, and tinypool has put another in its place.
    do {
      for (const worker of this.#pool.threads) mendOnce(worker as unknown as Process | Thread)
      await this.#pool.destroy().catch(() => undefined)
    } while (this.#pool.threads.length > 0)
  }

  #attachProcess(setup: Envelope): Promise<unknown> {
    const link = new ProcessLink({
      received: (letter) => this.#owner.received(letter),
      dying: (how) => {
        this.#loss = how
        this.#owner.dying()
      },
      ended: (how) => this.#ended(how),
      printed: this.#owner.printed,
    })
    const channel = {
      onMessage: (send: (message: unknown) => void) => (this.#send = send),
      postMessage: (message: unknown) => link.heard(message),
    }
    const answer = this.#pool.run({ setup }, { channel })
    const [worker] = this.#pool.threads as unknown as Process[]
    this.#attached = worker ?? this.#attached
    if (worker !== undefined) link.watch(worker.process)
    return answer
  }

  #attachThread(setup: Envelope): Promise<unknown> {
    const link = new ThreadLink(this.#owner)
    this.#link?.close()
    this.#link = link
    const answer = this.#pool.run({ setup, port: link.far }, { transferList: [link.far] })
    this.#watchThread(link)
    return answer
  }

  async #answer(answer: Promise<unknown>): Promise<Envelope> {
    // tinypool starts no other worker, and never answers, when one dies while it boots in the place of another.
    const died = new Promise<never>((_, reject) => {
      this.#reject = reject
    })
    try {
      return (await Promise.race([answer, died])) as Envelope
    } catch (cause) {
      await this.#heardOfItsEnd(cause)
      throw startError(this.#loss, cause)
    } finally {
      answer.catch(() => undefined)
      this.#reject = undefined
      // tinypool takes what a task posts by itself for an error.
      const [worker] = this.#pool.threads as unknown as Partial<Thread>[]
      worker?.thread?.removeAllListeners('message')
    }
  }

  async #heardOfItsEnd(cause: unknown): Promise<void> {
    const worker = this.#attached
    if (this.#loss === undefined && worker !== undefined && 'process' in worker && isBrokenPipe(cause)) await endTold(worker.process)
  }

  #ended(how: WorkerLoss): void {
    this.#reject?.(new Error('it ended before it was ready'))
    this.#owner.ended(how)
  }

  #watchThread(link: ThreadLink): void {
    const [kept] = this.#pool.threads
    const { thread } = (this.#attached = kept as unknown as Thread)
    let cause: unknown
    thread.once('error', (error) => {
      cause = error
      // tinypool tells of a start that failed before the thread has ended.
      this.#loss ??= { exitCode: 1, signal: undefined, cause }
    })
    const gate = this.#gate
    thread.once('exit', (exitCode) => {
      gate?.ended()
      this.#loss = { exitCode, signal: undefined, cause }
      // tinypool waits for ever for a thread that ended without an error, as `process.exit` makes it end.
      if (kept !== undefined && this.#pool.threads.includes(kept)) {
        kept.emit('error', new Error(`the worker thread exited with code ${exitCode}`))
      }
      this.#owner.dying()
      link.readLastWords()
      this.#ended(this.#loss)
    })
  }
}

/** tinypool waits for the end of a worker with `once`, which takes its listener back if that fails meanwhile; its workers know no such thing. */
function mendOnce(worker: Process | Thread): void {
  const emitter = 'process' in worker ? worker.process : worker.thread
  Object.assign(worker, { removeListener: emitter.removeListener.bind(emitter) })
}
