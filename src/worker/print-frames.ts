/**
 * How a process says which task printed what: a head before each piece of text, in the pipe itself. So text and its task arrive together, whatever
 * becomes of the worker afterwards, and both of its streams in the order in which they were written. Pure, and worker-safe.
 */

/** Which stream: stdout or stderr. */
export type StreamNumber = 0 | 1

/** A call of a batch. */
export interface PrintingCall {
  readonly batch: number
  /** Its position in the batch. */
  readonly at: number
}

/** The head of so many bytes. */
export const frameHead = (stream: StreamNumber, { batch, at }: PrintingCall, bytes: number): string =>
  `${start}${stream} ${batch} ${at} ${bytes}\n`

/** A piece of text from a pipe. */
export interface FrameText {
  readonly stream: StreamNumber
  readonly bytes: Uint8Array
  /** Undefined for what came without a head, such as what a native library wrote. */
  readonly call: PrintingCall | undefined
  /** How much the pipe had brought before, heads included. */
  readonly from: number
}

// No text has a NUL, so that one look at a chunk tells whether any head is in it.
const start = '\0joblet '
const startBytes = new TextEncoder().encode(start)
const longestHead = startBytes.length + 48
const newline = 10
const none = new Uint8Array(0)

interface Frame {
  readonly stream: StreamNumber
  readonly call: PrintingCall
  left: number
}

/** Takes apart what one pipe brings. */
export class FrameReader {
  readonly #stream: StreamNumber
  readonly #listener: (text: FrameText) => void
  #from = 0
  /** The beginning of what may become a head. */
  #held = none
  #frame: Frame | undefined

  /** @param stream What comes without a head belongs to this one. */
  constructor(stream: StreamNumber, listener: (text: FrameText) => void) {
    this.#stream = stream
    this.#listener = listener
  }

  /** More of it. */
  add(chunk: Uint8Array): void {
    let rest = this.#held.length === 0 ? chunk : joined(this.#held, chunk)
    this.#held = none
    while (rest.length > 0) {
      const taken = this.#frame === undefined ? this.#readOutside(rest) : this.#readFrame(this.#frame, rest)
      if (taken === 0) {
        this.#held = rest.slice()
        return
      }
      this.#from += taken
      rest = rest.subarray(taken)
    }
  }

  /** There is no more: what looked like a head is text. */
  end(): void {
    const held = this.#held
    this.#held = none
    this.#frame = undefined
    if (held.length > 0) this.#tell(held)
  }

  #readFrame(frame: Frame, bytes: Uint8Array): number {
    const text = bytes.subarray(0, frame.left)
    frame.left -= text.length
    if (frame.left === 0) this.#frame = undefined
    this.#listener({ stream: frame.stream, bytes: text, call: frame.call, from: this.#from })
    return text.length
  }

  /** @returns How many bytes were dealt with; 0 when more are needed to tell what they are. */
  #readOutside(bytes: Uint8Array): number {
    const from = bytes.indexOf(0)
    if (from !== 0) return this.#tell(from < 0 ? bytes : bytes.subarray(0, from))
    if (!startBytes.every((byte, i) => i >= bytes.length || bytes[i] === byte)) return this.#tell(bytes.subarray(0, 1))
    const end = bytes.subarray(0, longestHead).indexOf(newline)
    if (end < 0) return bytes.length < longestHead ? 0 : this.#tell(bytes.subarray(0, 1))
    const [, stream, batch, at, left] = headForm.exec(new TextDecoder().decode(bytes.subarray(startBytes.length, end))) ?? []
    if (stream === undefined) return this.#tell(bytes.subarray(0, 1))
    if (Number(left) > 0) {
      this.#frame = { stream: stream === '0' ? 0 : 1, call: { batch: Number(batch), at: Number(at) }, left: Number(left) }
    }
    return end + 1
  }

  #tell(bytes: Uint8Array): number {
    this.#listener({ stream: this.#stream, bytes, call: undefined, from: this.#from })
    return bytes.length
  }
}

const headForm = /^([01]) (\d{1,15}) (\d{1,15}) (\d{1,15})$/

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.length + b.length)
  all.set(a)
  all.set(b, a.length)
  return all
}
