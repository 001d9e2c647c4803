/** A reader of PNG files: 8 bits a channel, RGB or RGBA, not interlaced, any filter. See the PNG specification, sections 5 and 9. */
import { inflateSync } from 'node:zlib'

export interface Picture {
  readonly width: number
  readonly height: number
  /** Red, green, blue and opacity of each pixel, row by row from the top. */
  readonly data: Uint8Array
}

const signature = '89504e470d0a1a0a'

/** The picture in the bytes of a PNG file. @throws {Error} If they are no PNG file, or one of another kind. */
export function readPng(bytes: Buffer): Picture {
  if (bytes.toString('hex', 0, 8) !== signature) throw new Error('not a PNG file: it does not begin with the signature')
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)]
  const [depth, colourType, , , interlaced] = bytes.subarray(24, 29)
  const channels = colourType === 6 ? 4 : 3
  if (depth !== 8 || (colourType !== 2 && colourType !== 6) || interlaced !== 0)
    throw new Error(
      `a PNG file of colour type ${colourType}, ${depth} bits, interlacing ${interlaced}; this reads types 2 and 6, 8 bits, no interlacing`,
    )
  const rows = unfiltered(inflateSync(packedOf(bytes)), width * channels, channels)
  const data = new Uint8Array(width * height * 4).fill(255)
  for (let pixel = 0; pixel < width * height; pixel++) data.set(rows.subarray(pixel * channels, (pixel + 1) * channels), pixel * 4)
  return { width, height, data }
}

/** What the IDAT chunks hold, joined. */
function packedOf(bytes: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 8; at + 12 <= bytes.length; at += bytes.readUInt32BE(at) + 12)
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  return Buffer.concat(parts)
}

/** Rows of `length` bytes, each after the number of its filter, as they were before they were filtered. */
function unfiltered(filtered: Uint8Array, length: number, channels: number): Uint8Array {
  const rows = new Uint8Array((filtered.length / (length + 1)) * length)
  for (let i = 0; i < rows.length; i++) {
    const [y, x] = [Math.floor(i / length), i % length]
    const left = x < channels ? 0 : (rows[i - channels] ?? 0)
    const above = rows[i - length] ?? 0
    const corner = x < channels ? 0 : (rows[i - length - channels] ?? 0)
    const guesses = [0, left, above, (left + above) >> 1, paeth(left, above, corner)]
    rows[i] = (filtered[y * (length + 1) + 1 + x] ?? 0) + (guesses[filtered[y * (length + 1)] ?? 0] ?? 0)
  }
  return rows
}

/** Of three neighbours, the one closest to `left + above - corner`. */
function paeth(left: number, above: number, corner: number): number {
  const [toLeft, toAbove, toCorner] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)]
  if (toLeft <= toAbove && toLeft <= toCorner) return left
  return toAbove <= toCorner ? above : corner
}
