/** Text that comes in pieces, as whole lines. Pure. */

// A line that is longer goes on in parts: what waits is memory, and nobody may ever end it.
const longestBytes = 1 << 20
const newline = 10

export class LineBuffer {
  readonly #out: (lines: Uint8Array) => void
  #pieces: Uint8Array[] = []
  #bytes = 0

  /** @param out Is given one or more whole lines at a time, newlines included; of a line that is too long, or that nobody will end, a part. */
  constructor(out: (lines: Uint8Array) => void) {
    this.#out = out
  }

  /** Bytes that wait for the end of their line. */
  get waiting(): number {
    return this.#bytes
  }

  /** More of it. Each byte is looked at once, however long its line. */
  add(chunk: Uint8Array): void {
    const end = chunk.lastIndexOf(newline) + 1
    if (end > 0) this.#send(this.#take(chunk.subarray(0, end)))
    if (end === chunk.length) return
    this.#pieces.push(chunk.subarray(end))
    this.#bytes += chunk.length - end
    if (this.#bytes > longestBytes) this.#sendPart()
  }

  /** Whatever waits goes now. */
  flush(): void {
    this.#send(this.#take(none))
  }

  /** All that waits but a character that has not come in full. */
  #sendPart(): void {
    const bytes = this.#take(none)
    const end = wholeCharacters(bytes)
    this.#send(bytes.subarray(0, end))
    if (end === bytes.length) return
    this.#pieces = [bytes.subarray(end)]
    this.#bytes = bytes.length - end
  }

  #take(last: Uint8Array): Uint8Array {
    if (this.#bytes === 0) return last
    const all = new Uint8Array(this.#bytes + last.length)
    let at = 0
    for (const piece of this.#pieces) {
      all.set(piece, at)
      at += piece.length
    }
    all.set(last, at)
    this.#pieces = []
    this.#bytes = 0
    return all
  }

  #send(bytes: Uint8Array): void {
    if (bytes.length > 0) this.#out(bytes)
  }
}

const none = new Uint8Array(0)

/** How many of these bytes of UTF-8 are whole characters; all, if they are none at all. */
export function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte >= 0xc0) return back < lengthOf(byte) ? bytes.length - back : bytes.length
    if (byte < 0x80) return bytes.length
  }
  return bytes.length
}

const lengthOf = (firstByte: number): number => (firstByte >= 0xf0 ? 4 : firstByte >= 0xe0 ? 3 : 2)

/** The lines in what a {@link LineBuffer} gave, without their ends. */
export function linesIn(bytes: Uint8Array): string[] {
  const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}
