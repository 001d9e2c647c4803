/**
 * What this worker prints, on its way to its program. Worker-safe.
 *
 * A thread sends it beside its replies, on the same port, so that it is there before them; the streams that Node gives a thread keep all but the
 * first piece to themselves until the task lets the event loop turn. A process writes to its pipes, and counts what it has written.
 */
import { frameHead, type PrintingCall, type StreamNumber } from './print-frames.js'

/** Bytes written so far to the pipes of stdout and stderr: none, on threads. */
export type Printed = readonly [out: number, err: number]

/** Text that a thread printed. */
export interface Print {
  readonly stream: StreamNumber
  readonly text: string | Uint8Array
  /** The task that printed it, if anybody wants to know. */
  readonly call: PrintingCall | undefined
}

/** How much has been printed, if that is more than was told before. */
export type TakePrinted = () => Printed | undefined

type Write = (...args: unknown[]) => boolean

/** In a thread: send all that is printed. @param callNow The task that runs, where its run wants to know who prints. */
export function sendPrinted(send: (print: Print) => void, callNow: () => PrintingCall | undefined): TakePrinted {
  let told = true
  replaceWrites((stream, write) => (...args) => {
    const { text, encoding, done } = read(args)
    const target = streams[stream]()
    if (text === undefined || target.destroyed || target.writableEnded) return write(...args)
    told = false
    const isUtf8 = typeof text !== 'string' || encoding === undefined || /^utf-?8$/i.test(encoding)
    send({ stream, text: isUtf8 ? text : Buffer.from(text, encoding), call: callNow() })
    if (done !== undefined) process.nextTick(done)
    return true
  })
  return () => {
    if (told) return undefined
    told = true
    return [0, 0]
  }
}

/** In a process: count what is printed, and say who printed it. @param callNow As for {@link sendPrinted}. */
export function countPrinted(callNow: () => PrintingCall | undefined): TakePrinted {
  const counts: [number, number] = [0, 0]
  let told = 0
  // Else a worker that is killed takes with it what the pipe had no room for: of 20,000 lines before `process.exit`, 2,750 arrived.
  for (const stream of streams) blockWrites(stream())
  const writes = replaceWrites((stream, write) => (...args) => {
    const { text, encoding, done } = read(args)
    const call = text === undefined ? undefined : callNow()
    const bytes = text === undefined ? 0 : typeof text === 'string' ? Buffer.byteLength(text, encoding) : text.byteLength
    if (call === undefined || text === undefined || streams[0]().writableEnded) {
      counts[stream] += bytes
      return write(...args)
    }
    // Both streams by one pipe: so they stay in order.
    const head = frameHead(stream, call, bytes)
    counts[0] += head.length + bytes
    const piece = Buffer.concat([Buffer.from(head), typeof text === 'string' ? Buffer.from(text, encoding) : text])
    return writes[0](piece, done)
  })
  return () => {
    const total = counts[0] + counts[1]
    if (total === told) return undefined
    told = total
    return [...counts]
  }
}

const streams = [() => process.stdout, () => process.stderr] as const

/** Put something in the place of `write` of both streams. @returns What was there. */
function replaceWrites(instead: (stream: StreamNumber, write: Write) => Write): readonly [Write, Write] {
  const replaceIn = (number: StreamNumber): Write => {
    const stream = streams[number]()
    const write = stream.write.bind(stream) as Write
    Object.defineProperty(stream, 'write', { value: instead(number, write), configurable: true, writable: true })
    return write
  }
  return [replaceIn(0), replaceIn(1)]
}

function blockWrites(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (value: boolean) => void } }
  handle?.setBlocking?.(true)
}

interface Written {
  /** Undefined for what cannot be printed. */
  readonly text: string | Uint8Array | undefined
  readonly encoding: BufferEncoding | undefined
  readonly done: (() => void) | undefined
}

/** The arguments of a stream's `write`. */
function read([chunk, encoding, callback]: readonly unknown[]): Written {
  const done = typeof encoding === 'function' ? encoding : callback
  return {
    text: typeof chunk === 'string' || chunk instanceof Uint8Array ? chunk : undefined,
    encoding: typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : undefined,
    done: typeof done === 'function' ? (done as () => void) : undefined,
  }
}
