/** A process and its program agree on which calls began, however their steps fall. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { OnWorker } from '../../src/backend/slot/on-worker.js'
import type { Shipment } from '../../src/backend/slot/shipment.js'
import type { Batch } from '../../src/worker/batch.js'
import { FileLedger, fileLedgerKeeper, newLedgerFile } from '../../src/worker/file-ledger.js'
import type { Entry } from '../../src/worker/ledger.js'
import { temporaryFolder } from '../support/temporary.js'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, readSync: vi.fn(fs.readSync), writeSync: vi.fn(fs.writeSync) }
})

/** A file, and both sides of it. */
function opened() {
  const path = newFile()
  const keeper = fileLedgerKeeper(path)
  const descriptor = openSync(path, 'r+')
  onTestFinished(() => closeSync(descriptor))
  const ledger = new FileLedger(descriptor)
  /** Calls that begin, of which each takes long: they are written down one by one. */
  const begin = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => keeper?.mayBegin(from + i, 10 * (from + i)))
  return { path, keeper, descriptor, ledger, begin }
}

function newFile(): string {
  const path = join(temporaryFolder(), 'ledger')
  writeFileSync(path, newLedgerFile())
  return path
}

const entries = fc.constantFrom<Entry>(0, 1)

test('calls begin in order until they are taken back, and none is both begun and taken', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(60), { maxLength: 5 }), (entry, size, limits) => {
      const { keeper, ledger } = opened()
      ledger.admit(entry, size, 7)
      expect([ledger.running, ledger.unbegun(entry)]).toEqual([0, size])
      keeper?.enter({ id: 7, size, entry })
      let [begun, given] = [0, size]
      while (begun < size && keeper?.mayBegin(begun) === true) {
        begun += 1
        expect(ledger.running).toBe(7)
        expect(ledger.begun(entry)).toBeGreaterThanOrEqual(begun)
        const limit = limits[begun]
        if (limit !== undefined && limit < given) given = Math.min(given, ledger.takeBack(entry, limit) ?? size)
        expect(ledger.unbegun(entry)).toBeLessThanOrEqual(given)
      }
      expect(begun).toBe(given)
    }),
    { numRuns: 50 },
  )
})

test('what is taken back of one entry leaves the other alone: a process may be told late of what was taken first', () => {
  const { keeper, ledger } = opened()
  ledger.admit(1, 5, 2)
  expect(ledger.takeBack(1, 0)).toBe(0)
  ledger.admit(0, 5, 3)
  expect(ledger.takeBack(0, 2)).toBe(2)
  keeper?.enter({ id: 2, size: 5, entry: 1 })
  expect(keeper?.mayBegin(0)).toBe(false)
  keeper?.enter({ id: 3, size: 5, entry: 0 })
  expect([0, 1, 2].map((at) => keeper?.mayBegin(at, 10 * at))).toEqual([true, true, false])
})

test('calls that count as begun behind one that is waited for are free once it is known', () => {
  const { keeper, ledger } = opened()
  ledger.admit(0, 300, 1)
  keeper?.enter({ id: 1, size: 300 })
  for (let at = 0; at < 20; at++) keeper?.mayBegin(at, at / 1_000)
  expect(ledger.hidden(0)).toBeGreaterThan(5)
  keeper?.release(19)
  expect([ledger.hidden(0), ledger.begun(0), ledger.takeBack(0, 0), keeper?.mayBegin(20)]).toEqual([0, 20, 20, false])
})

test('nothing is had back of a batch that is over, though its answer is still on the way', () => {
  const { keeper, ledger, begin } = opened()
  ledger.admit(0, 3, 1)
  ledger.admit(1, 3, 2)
  keeper?.enter({ id: 1, size: 3, entry: 0 })
  begin(0, 3)
  expect([ledger.unbegun(0), ledger.unbegun(1)]).toEqual([0, 3])
  keeper?.enter({ id: 2, size: 3, entry: 1 })
  begin(0, 1)
  expect([ledger.unbegun(0), ledger.unbegun(1), ledger.takeBack(0, 0)]).toEqual([0, 2, 3])
})

test('where each has written before the other reads, neither has the calls; where one is quicker, one has', () => {
  // What the other side does while one of them has written, or is about to write.
  const between = { write: vi.mocked(writeSync), read: vi.mocked(readSync) }
  const seen: (readonly [first: unknown, second: unknown])[] = []
  for (const step of ['write', 'read'] as const)
    for (const second of ['begins', 'taken'] as const) {
      const { keeper, ledger } = opened()
      ledger.admit(1, 1, 9)
      keeper?.enter({ id: 9, size: 1, entry: 1 })
      const both = { begins: () => keeper?.mayBegin(0), taken: () => ledger.takeBack(1, 0) === 0 }
      let late: unknown
      const usual = between[step].getMockImplementation()
      between[step].mockImplementationOnce((...args) => {
        // Two programs share no memory: what the one is about to write is not the other's to change.
        const own = (args[1] as Int32Array).slice()
        late = both[second]()
        ;(args[1] as Int32Array).set(own)
        return Reflect.apply(usual ?? (() => 0), undefined, args) as number
      })
      seen.push([both[second === 'begins' ? 'taken' : 'begins'](), late])
    }
  expect(seen).toEqual([
    [false, true],
    [false, true],
    [false, false],
    [false, false],
  ])
})

