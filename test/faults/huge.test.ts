/** Arrays of more than 2 GiB, the most that Node sends a process, reads or writes at once: they arrive, or an error says why not. */
import { existsSync, statSync } from 'node:fs'
import { freemem } from 'node:os'
import { join } from 'node:path'
import { delayed, dump, hash, load, Memory, Parallel, shared } from 'joblet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary.js'
import { isFull } from './scale.js'

const length = 280_000_000
const lastOf = (numbers: Float64Array) => [numbers.length, numbers.at(-1)]

// A copy here, one in each of two processes, and twice the room in `/dev/shm`.
describe.runIf(isFull && existsSync('/dev/shm') && freemem() > 16e9)('2.2 GB for a process', { timeout: 60_000 }, () => {
  let array: Float64Array
  beforeAll(() => {
    array = new Float64Array(length)
    array[length - 1] = 7
  })
  const runner = Parallel({ nJobs: 1, backend: 'processes' })
  afterAll(() => runner.close())

  test('arrive in a file', async () => {
    expect(await runner([delayed(lastOf)(array)])).toEqual([[length, 7]])
  })

  test('arrive in a file if they are shared', async () => {
    expect(await runner([delayed(lastOf)(shared(array))])).toEqual([[length, 7]])
  })

  test('are refused where no file can be had, and the process goes on', async () => {
    const inMessages = Parallel({ nJobs: 1, backend: 'processes', maxNbytes: null, tempFolder: temporaryFolder() })
    await expect(inMessages([delayed(lastOf)(array)])).rejects.toThrow(/^cannot send 2\.24 GB in one message to or from a process/)
    await expect(inMessages([delayed((size: number) => new Float64Array(size))(length)])).rejects.toThrow(
      /cannot send 2\.24 GB in one message/,
    )
    expect(await inMessages([delayed(Math.sqrt)(4)])).toEqual([2])
    await inMessages.close()
  })
})

describe.runIf(isFull && freemem() > 16e9)('2.2 GB on disk', { timeout: 120_000 }, () => {
  test('are dumped and loaded', async () => {
    const path = join(temporaryFolder(), 'array')
    await dump(new Float64Array(length).fill(3), path)
    expect(statSync(path).size - 8 * length).toBeLessThan(1_000)
    expect(lastOf((await load(path)) as Float64Array)).toEqual([length, 3])
  })

  test('are kept by a cache', async () => {
    const location = temporaryFolder()
    const threes = (size: number) => new Float64Array(size).fill(3)
    for (const hits of [0, 1]) {
      const cached = Memory({ location, inMemory: false }).cache(threes)
      expect(lastOf(await cached(length))).toEqual([length, 3])
      expect((await cached.stats()).hits).toBe(hits)
    }
  })

  test('are hashed, to the last byte', async () => {
    const array = new Float64Array(length)
    const before = await hash(array)
    array[length - 1] = 7
    expect(await hash(array)).not.toBe(before)
  })
})
