/** What a run sends of large memory: each part of a buffer once, and no more of it at a time than is needed. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Freight } from '../../src/backend/freight/freight.js'
import { roomy } from '../../src/backend/freight/spare-memory.js'
import { TempFiles } from '../../src/backend/freight/temp-files.js'
import type { Crate } from '../../src/codec/crate.js'
import { writeCrateFile } from '../../src/codec/crate-file.js'
import { decode, type Envelope, encode } from '../../src/codec/wire.js'

const minBytes = 1_000
let parent: string
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'freight-'))
})
afterAll(() => rmSync(parent, { recursive: true }))

let lastRun = 0
const freightOf = (medium: 'memory' | 'files', isFixed = true) => {
  const files = medium === 'files' ? new TempFiles([parent]) : undefined
  return new Freight({ run: ++lastRun, minBytes, files, isFixed })
}
const packer = (freight: Freight, sharesMemory: boolean) => (value: unknown) => {
  const { packed, cargo } = freight.pack((carrier): Envelope => encode(value, sharesMemory, carrier))
  return { ...packed, crates: packed.crates ?? [], cargo }
}
/** What two crates have in common if they bring the same memory. */
const sourceOf = (crate: Crate | undefined) =>
  crate?.kind === 'copied' ? crate.from.buffer : crate?.kind === 'filed' ? crate.file : undefined

describe.each(['memory', 'files'] as const)('in %s', (medium) => {
  const isMemory = medium === 'memory'

  test('each part of a buffer is sent once', () => {
    const freight = freightOf(medium)
    const pack = packer(freight, isMemory)
    const array = new Uint8Array(4_000)
    const [whole, again, part, small] = [array, [array], array.subarray(1_000, 3_000), array.subarray(0, 10)].map(pack)
    expect(sourceOf(again?.crates[0])).toBe(sourceOf(whole?.crates[0]))
    expect(sourceOf(part?.crates[0])).not.toBe(sourceOf(whole?.crates[0]))
    expect(small?.crates).toEqual([])
    freight.close()
  })

  test('a buffer that was refilled is sent again, where that may be; one that is as it was is not', () => {
    const freight = freightOf(medium, false)
    const pack = packer(freight, isMemory)
    const array = new Uint8Array(4_000)
    const before = pack(array)
    const same = pack(array)
    array[3_999] = 1
    const after = pack(array)
    expect(sourceOf(same.crates[0])).toBe(sourceOf(before.crates[0]))
    expect([before, after].map((packed) => (decode(packed) as Uint8Array)[3_999])).toEqual([0, 1])
    freight.close()
  })

  test('a long stream of arrays needs a few at a time', () => {
    const freight = freightOf(medium)
    const pack = packer(freight, isMemory)
    const sources = new Set<unknown>()
    let files = 0
    for (let i = 0; i < 1_000; i++) {
      const packed = pack(new Uint8Array(4_000).fill(i))
      expect((decode(packed) as Uint8Array)[5]).toBe(i % 256)
      sources.add(sourceOf(packed.crates[0]))
      freight.release(packed.cargo)
      files = Math.max(files, readdirSync(parent, { recursive: true }).length - 1)
    }
    if (isMemory) expect(sources.size).toBeLessThan(15)
    else expect(files).toBeLessThan(15)
    freight.close()
    expect(readdirSync(parent)).toEqual([])
  })

  test('what a batch still needs stays, however many others come and go', () => {
    const freight = freightOf(medium)
    const pack = packer(freight, isMemory)
    const kept = pack(new Uint8Array(4_000).fill(7))
    for (let i = 0; i < 50; i++) freight.release(pack(new Uint8Array(4_000)).cargo)
    expect(decode(kept)).toEqual(new Uint8Array(4_000).fill(7))
    freight.close()
  })

  test('what could not be written keeps nothing', () => {
    const freight = freightOf(medium)
    expect(() => packer(freight, isMemory)([new Uint8Array(4_000), () => 1])).toThrow()
    freight.close()
    expect(readdirSync(parent)).toEqual([])
  })
})

describe('memory of runs that are over', () => {
  test('serves those that follow, for arrays of about the same length', () => {
    const sources = new Set<unknown>()
    for (let i = 0; i < 200; i++) {
      const freight = freightOf('memory')
      const packed = packer(freight, true)(new Uint8Array(4_000 + (i % 50)).fill(i))
      expect(Buffer.compare(decode(packed) as Uint8Array, new Uint8Array(4_000 + (i % 50)).fill(i))).toBe(0)
      sources.add(sourceOf(packed.crates[0]))
      freight.release(packed.cargo)
      freight.close()
    }
    expect(sources.size).toBeLessThan(10)
  })

  test('is left alone while a batch needs it', () => {
    const [first, second] = [freightOf('memory'), freightOf('memory')]
    const kept = packer(first, true)(new Uint8Array(5_000).fill(7))
    first.close()
    packer(second, true)(new Uint8Array(5_000))
    expect(decode(kept)).toEqual(new Uint8Array(5_000).fill(7))
    second.close()
  })

  test('is at most an eighth larger than what is sent', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), (length) => {
        const size = roomy(length)
        expect(size).toBeGreaterThanOrEqual(length)
        expect(size).toBeLessThanOrEqual(length * 1.125)
        expect(roomy(size)).toBe(size)
      }),
    )
  })
})

describe('a file', () => {
  const bytes = new Uint8Array(100).fill(1)

  test('is for this user only, in a folder that is for this user only', () => {
    const folder = join(parent, 'own')
    const file = writeCrateFile([folder], 'a', bytes) ?? ''
    expect([folder, file].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600])
    rmSync(folder, { recursive: true })
  })

  test('goes to the next folder where the first cannot take it, and nowhere where none can', () => {
    writeFileSync(join(parent, 'file'), '')
    const [bad, good] = [join(parent, 'file', 'in'), join(parent, 'good')]
    expect(writeCrateFile([bad, join(parent, 'no', 'such'), good], 'a', bytes)).toBe(join(good, 'a'))
    expect(writeCrateFile([bad], 'a', bytes)).toBeUndefined()
    rmSync(join(parent, 'file'))
    rmSync(good, { recursive: true })
  })

  test('follows no link, and takes the place of no other', () => {
    const [folder, elsewhere] = [join(parent, 'real'), join(parent, 'elsewhere')]
    mkdirSync(folder)
    symlinkSync(elsewhere, join(folder, 'link'))
    symlinkSync(folder, join(parent, 'linked'))
    expect(writeCrateFile([folder], 'link', bytes)).toBeUndefined()
    expect(existsSync(elsewhere)).toBe(false)
    expect(writeCrateFile([join(parent, 'linked')], 'a', bytes)).toBeUndefined()
    for (const name of readdirSync(parent)) rmSync(join(parent, name), { recursive: true })
  })
})
