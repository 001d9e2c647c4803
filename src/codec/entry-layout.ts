/** Where things lie in the file of one result. The format is promised in docs/memory-format.md. Pure. */

/*
 * offset  size
 *      0     8  magic
 *      8     4  CRC-32 of all that follows; in format 2, up to the payload. One checksum, since small entries are read in microseconds and each costs 0.4
 *     12     1  format
 *     13     1  codec: 1 v8, 2 json
 *     14     1  compression: 0 none, 1 gzip, 2 brotli, 3 zstd
 *     15     1  0
 *     16     4  length of the key
 *     20     4  length of the metadata
 *     24     8  length of the payload, as it is stored (a double)
 *     32     8  length of the payload before compression (a double)
 *     40    16  format 2 only: the tag of the payload
 *               the key, the metadata (JSON), zeros up to a multiple of 8, the payload
 */
export const at = {
  checksum: 8,
  checked: 12,
  format: 12,
  codec: 13,
  compression: 14,
  key: 16,
  meta: 20,
  stored: 24,
  raw: 32,
  tag: 40,
} as const

/** The first has one checksum for all; in the second the payload, which is large, has its own, which is faster over many bytes. */
export const formats = { small: 1, large: 2 } as const

export const magic = Buffer.from('\x89JOBLET\n', 'latin1')

const tagBytes = 16

/** What comes before the key. */
export const headerBytesOf = (format: number): number => (format === formats.large ? at.tag + tagBytes : at.tag)

export const padded = (length: number): number => Math.ceil(length / 8) * 8
