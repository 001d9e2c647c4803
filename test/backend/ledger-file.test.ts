/** When a process dies, only calls that may have killed it run alone; the file that tells has no name, and goes with its worker. */
import { appendFileSync, closeSync, existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { delayed, Parallel } from 'joblet'
import { expect, test } from 'vitest'
import { LedgerFile } from '../../src/backend/freight/ledger-file.js'
import { fileLedgerKeeper } from '../../src/worker/file-ledger.js'
import { range } from '../contracts/subject.js'
import { temporaryFolder } from '../support/temporary.js'

const ownPool = { JOBLET_TEST_POOL: 'stretch' }

/** Takes so many milliseconds; `guilty` kills its process. */
const step = (i: number, about: { file: string; guilty: number; ms: number }) => {
  appendFileSync(about.file, `${i}\n`)
  const end = performance.now() + about.ms
  while (performance.now() < end);
  if (i === about.guilty) process.kill(process.pid, 'SIGKILL')
  return i
}

test('a call that kills its process costs no others a second start but those of a moment before, and none a batch of its own', async () => {
  const file = join(temporaryFolder(), 'starts')
  const runner = Parallel({ nJobs: 1, backend: 'processes', batchSize: 200, onError: 'collect', env: ownPool })
  const outcomes = await runner(range(200).map((i) => delayed(step)(i, { file, guilty: 100, ms: 2 })))
  expect(outcomes.flatMap((outcome, i) => (outcome._tag === 'Left' ? [[i, outcome.left.kind]] : []))).toEqual([[100, 'crashed']])
  const starts = readFileSync(file, 'utf8').trim().split('\n').map(Number)
  const twice = range(200).filter((i) => starts.filter((start) => start === i).length > 1)
  // It alone; and those whose results, which are sent every 50 ms, had not left.
  expect(twice).toContain(100)
  expect(twice.length).toBeLessThan(30)
  expect(starts.length).toBe(200 + twice.length)
  // The first batch, which may have been split, the rest of it, and the one call: not one for each of the 100 that had not run.
  expect(runner.stats()?.batches.count).toBeLessThan(10)
  await runner.close()
})

test('calls of a batch that all kill their process are each found', async () => {
  const kill = (i: number) => (i % 10 === 3 ? process.kill(process.pid, 'SIGKILL') : i)
  const runner = Parallel({ nJobs: 1, backend: 'processes', batchSize: 40, onError: 'collect', env: ownPool })
  const outcomes = await runner(range(40).map((i) => delayed(kill)(i)))
  expect(outcomes.flatMap(({ _tag }, i) => (_tag === 'Left' ? [i] : []))).toEqual([3, 13, 23, 33])
  await runner.close()
})

/** Closes the file in its process, as somebody does who closes all that a program has open. */
const closeLedger = (): number => {
  const open = readdirSync('/proc/self/fd').filter(isLedger)
  for (const descriptor of open) closeSync(Number(descriptor))
  return open.length
}

test('where a task has closed the file, its process is replaced, and no result is missing', async () => {
  const options = { nJobs: 1, backend: 'processes', env: { JOBLET_TEST_POOL: 'closed ledger' } } as const
  const runner = Parallel({ ...options, batchSize: 5 })
  expect((await runner([delayed(closeLedger)()]))[0]).toBeGreaterThan(0)
  const same = (n: number): number => n
  for (const anyRunner of [runner, Parallel(options)]) expect(await anyRunner(range(300).map((i) => delayed(same)(i)))).toEqual(range(300))
  await runner.close()
})

test('the file is read when its name is gone, and closed with its worker', () => {
  const before = opened()
  const file = new LedgerFile()
  const { ledgerFile: path = '' } = file.renew()
  const keeper = fileLedgerKeeper(path)
  expect(readdirSync(join(path, '..')).length).toBe(1)
  file.unname()
  expect([existsSync(path), file.ledger?.stretch]).toEqual([false, undefined])
  keeper?.enter({ id: 5, size: 3 })
  keeper?.mayBegin(0, 0)
  expect(file.ledger?.stretch).toEqual({ batch: 5, from: 0, to: 1 })
  file.close()
  expect(file.ledger).toBeUndefined()
  // The other side's, in this process.
  expect(opened().length).toBe(before.length + 1)
})

const isLedger = (descriptor: string): boolean => linkOf(descriptor).includes('/ledger-')

const opened = (): string[] => readdirSync('/proc/self/fd').filter(isLedger)

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}
