/**
 * One worker, kept alive by tinypool: with `tinypool-options`, the only file that knows tinypool.
 *
 * A Tinypool of size one starts the worker and starts another when it dies. Its `run` is used once per worker life, to hand over a channel of
 * ours; batches then travel on that channel, because a `run` per batch costs a round trip between batches and leaves no way to say which call
 * is running. What tinypool gets wrong is mended here: a thread that calls `process.exit` is reported, a child gets its
 * environment and no open stdin.
 */
import type { ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads'
import type { Tinypool } from 'tinypool'
import type { Envelope, Letter } from '../../codec/wire.js'
import { clearTimeout, setTimeout } from '../../timers.js'
import type { Print, Printed } from '../../worker/printed.js'
import type { WorkerLoss } from '../backend.js'
import { startError } from '../launch/start-error.js'
import { loadTinypool, type TinypoolClass, tinypoolOptions, type WorkerKind } from '../launch/tinypool-options.js'
import { allowPipes, forwardOutput, newGate } from '../output/forward-output.js'
import type { OutputGate } from '../output/output-gate.js'
import { DrainGate, writeOut } from '../output/own-output.js'
import { Quiet } from '../output/quiet.js'
import { type TakeLines, WorkerOutput } from '../output/worker-output.js'
import { noteProcess } from './grandchildren.js'
import { heapSize, residentSize } from './memory-watch.js'

/** Who hears a worker. */
export interface WorkerOwner {
  received(letter: Letter): void
  /** The worker has ended; what it said before is being read. */
  dying(): void
  /** The worker ended, asked to or not, and has said all; another one is being started. */
  ended(how: WorkerLoss): void
  readonly printed: TakeLines
}

/** A worker's message, and how much had been printed by the calls that it tells of, where that has changed. */
type Message = Letter & { readonly printed?: Printed }

// How long a dead process's pipes may take to close, while this thread is free to read them.
const lastWordsMs = 50
// How long the end of a process may take to be told, once it cannot be written to.
const exitMs = 1_000
const brokenPipes = new Set<unknown>(['EPIPE', 'ECONNRESET', 'ERR_IPC_CHANNEL_CLOSED'])
const isBrokenPipe = (error: unknown): boolean => error instanceof Error && 'code' in error && brokenPipes.has(error.code)

type Receive = (message: Message | { readonly print: Print }) => void

type Process = { readonly process: ChildProcess }
type Thread = { readonly thread: Worker }

export class KeptWorker {
  readonly #kind: WorkerKind
  readonly #owner: WorkerOwner
  readonly #pool: Tinypool
  #port: MessagePort | undefined
  #attached: Process | Thread | undefined
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
   * @returns What the worker answers to `setup`.
   * @throws If the worker dies before it answers.
   */
  async attach(setup: Envelope): Promise<Envelope> {
    const output = new WorkerOutput(this.#owner.printed, writeOut)
    this.#loss = undefined
    if (this.#kind.runtime === 'processes') {
      const gate = newGate()
      const channel = {
        onMessage: (send: (message: unknown) => void) => (this.#send = send),
        postMessage: (message: unknown) => this.#heard(message, output, gate),
      }
      const answer = this.#pool.run({ setup }, { channel })
      this.#watchProcess(output, gate)
      return this.#answer(answer)
    }
    const { port1, port2 } = new MessageChannel()
    this.#port?.close()
    this.#port = port1
    const gate = new DrainGate()
    // All that a thread prints comes by this port, in its place among what it says.
    const receive: Receive = (message) => {
      if ('print' in message) return output.addPrint(message.print)
      if (message.printed !== undefined) output.settle()
      gate.pass(message.printed !== undefined, () => this.#owner.received(message))
    }
    port1.on('message', receive)
    port1.unref()
    const answer = this.#pool.run({ setup, port: port2 }, { transferList: [port2] })
    this.#watchThread(() => {
      drain(port1, receive)
      output.settle()
      gate.open()
    })
    return this.#answer(answer)
  }

  /** Send a message to the worker that was attached last. @param given Memory that is the worker's from then on, if that is a thread. */
  post(letter: Letter, given: readonly ArrayBuffer[]): void {
    if (this.#kind.runtime === 'threads') this.#port?.postMessage(letter, given)
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
    else void worker.thread.terminate()
  }

  /** End the worker and start no other. */
  async destroy(): Promise<void> {
    this.#port?.close()
    // A worker that fails while it is ended has ended, and tinypool has put another in its place.
    do {
      for (const worker of this.#pool.threads) mendOnce(worker as unknown as Process | Thread)
      await this.#pool.destroy().catch(() => undefined)
    } while (this.#pool.threads.length > 0)
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

  /** A message cannot be written to a process that dies, and that is told before its end is. */
  async #heardOfItsEnd(cause: unknown): Promise<void> {
    const worker = this.#attached
    if (this.#loss !== undefined || worker === undefined || !('process' in worker) || !isBrokenPipe(cause)) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, exitMs)
      worker.process.once('exit', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }

  #ended(how: WorkerLoss): void {
    this.#reject?.(new Error('it ended before it was ready'))
    this.#owner.ended(how)
  }

  #heard(message: unknown, output: WorkerOutput, gate: OutputGate): void {
    // A task may have sent it.
    const { joblet: letter, printed } = (message ?? {}) as { joblet?: Letter; printed?: Printed | null }
    if (letter === undefined) return
    gate.pass(printed ?? undefined, () => {
      if (printed != null) output.settle(printed)
      this.#owner.received(letter)
    })
  }

  #watchProcess(output: WorkerOutput, gate: OutputGate): void {
    const [worker] = this.#pool.threads as unknown as Process[]
    if (worker === undefined) return
    this.#attached = worker
    const endOutput = forwardOutput(worker.process, output, gate)
    // Nobody writes there: a task that reads finds the end, as on a thread, instead of waiting for ever.
    worker.process.stdin?.destroy()
    const forget = noteProcess(worker.process.pid ?? 0)
    worker.process.once('exit', (exitCode, signal) => {
      forget()
      const how = { exitCode: exitCode ?? undefined, signal: signal ?? undefined }
      this.#loss = how
      this.#owner.dying()
      // Its last words and messages are still being read; a grandchild may hold the pipes open for ever.
      const closed = () => {
        quiet.stop()
        worker.process.off('close', closed)
        endOutput()
        output.settle()
        gate.open()
        this.#ended(how)
      }
      const quiet = new Quiet(lastWordsMs, closed, () => false)
      quiet.start()
      worker.process.once('close', closed)
    })
  }

  #watchThread(readLastWords: () => void): void {
    const [kept] = this.#pool.threads
    const { thread } = (this.#attached = kept as unknown as Thread)
    let cause: unknown
    thread.once('error', (error) => {
      cause = error
      // tinypool tells of a start that failed before the thread has ended.
      this.#loss ??= { exitCode: 1, signal: undefined, cause }
    })
    thread.once('exit', (exitCode) => {
      this.#loss = { exitCode, signal: undefined, cause }
      // tinypool waits for ever for a thread that ended without an error, as `process.exit` makes it end.
      if (kept !== undefined && this.#pool.threads.includes(kept)) {
        kept.emit('error', new Error(`the worker thread exited with code ${exitCode}`))
      }
      this.#owner.dying()
      readLastWords()
      this.#ended(this.#loss)
    })
  }
}

/** tinypool waits for the end of a worker with `once`, which takes its listener back if that fails meanwhile; its workers know no such thing. */
function mendOnce(worker: Process | Thread): void {
  const emitter = 'process' in worker ? worker.process : worker.thread
  Object.assign(worker, { removeListener: emitter.removeListener.bind(emitter) })
}

/** What a dead thread said before it died is still in its port. */
function drain(port: MessagePort, receive: Receive): void {
  for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) receive(next.message as Message)
}
