/** The file of one result: whole, or a reason; never another value. */
import { createHash } from 'node:crypto'
import zlib from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type Compression, canCompress, readCompression } from '../../src/codec/compression.js'
import { encodeEntry, type NewEntry, type ReadEntry, readEntry } from '../../src/codec/entry.js'
import { EntrySum } from '../../src/codec/entry-sum.js'
import { decodeSections, encodeSections } from '../../src/codec/sections.js'
import { OptionError } from '../../src/errors.js'

const key = 'train-1a2b/0123456789abcdef/00ff'
const meta = { name: 'train', durationMs: 12.5, createdAtMs: 1_700_000_000_000, args: '({ n: 1 })' }

async function fileOf(value: unknown, more: Partial<NewEntry> = {}): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await encodeEntry({ key, meta, codec: 'v8', payload: encodeSections(value), ...more })))
}

/** Of what these tests write in the second format. */
const payloadStart = 56 + Math.ceil((key.length + JSON.stringify(meta).length) / 8) * 8

const whole = (entry: ReadEntry): ReadEntry & { ok: true } => {
  if (!entry.ok) throw new Error(entry.reason)
  return entry
}

test('an entry gives back its payload and what was told of the call', async () => {
  const entry = whole(await readEntry(await fileOf([1, 'two']), key))

  expect(decodeSections(entry.payload)).toEqual([1, 'two'])
  expect(entry.codec).toBe('v8')
  expect(entry.meta).toEqual(meta)
  expect(entry.payload.constructor).toBe(Uint8Array)
})

test('the format is promised: these bytes are read by every version', async () => {
  const file = await fileOf(0, { meta: { name: 'f' }, payload: [new Uint8Array([1, 2, 3])], codec: 'json', key: 'f/v/aa' })

  expect(Buffer.from(file).toString('hex')).toMatchInlineSnapshot(
    `"894a4f424c45540a3616d34b01020000060000000c00000000000000000008400000000000000840662f762f61617b226e616d65223a2266227d000000000000010203"`,
  )
})

describe('200 entries', async () => {
  const values = Array.from({ length: 200 }, (_, i) => [i, i / 3, `text ${i}`, { i }, [i, null], new Float64Array([i, -i])][i % 6])
  const files = await Promise.all(values.map((value) => fileOf(value)))

  test('with any one byte changed are a miss', async () => {
    for (const file of files) {
      for (let at = 0; at < file.byteLength; at++) {
        const before = file[at] ?? 0
        for (const flip of [1 << (at % 8), 0xff]) {
          file[at] = before ^ flip
          expect((await readEntry(file, key)).ok).toBe(false)
        }
        file[at] = before
      }
    }
  })

  test('cut at any byte, or with bytes behind, are a miss', () => {
    for (const file of files) {
      for (let length = 0; length < file.byteLength; length++) expect(readEntry(file.subarray(0, length), key)).toMatchObject({ ok: false })
      expect(readEntry(new Uint8Array([...file, 0]), key)).toMatchObject({ ok: false })
    }
  })

  test('are read as they were', async () => {
    for (const [i, file] of files.entries()) expect(decodeSections(whole(await readEntry(file, key)).payload)).toEqual(values[i])
  })
})

describe('an entry of 1 MB and more', async () => {
  const payload = new Uint8Array(2_500_001).map((_, i) => i * 7)
  const file = Buffer.from(await fileOf(0, { payload: [payload.slice(0, 100), payload.slice(100)] }))
  // In parts of many sizes, as a file may be read.
  const sumOf = (bytes: Uint8Array): EntrySum => {
    const sum = new EntrySum()
    sum.add(bytes.subarray(0, 65_536))
    for (let from = 65_536, size = 1; from < bytes.byteLength; from += size, size = size * 3 + 1) sum.add(bytes.subarray(from, from + size))
    return sum
  }

  test('has a tag over its payload, in a header that is promised', () => {
    const small = Buffer.from(file.subarray(0, payloadStart))

    expect(small.toString('hex')).toMatchInlineSnapshot(
      `"894a4f424c45540aac2ff15102010000200000005200000000000080d012434100000080d01243414c01bcf7907ccfb38025628f94844462747261696e2d316132622f303132333435363738396162636465662f303066667b226e616d65223a22747261696e222c226475726174696f6e4d73223a31322e352c226372656174656441744d73223a313730303030303030303030302c2261726773223a22287b206e3a2031207d29227d000000000000"`,
    )
    expect(createHash('sha256').update(file.subarray(payloadStart)).digest('hex')).toBe(createHash('sha256').update(payload).digest('hex'))
  })

  test('is read as it was, summed at once or while it arrives', async () => {
    for (const read of [readEntry(file, key), readEntry(file, key, sumOf(file))])
      expect(Buffer.compare(whole(await read).payload, payload)).toBe(0)
  })

  test('with any byte before the payload or some in it changed is a miss', async () => {
    const inPayload = Array.from({ length: 100 }, (_, i) => payloadStart + i * 25_000)
    for (const at of [...Array(payloadStart).keys(), ...inPayload, 65_535, 65_536, file.byteLength - 1]) {
      const before = file[at] ?? 0
      file[at] = before ^ (1 << (at % 8))
      expect(await readEntry(file, key), `byte ${at}`).toMatchObject({ ok: false })
      expect(await readEntry(file, key, sumOf(file)), `byte ${at}`).toMatchObject({ ok: false })
      file[at] = before
    }
  })

  test('that is cut or longer is a miss', async () => {
    for (const length of [70_000, 1_500_000, file.byteLength - 1]) {
      const cut = file.subarray(0, length)
      expect(await readEntry(cut, key, sumOf(cut))).toMatchObject({ ok: false, fault: 'damaged' })
    }
    expect(await readEntry(Buffer.concat([file, Buffer.alloc(1)]), key)).toMatchObject({ ok: false })
  })

  test('is read in the first format too, as it was written once', async () => {
    const old = Buffer.concat([file.subarray(0, 40), file.subarray(56)])
    old[12] = 1
    old.writeUInt32LE(zlib.crc32(old.subarray(12)), 8)

    for (const read of [readEntry(old, key), readEntry(old, key, sumOf(old))])
      expect(Buffer.compare(whole(await read).payload, payload)).toBe(0)
    old[70_000] = (old[70_000] ?? 0) ^ 1
    for (const read of [readEntry(old, key), readEntry(old, key, sumOf(old))]) expect(await read).toMatchObject({ ok: false })
  })

  test('with a beginning that is longer than the first part is whole all the same', async () => {
    const long = Buffer.from(await fileOf(0, { payload: [payload], meta: { name: 'x'.repeat(100_000) } }))

    expect(await readEntry(long, key, sumOf(long))).toMatchObject({ ok: true })
  })
})

