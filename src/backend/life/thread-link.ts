/** The channel to a worker that is a thread. All that it prints comes by this way too, in its place among what it says. */
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Letter } from '../../codec/wire.js'
import type { Print, Printed } from '../../worker/printed.js'
import { DrainGate, isFull, writeOut } from '../output/own-output.js'
import { type TakeLines, WorkerOutput } from '../output/worker-output.js'

/** Who hears a thread. */
export interface ThreadHearer {
  received(letter: Letter): void
  readonly printed: TakeLines
}

/** A message, and whether it tells that calls are over which had printed something; or something printed. */
type Message = (Letter & { readonly printed?: Printed }) | { readonly print: Print }

export class ThreadLink {
  /** The thread's end. */
  readonly far: MessagePort
  readonly #port: MessagePort
  readonly #hearer: ThreadHearer
  readonly #output: WorkerOutput
  readonly #gate = new DrainGate()

  constructor(hearer: ThreadHearer) {
    const { port1, port2 } = new MessageChannel()
    this.far = port2
    this.#port = port1
    this.#hearer = hearer
    this.#output = new WorkerOutput(hearer.printed, { write: writeOut, isFull })
    port1.on('message', (message: Message) => this.#receive(message))
    port1.unref()
  }

  /** @param given Memory that is the thread's from then on. */
  post(letter: Letter, given: readonly ArrayBuffer[]): void {
    this.#port.postMessage(letter, given)
  }

  /** The thread is dead: what it said before is still in the port. */
  readLastWords(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port))
      this.#receive(next.message as Message)
    this.#output.settle()
    this.#gate.open()
  }

  close(): void {
    this.#port.close()
  }

  #receive(message: Message): void {
    if ('print' in message) return this.#output.addPrint(message.print)
    if (message.printed !== undefined) this.#output.settle()
    this.#gate.pass(message.printed !== undefined, () => this.#hearer.received(message))
  }
}
