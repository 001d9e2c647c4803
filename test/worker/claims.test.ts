/** A batch that waits in a process is begun there, or taken by its program: never both, whoever is quicker. */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, onTestFinished, test, vi } from 'vitest'
import { OnWorker } from '../../src/backend/slot/on-worker.js'
import type { Shipment } from '../../src/backend/slot/shipment.js'
import type { Batch } from '../../src/worker/batch.js'
import { claimsIn, takeClaim, wordFileBytes } from '../../src/worker/claims.js'
import type { Entry } from '../../src/worker/ledger.js'
import { stretchKeeperFor } from '../../src/worker/stretch.js'
import { temporaryFolder } from '../support/temporary.js'

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, readSync: vi.fn(fs.readSync), writeSync: vi.fn(fs.writeSync) }
})

/** A file, and both sides of it. */
function opened() {
  const path = join(temporaryFolder(), 'words')
  writeFileSync(path, new Uint8Array(wordFileBytes))
  const process = claimsIn(path)
  const program = openSync(path, 'r+')
  onTestFinished(() => closeSync(program))
  const claim = (batch: number, entry: Entry = 0) => process?.claim(batch, entry)
  const take = (batch: number, entry: Entry = 0) => takeClaim(program, batch, entry)
  return { path, process, program, claim, take }
}

test('whoever comes first has the batch', () => {
  const { claim, take } = opened()
  expect([claim(3), take(3)]).toEqual([true, false])
  expect([take(4), claim(4)]).toEqual([true, false])
  expect([take(6), claim(6), claim(7), take(7)]).toEqual([true, false, true, false])
})

test('what is said of one entry leaves the other alone: a process may be told late of what was taken first', () => {
  const { claim, take } = opened()
  expect([take(2, 1), take(3, 0), claim(2, 1), claim(3, 0)]).toEqual([true, true, false, false])
  expect([claim(4, 1), claim(5, 0), take(4, 1), take(5, 0)]).toEqual([true, true, false, false])
})

const steps = fc.array(fc.constantFrom('send', 'take', 'begin', 'end', 'hear'), { minLength: 20, maxLength: 200 })

test('however the steps of both fall, each batch is begun by the process or taken by the program, and none by both', () => {
  fc.assert(
    fc.property(steps, (steps) => {
      const { claim, take } = opened()
      const on = new OnWorker({ ledger: undefined, take: (batch, entry) => take(batch, entry) }, () => undefined)
      const inbox: { readonly shipment: Shipment; readonly waits: boolean }[] = []
      const [taken, begun, over] = [new Set<number>(), new Set<number>(), new Set<number>()]
      let [sent, running, replies] = [0, false, 0]
      const all = {
        send: () => {
          if (on.shipments.length === 2) return
          const batch = { id: ++sent, size: 1 } as Batch
          const shipment = { batch, onGiven: () => taken.add(batch.id) } as Partial<Shipment> as Shipment
          on.add(shipment)
          inbox.push({ shipment, waits: on.shipments.length > 1 })
        },
        take: () => {
          const waiting = on.shipments[1]
          if (waiting !== undefined && on.unbegunOf(waiting) > 0) on.giveBack(waiting)
        },
        begin: () => {
          const next = running ? undefined : inbox.shift()
          if (next === undefined) return
          const { batch, entry } = next.shipment
          running = true
          over.add(batch.id)
          if (!next.waits || claim(batch.id, entry) === true) begun.add(batch.id)
        },
        end: () => {
          if (running) replies += 1
          running = false
        },
        hear: () => {
          if (replies === 0) return
          replies -= 1
          on.shift()
        },
      }
      for (const step of steps) all[step]()
      expect([...begun].filter((id) => taken.has(id))).toEqual([])
      expect([...over].filter((id) => !begun.has(id) && !taken.has(id))).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test('where each has written before the other reads, neither has it; where one is quicker, one has', () => {
  // What the other side does while one of them has written, or is about to write.
  const between = { write: vi.mocked(writeSync), read: vi.mocked(readSync) }
  const seen: (readonly [first: boolean | undefined, second: boolean | undefined])[] = []
  for (const step of ['write', 'read'] as const)
    for (const second of ['claim', 'take'] as const) {
      const both = opened()
      const first = second === 'claim' ? 'take' : 'claim'
      let late: boolean | undefined
      const usual = between[step].getMockImplementation()
      between[step].mockImplementationOnce((...args) => {
        late = both[second](9)
        return Reflect.apply(usual ?? (() => 0), undefined, args) as number
      })
      seen.push([both[first](9), late])
    }
  expect(seen).toEqual([
    [false, true],
    [false, true],
    [false, false],
    [false, false],
  ])
})

test('nothing is taken from a process that has not opened the file, or whose file was emptied, and that begins nothing that may have been taken', () => {
  const path = join(temporaryFolder(), 'words')
  writeFileSync(path, new Uint8Array(wordFileBytes))
  const descriptor = openSync(path, 'r+')
  expect(takeClaim(descriptor, 1, 0)).toBe(false)
  closeSync(descriptor)
  expect(() => takeClaim(descriptor, 2, 0)).toThrow('EBADF')

  const { path: emptied, claim, take } = opened()
  truncateSync(emptied)
  expect([take(1), claim(2)]).toEqual([false, false])
})

test('a process that cannot open the file says so, and one whose task has closed it begins nothing that waited', () => {
  expect(claimsIn(join(temporaryFolder(), 'none'))).toBeUndefined()
  const path = join(temporaryFolder(), 'words')
  writeFileSync(path, new Uint8Array(wordFileBytes))
  const process = claimsIn(path)
  for (const name of readdirSync('/proc/self/fd')) if (isOn(name, path)) closeSync(Number(name))
  expect(process?.claim(1, 0)).toBe(false)
})

const isOn = (descriptor: string, path: string): boolean => {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`) === path
  } catch {
    return false
  }
}

test('claims and the stretch of calls lie apart', () => {
  const { path, claim, take } = opened()
  const stretch = stretchKeeperFor(path)
  stretch?.enter(5)
  stretch?.begin(0)
  const before = readFileSync(path).subarray(0, 16)
  expect([claim(11), take(12)]).toEqual([true, true])
  expect(readFileSync(path).subarray(0, 16)).toEqual(before)
  stretch?.begin(100)
  expect([claim(12), claim(13), take(13)]).toEqual([false, true, false])
})