test('a reason is given: nothing of ours, of another call, newer, damaged', async () => {
  const file = await fileOf(1)
  const changed = (at: number, byte: number) => file.map((before, i) => (i === at ? byte : before))
  const faults = [new Uint8Array(0), new Uint8Array(500), changed(12, 3), changed(file.length - 1, 255)].map((bytes) =>
    readEntry(bytes, key),
  )

  expect([...faults, readEntry(file, 'g/v/aa')]).toEqual([
    { ok: false, fault: 'foreign', reason: 'it is no file of joblet' },
    { ok: false, fault: 'foreign', reason: 'it is no file of joblet' },
    { ok: false, fault: 'newer', reason: 'it is of format 3, and this version of joblet reads formats 1 and 2' },
    { ok: false, fault: 'damaged', reason: 'its checksum is wrong' },
    { ok: false, fault: 'foreign', reason: 'it belongs to another call' },
  ])
})

test('what was told of the call may be anything: only what is known and of the right type is taken', async () => {
  const planted = { name: 7, durationMs: '1', args: 'a', ['__proto__']: { polluted: true } } as never
  const entry = whole(await readEntry(await fileOf(1, { meta: planted }), key))

  expect(entry.meta).toEqual({ args: 'a' })
  expect('polluted' in {}).toBe(false)
})

describe('compression', () => {
  const value = { numbers: new Float64Array(20_000), text: 'abc'.repeat(10_000) }
  const methods: Compression[] = ['gzip', { method: 'gzip', level: 1 }, 'brotli', { method: 'brotli', level: 4 }]

  test.each([...methods, ...(canCompress('zstd') ? ['zstd' as const] : [])])(
    '%j makes a large entry small, and a small one right',
    async (compress) => {
      const [large, small] = [await fileOf(value, { compress }), await fileOf(1, { compress })]

      expect(large.byteLength).toBeLessThan(20_000)
      expect(decodeSections(whole(await readEntry(large, key)).payload)).toEqual(value)
      expect(decodeSections(whole(await readEntry(small, key)).payload)).toBe(1)
    },
  )

  test('small entries are read at once, compressed or not', async () => {
    expect(readEntry(await fileOf(1, { compress: 'gzip' }), key)).toMatchObject({ ok: true })
    expect(readEntry(await fileOf(value, { compress: 'gzip' }), key)).toBeInstanceOf(Promise)
  })

  test('an entry that claims to be small and is not is a miss, and does not fill the memory', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(10_000_000))
    const planted = Buffer.concat(await encodeEntry({ key, meta, codec: 'v8', compress: 'gzip', payload: [new Uint8Array(10)] }))
    const head = planted.subarray(0, planted.byteLength - planted.readDoubleLE(24))
    head.writeDoubleLE(bomb.byteLength, 24)
    head.writeUInt32LE(zlib.crc32(bomb, zlib.crc32(head.subarray(12))), 8)

    expect(await readEntry(Buffer.concat([head, bomb]), key)).toMatchObject({ ok: false, fault: 'damaged' })
  })

  test('what cannot be had is said', () => {
    expect(readCompression(true, 'Memory')).toBe('gzip')
    expect(readCompression(false, 'Memory')).toBeUndefined()
    for (const wrong of ['lz4', { method: 'gzip', level: 10 }, { method: 'brotli', level: 1.5 }, 3] as never[])
      expect(() => readCompression(wrong, 'Memory')).toThrow(OptionError)
    expect(() => readCompression('lz4' as never, 'Memory')).toThrow(
      "cannot use the options of Memory: `compress` must be true, false, 'gzip', 'brotli', 'zstd' or { method, level }, not lz4",
    )
  })

  test.skipIf(canCompress('zstd'))('zstd is an option error where Node does not have it', () => {
    expect(() => readCompression('zstd', 'Memory')).toThrow(
      /`compress` cannot be 'zstd': Node v20\S+ does not have it; take 'brotli', or Node 22.15/,
    )
  })
})
