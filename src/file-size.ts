/** How large a file may be that is read as a whole. */
import { constants } from 'node:buffer'
import { CodecError } from './errors.js'
import { gigabytes } from './limits.js'

// Beside the bytes, memory for a file holds what aligns them.
const maxBytes = constants.MAX_LENGTH - 4_096

/** @throws {CodecError} If this Node has no array that long: of 4 GiB on Node 20, of more than there is memory on later ones. */
export function checkFileSize(bytes: number): void {
  if (bytes > maxBytes)
    throw new CodecError(
      `cannot keep ${gigabytes(bytes)} in one file: this Node reads up to ${gigabytes(maxBytes)}; keep it in parts, or take a newer Node`,
    )
}
