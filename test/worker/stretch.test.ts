/** What a process writes down before it begins calls: enough to know who may have run when it died, and seldom. */
import { closeSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextStretch, readStretch, type Stretch, StretchKeeper, stretchBytes, stretchKeeperFor } from '../../src/worker/stretch.js'
import { temporaryFolder } from '../support/temporary.js'

/** What is in the file after each call of a batch began, and when it was written; the clock is looked at before each call. */
function written(costsMs: readonly number[], batch = 1) {
  let nowMs = 0
  const writes: (Stretch & { readonly atMs: number })[] = []
  const keeper = new StretchKeeper((stretch) => void writes.push({ ...stretch, atMs: nowMs }))
  keeper.enter(batch)
  const last = costsMs.map((costMs, at) => {
    keeper.begin(at, nowMs)
    nowMs += costMs
    return writes.at(-1)
  })
  return { writes, last }
}

const costs = fc.array(fc.oneof(fc.constantFrom(0, 0.0002, 0.01, 0.1, 0.6, 2, 50), fc.double({ min: 0, max: 3, noNaN: true })), {
  maxLength: 300,
})

test('the call that runs is always one of the last stretch, and no call after the stretch has begun', () => {
  fc.assert(
    fc.property(costs, (costsMs) => {
      for (const [at, stretch] of written(costsMs).last.entries()) {
        expect(stretch?.batch).toBe(1)
        expect(stretch?.from).toBeLessThanOrEqual(at)
        expect(stretch?.to).toBeGreaterThan(at)
      }
    }),
  )
})

test('where the clock is looked at, a call that begins a millisecond after the last mark is marked', () => {
  fc.assert(
    fc.property(costs, (costsMs) => {
      let nowMs = 0
      for (const [at, stretch] of written(costsMs).last.entries()) {
        expect(nowMs - (stretch?.atMs ?? Number.NaN)).toBeLessThan(1)
        nowMs += costsMs[at] ?? 0
      }
    }),
  )
})

test('calls of two milliseconds are marked one by one, tiny ones by the thousand', () => {
  expect(written(Array(20).fill(2)).writes.map(({ from, to }) => to - from)).toEqual(Array(20).fill(1))
  expect(written(Array(80_000).fill(0.0002)).writes.length).toBeLessThan(50)
  expect([nextStretch(1, 0), nextStretch(100, 0.1), nextStretch(100, 1_000)]).toEqual([8, 500, 1])
})

test('a batch begins with a stretch of one, whatever the calls of the last one took', () => {
  const writes: Stretch[] = []
  const keeper = new StretchKeeper((stretch) => void writes.push(stretch))
  keeper.enter(1)
  for (let at = 0; at < 500; at++) keeper.begin(at)
  keeper.enter(2)
  keeper.begin(0)
  expect(writes.at(-1)).toEqual({ batch: 2, from: 0, to: 1 })
})

/** What a file holds when the call at `from` of batch 7 begins. */
function packed(from: number): Int32Array {
  const path = newFile()
  const keeper = stretchKeeperFor(path)
  keeper?.enter(7)
  keeper?.begin(from)
  return new Int32Array(new Uint8Array(readFileSync(path)).buffer)
}

const newFile = (): string => {
  const path = join(temporaryFolder(), 'stretch')
  writeFileSync(path, new Uint8Array(stretchBytes))
  return path
}
const inFile = (path: string) => {
  const bytes = new Uint8Array(readFileSync(path))
  return bytes.byteLength === stretchBytes ? readStretch(new Int32Array(bytes.buffer)) : undefined
}

test('the file says what was written last', () => {
  const path = newFile()
  const keeper = stretchKeeperFor(path)
  expect(inFile(path)).toBeUndefined()
  keeper?.enter(0x7fffffff)
  keeper?.begin(0)
  keeper?.begin(40)
  expect(inFile(path)).toMatchObject({ batch: 0x7fffffff, from: 40 })
})

test('a file of which a part is from another time, or that is not ours, says nothing', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 0x7fffffff }), (from, cell, change) => {
      const memory = packed(from)
      expect(readStretch(memory)).toMatchObject({ batch: 7, from })
      memory[cell] = (memory[cell] ?? 0) ^ change
      expect(readStretch(memory)).toBeUndefined()
    }),
    { numRuns: 50 },
  )
  expect([new Int32Array(4), new Int32Array(2)].map(readStretch)).toEqual([undefined, undefined])
})

test('a process that cannot open its file, or cannot write to it any more, goes on', () => {
  expect(stretchKeeperFor(join(temporaryFolder(), 'none'))).toBeUndefined()
  const path = newFile()
  const keeper = stretchKeeperFor(path)
  const descriptor = readdirSync('/proc/self/fd').find((name) => linkOf(name) === path)
  closeSync(Number(descriptor))
  keeper?.enter(1)
  expect(() => keeper?.begin(0)).not.toThrow()
  expect(inFile(path)).toBeUndefined()
})

function linkOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return undefined
  }
}
