/** A thread and its program agree on which calls began, however their steps fall. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Entry } from '../../src/worker/ledger.js'
import { MemoryLedger, MemoryLedgerKeeper, newLedgerMemory } from '../../src/worker/memory-ledger.js'

const entries = fc.constantFrom<Entry>(0, 1)

test('calls begin in order until they are taken back, and none is both begun and taken', () => {
  fc.assert(
    fc.property(entries, fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(60), { maxLength: 5 }), (entry, size, limits) => {
      const memory = newLedgerMemory()
      const [keeper, ledger] = [new MemoryLedgerKeeper(memory), new MemoryLedger(memory)]
      ledger.admit(entry, size)
      keeper.enter({ id: 7, size, entry })
      expect(ledger.running).toBe(7)
      const begun: number[] = []
      let given = size
      for (let at = 0; keeper.mayBegin(at); at++) {
        begun.push(at)
        expect(ledger.begun(entry)).toBe(at + 1)
        const limit = limits[at]
        if (limit !== undefined && limit < given) given = ledger.takeBack(entry, limit)
      }
      expect(begun).toEqual(Array.from({ length: given }, (_, at) => at))
      keeper.leave()
      expect(ledger.running).toBe(0)
    }),
  )
})

test('what is done to one entry leaves the other alone', () => {
  const memory = newLedgerMemory()
  const [keeper, ledger] = [new MemoryLedgerKeeper(memory), new MemoryLedger(memory)]
  ledger.admit(0, 3)
  ledger.admit(1, 5)
  keeper.enter({ id: 1, size: 3, entry: 0 })
  expect(ledger.takeBack(1, 0)).toBe(0)
  expect([keeper.mayBegin(0), ledger.unbegun(0), ledger.unbegun(1)]).toEqual([true, 2, 0])
  keeper.enter({ id: 2, size: 5, entry: 1 })
  expect(keeper.mayBegin(0)).toBe(false)
})

test('with a thread that runs meanwhile, every call is begun there or taken back, and none is both', async () => {
  const memory = newLedgerMemory()
  const ledger = new MemoryLedger(memory)
  const calls = 2_000_000
  ledger.admit(0, calls)
  // The keeper's steps, as they stand in the class: a thread of the test cannot load TypeScript.
  const thread = new Worker(
    `const { workerData: memory, parentPort } = require('node:worker_threads')
    const highest = Atomics.load(memory, 2)
    const mayBegin = (at) => at < highest && (Atomics.add(memory, 1, 1) === at || at < Atomics.load(memory, 2))
    let at = 0
    while (mayBegin(at)) at++
    parentPort.postMessage(at)`,
    { eval: true, workerData: memory },
  )
  const ended = once(thread, 'message')
  await expect.poll(() => ledger.begun(0), { interval: 0 }).toBeGreaterThan(1_000)
  let owned = calls
  while (ledger.unbegun(0) > 0) owned = Math.min(owned, ledger.takeBack(0, ledger.begun(0) + Math.floor(ledger.unbegun(0) / 2)))
  const [begun] = (await ended) as [number]
  expect(begun).toBeLessThanOrEqual(owned)
  expect(owned - begun).toBeLessThanOrEqual(1)
  await thread.terminate()
})
