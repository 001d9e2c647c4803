/** Large memory on its way: it travels beside the bytes of a message, so that it is copied no more often than it has to be. Worker-safe. */
import { readCrateFile, readSharedFile } from './crate-file.js'
import { arrived, type SharedCrate } from './shared-memory.js'

/** What a message's bytes point to by number. */
export type Crate =
  /** Each reader takes a copy. The memory is shared; a view names it, since the wire refuses a bare SharedArrayBuffer. */
  | { readonly kind: 'copied'; readonly from: Uint8Array<SharedArrayBuffer> }
  /** Each reader reads the file; `once`: then it is removed. */
  | { readonly kind: 'filed'; readonly file: string; readonly bytes: number; readonly once?: boolean }
  /** The one reader's own. */
  | GivenCrate
  | SharedCrate

export interface GivenCrate {
  readonly kind: 'given'
  buffer: ArrayBuffer
}

/** Decides what of a message travels beside its bytes. */
export interface Carrier {
  /** Whether to ask about this buffer, which no view on the whole of it brings up. */
  wantsBare(buffer: ArrayBuffer): boolean
  /** The crate for this part of a buffer; undefined: it travels in the message. */
  crateFor(buffer: ArrayBuffer, offset: number, length: number): Crate | undefined
  /** The crate for memory that `shared` made; undefined: as any shared memory does. */
  crateForShared(buffer: SharedArrayBuffer): SharedCrate | undefined
}

/** The memory that a crate brings. @throws {Error} If its file cannot be read. */
export function unpackCrate(crate: Crate): ArrayBuffer | SharedArrayBuffer {
  switch (crate.kind) {
    case 'copied':
      return ownMemory(crate.from)
    case 'filed':
      return readCrateFile(crate)
    case 'given':
      return crate.buffer
    case 'shared':
      return arrived(crate, readSharedFile)
  }
}

/** A copy with a buffer of its own; not filled with zeros first. */
export function ownMemory(bytes: Uint8Array): ArrayBuffer {
  const copy = Buffer.allocUnsafeSlow(bytes.byteLength)
  copy.set(bytes)
  return copy.buffer as ArrayBuffer
}
