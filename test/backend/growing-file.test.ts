/** Large shared memory is written to memory files while processes read it: readers get all of it, or hear why not. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { delayed, Parallel, shared } from 'joblet'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { growCrateFile } from '../../src/backend/freight/growing-file.js'
import { readSharedFile } from '../../src/codec/crate-file.js'
import { ShippingError } from '../../src/errors.js'
import { temporaryFolder } from '../support/temporary.js'

const size = 20_000_000

/** A thread that removes a file as soon as its process has it open. */
const removeWhenOpen = `
  const { readdirSync, readlinkSync, rmSync } = require('node:fs')
  const { workerData: file } = require('node:worker_threads')
  const leadsThere = (name) => {
    try { return readlinkSync('/proc/self/fd/' + name) === file } catch { return false }
  }
  while (!readdirSync('/proc/self/fd').some(leadsThere)) {}
  rmSync(file)
`
const bytes = Uint8Array.from({ length: size }, (_, i) => i % 251)

describe.runIf(existsSync('/dev/shm'))('in /dev/shm', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync('/dev/shm/growing-')
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('who reads a file that is being written gets all of it', async () => {
    const { path = '', end } = growCrateFile([join(folder, 'a')], 'a', bytes) ?? {}
    expect(end).toBeDefined()
    const read = readSharedFile({ file: path, bytes: size, grows: true })
    expect(Buffer.compare(new Uint8Array(read), bytes)).toBe(0)
    await end
    expect(readSharedFile({ file: path, bytes: size }).byteLength).toBe(size)
  })

  test('a small one is written at once', () => {
    const { path = '', end } = growCrateFile([join(folder, 'b')], 'b', bytes.subarray(0, 1_000)) ?? {}
    expect(end).toBeUndefined()
    expect(Buffer.compare(new Uint8Array(readSharedFile({ file: path, bytes: 1_000 })), bytes.subarray(0, 1_000))).toBe(0)
  })

  test('who waits for the rest of one that is removed gets an error', async () => {
    const file = join(folder, 'half')
    writeFileSync(file, bytes.subarray(0, size / 2))
    const remover = new Worker(removeWhenOpen, { eval: true, workerData: file })
    try {
      expect(() => readSharedFile({ file, bytes: size, grows: true })).toThrow(
        new ShippingError(
          `cannot read large data that travelled in the file ${file}: it was removed before all of it was written; choose another \`tempFolder\``,
        ),
      )
    } finally {
      await remover.terminate()
    }
  })

  test('where no file may become so large, the data travels in messages', () => {
    const program = `
      const { delayed, Parallel, shared } = await import(${JSON.stringify(import.meta.resolve('joblet'))})
      const runner = Parallel({ nJobs: 1, backend: 'processes', tempFolder: ${JSON.stringify(folder)} })
      const array = shared(new Uint8Array(${size}).fill(7))
      console.log(await runner([delayed((all) => all[${size - 1}])(array)]))
      await runner.close()
    `
    const limited = `ulimit -f 4000; exec "$0" --input-type=module -e "$1"`
    expect(execFileSync('bash', ['-c', limited, process.execPath, program], { encoding: 'utf8' })).toBe('[ 7 ]\n')
  })
})

test('on a disk, a file is written before anybody is told of it', () => {
  const { path = '', end } = growCrateFile([join(temporaryFolder(), 'a')], 'a', bytes) ?? {}
  expect(end).toBeUndefined()
  expect(Buffer.compare(new Uint8Array(readSharedFile({ file: path, bytes: size })), bytes)).toBe(0)
  truncateSync(path, 100)
  expect(() => readSharedFile({ file: path, bytes: size })).toThrow('it is too short')
})

test('many processes read what is being written, run after run, while others write', async () => {
  const runners = [Parallel({ nJobs: 2, backend: 'processes' }), Parallel({ nJobs: 2, backend: 'processes' })]
  const sumAt = (all: Uint8Array, at: number) => (all[at] ?? 0) + (all.at(-1) ?? 0)
  const places = [0, 1, size / 2, size - 1]
  for (let round = 0; round < 4; round++) {
    const arrays = runners.map((_, i) => shared(new Uint8Array(size).fill(10 * round + i + 1)))
    const results = await Promise.all(
      runners.map((runner, i) => runner(places.map((at) => delayed(sumAt)(arrays[i] ?? new Uint8Array(), at)))),
    )
    expect(results).toEqual(runners.map((_, i) => places.map(() => 2 * (10 * round + i + 1))))
  }
  await Promise.all(runners.map((runner) => runner.close()))
})