const steps = fc.array(fc.constantFrom('send', 'take', 'enter', 'begin', 'hear'), { minLength: 20, maxLength: 200 })
const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 })

test('however the steps of both fall, each call is begun by the process or taken by the program, and none by both', () => {
  fc.assert(
    fc.property(steps, sizes, (steps, sizes) => {
      const { keeper, ledger } = opened()
      const on = new OnWorker(() => ledger)
      const inbox: Shipment[] = []
      const [taken, begun, over] = [new Set<string>(), new Set<string>(), new Set<number>()]
      const replies: number[] = []
      let [sent, nowMs, next] = [0, 0, 0]
      let running: Shipment | undefined
      const all = {
        send: () => {
          if (on.shipments.length === 2) return
          const batch = { id: ++sent, size: sizes[sent % sizes.length] ?? 1 } as Batch
          const give = (from: number, to: number) => {
            for (let at = from; at < to; at++) taken.add(`${batch.id} ${at}`)
          }
          const shipment = { batch, onGiven: (from: number) => give(from, batch.size) } as Partial<Shipment> as Shipment
          on.add(shipment)
          inbox.push(shipment)
        },
        take: () => {
          const shipment = on.shipments.findLast((one) => on.unbegunOf(one) > 0)
          if (shipment !== undefined) on.giveBack(shipment)
        },
        enter: () => {
          if (running === undefined) running = inbox.shift()
          else return
          next = 0
          if (running !== undefined) keeper?.enter({ ...running.batch, entry: running.entry })
        },
        begin: () => {
          if (running === undefined) return
          const { batch } = running
          if (next < batch.size && keeper?.mayBegin(next, (nowMs += 0.3)) === true) begun.add(`${batch.id} ${next++}`)
          else {
            over.add(batch.id)
            replies.push(batch.id)
            running = undefined
          }
        },
        hear: () => {
          if (replies.shift() !== undefined) on.shift()
        },
      }
      for (const step of steps) all[step]()
      expect([...begun].filter((call) => taken.has(call))).toEqual([])
      for (const id of over)
        for (let at = 0; at < (sizes[id % sizes.length] ?? 1); at++) expect(begun.has(`${id} ${at}`) || taken.has(`${id} ${at}`)).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test('nothing is taken back from a process that has not opened its file, or has emptied it', () => {
  const unopened = openSync(newFile(), 'r+')
  const ledger = new FileLedger(unopened)
  ledger.admit(0, 5, 1)
  expect([ledger.unbegun(0), ledger.takeBack(0, 0), ledger.stretch]).toEqual([0, undefined, undefined])
  closeSync(unopened)

  const { path, ledger: other } = opened()
  other.admit(0, 5, 1)
  expect(other.unbegun(0)).toBe(5)
  truncateSync(path)
  expect([other.unbegun(0), other.takeBack(0, 0), other.stretch]).toEqual([0, undefined, undefined])
})

test('a program whose file was closed takes nothing back', () => {
  const descriptor = openSync(newFile(), 'r+')
  const ledger = new FileLedger(descriptor)
  ledger.admit(0, 5, 1)
  closeSync(descriptor)
  expect([ledger.takeBack(0, 0), ledger.unbegun(0), ledger.stretch]).toEqual([undefined, 0, undefined])
})

test('a program that can read its file and not write to it takes nothing back', () => {
  const path = newFile()
  fileLedgerKeeper(path)
  const descriptor = openSync(path, 'r')
  const ledger = new FileLedger(descriptor)
  ledger.admit(0, 5, 1)
  expect([ledger.unbegun(0), ledger.takeBack(0, 0), ledger.unbegun(0)]).toEqual([5, undefined, 0])
  closeSync(descriptor)
})

test('a process that cannot open its file has no ledger, and one whose task has closed it begins no further stretch', () => {
  expect(fileLedgerKeeper(join(temporaryFolder(), 'none'))).toBeUndefined()
  const path = newFile()
  const keeper = fileLedgerKeeper(path)
  keeper?.enter({ id: 1, size: 10 })
  expect([keeper?.mayBegin(0, 0), keeper?.isBroken]).toEqual([true, false])
  for (const name of readdirSync('/proc/self/fd')) if (isOn(name, path)) closeSync(Number(name))
  expect([keeper?.mayBegin(1, 5), keeper?.mayBegin(2, 10), keeper?.isBroken]).toEqual([false, false, true])
})

const isOn = (descriptor: string, path: string): boolean => {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) === path
  } catch {
    return false
  }
}

test('a record of which a part is from another time says nothing', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 0x7fffffff }), (from, cell, change) => {
      const { path, keeper, ledger } = opened()
      keeper?.enter({ id: 0x7fffffff, size: 2_000_000 })
      keeper?.mayBegin(from)
      expect(ledger.stretch).toMatchObject({ batch: 0x7fffffff, from })
      const memory = new Int32Array(new Uint8Array(readFileSync(path)).buffer)
      memory[cell] = (memory[cell] ?? 0) ^ change
      writeFileSync(path, memory)
      expect(ledger.stretch).toBeUndefined()
    }),
    { numRuns: 50 },
  )
})
