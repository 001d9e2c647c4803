/** How much travels in one piece. Worker-safe and pure. */

/** Where a view may end, and so how large a piece of memory may be: its offset and length are 32 bits here as in messages of V8, which cut a larger one short without a word. */
export const maxPiece = 2 ** 32 - 1

/** Of a message to a process, or from one: at 2 GiB Node's channel breaks, and the process with it. */
export const maxMessage = 2 ** 31 - 2 ** 16

/** Node reads, writes and hashes less than 2 GiB at a time, and of what it wrote of several parts at once it counts no more, either. */
export const maxPart = 2 ** 30

/** How much of so many bytes is read or written next, if `at` are done. */
export const partAt = (at: number, bytes: number): number => Math.min(bytes - at, maxPart)

/** All of `bytes`, piece by piece: for what takes no more at once. */
export function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0, size = 0; at < bytes.byteLength; at += size) {
    size = partAt(at, bytes.byteLength)
    yield bytes.subarray(at, at + size)
  }
}

export const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`

/** What is wrong with a piece of memory that is too large to travel. */
export const tooLarge = (bytes: number): string => `memory of ${gigabytes(bytes)}: one piece holds less than 4 GiB (4.29 GB)`
