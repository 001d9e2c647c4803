/** Large data over threads and processes; its files, and that none of them stays. */
import { type ChildProcess, fork } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { delayed, move, Parallel, shared } from 'joblet'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { largeContract } from '../contracts/large.js'
import { range, rejectionOf, subjectOf } from '../contracts/subject.js'

describe.each(['threads', 'processes'] as const)('%s', (name) => largeContract(subjectOf(name)))

const size = 2_000_000
const lengthOf = (bytes: Uint8Array) => bytes.length

describe('files of processes', () => {
  let folder: string
  const run = Parallel({ nJobs: 2, backend: 'processes' })
  const filesIn = (parent: string) =>
    readdirSync(parent, { recursive: true, encoding: 'utf8' }).filter((path) => path.startsWith('joblet-') && path.includes('/'))

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'large-'))
  })
  afterAll(async () => {
    await run.close()
    rmSync(folder, { recursive: true })
  })
  beforeEach(() => {
    expect(readdirSync(folder)).toEqual([])
  })

  const inFolder = (options: object) => Parallel({ nJobs: 2, backend: 'processes', tempFolder: folder, ...options })

  test('there is one for an array that many tasks take, in a folder for this user only, and none after the run', async () => {
    const seen: number[] = []
    const array = new Uint8Array(size)
    const runner = inFolder({ onProgress: () => seen.push(filesIn(folder).length) })
    expect(await runner(range(20).map(() => delayed(lengthOf)(array)))).toEqual(range(20).map(() => size))
    expect(new Set(seen)).toEqual(new Set([1]))
    expect(readdirSync(folder)).toEqual([])
    await runner.close()
  })

  test.each([
    ['fails', (fail: () => void) => fail()],
    ['is aborted', (_: unknown, abort: () => void) => abort()],
  ])('none stays when a run %s', async (_, spoil) => {
    const aborter = new AbortController()
    let [fails, aborts] = [false, false]
    const runner = inFolder({ signal: aborter.signal, onProgress: () => aborts && aborter.abort(new Error('enough')) })
    spoil(
      () => (fails = true),
      () => (aborts = true),
    )
    const work = async (bytes: Uint8Array, bad: boolean) => {
      if (bad) throw new Error('bad')
      await new Promise((resolve) => setTimeout(resolve, 50))
      return new Uint8Array(bytes.length)
    }
    const tasks = range(30).map((i) => delayed(work)(new Uint8Array(size), fails && i === 5))
    await rejectionOf(runner(tasks))
    await runner.close()
    expect(readdirSync(folder)).toEqual([])
  })

  test('a long stream of arrays needs a few of them at a time', async () => {
    let most = 0
    const runner = inFolder({ onProgress: () => (most = Math.max(most, filesIn(folder).length)) })
    const tasks = function* () {
      for (const _ of range(60)) yield delayed((bytes: Uint8Array) => new Uint8Array(bytes.length))(new Uint8Array(size))
    }
    await runner(tasks())
    expect(most).toBeLessThanOrEqual(20)
    await runner.close()
  })

  test('what `shared` made is read once by each worker, and goes when the program ends', async () => {
    const runner = inFolder({ nJobs: 1 })
    const array = shared(new Uint8Array(size).fill(1))
    expect(await runner([delayed((bytes: Uint8Array[]) => bytes[0]?.[9])([array])])).toEqual([1])
    const [file = ''] = filesIn(folder)
    writeFileSync(join(folder, file), '')
    expect(await runner([delayed((bytes: Uint8Array[]) => bytes[0]?.[9])([array])])).toEqual([1])
    expect(filesIn(folder)).toEqual([file])
    await runner.close()
    rmSync(join(folder, file, '..'), { recursive: true })
  })

  test('what `shared` made is written again if somebody has removed its file', async () => {
    const array = shared(Buffer.alloc(size, 1))
    for (const _ of range(2)) {
      const runner = inFolder({ nJobs: 1 })
      expect(await runner([delayed((bytes: Buffer) => bytes[9])(array)])).toEqual([1])
      await runner.close()
      rmSync(join(folder, filesIn(folder)[0] ?? '', '..'), { recursive: true })
    }
  })

  test('what `shared` made lies there too if it is an argument by itself', async () => {
    const runner = inFolder({ nJobs: 1 })
    const array = shared(new Uint8Array(size).fill(4))
    expect(await runner(range(3).map(() => delayed((bytes: Uint8Array) => bytes[9])(array)))).toEqual([4, 4, 4])
    const files = filesIn(folder)
    expect(files).toHaveLength(1)
    await runner.close()
    rmSync(join(folder, files[0] ?? '', '..'), { recursive: true })
  })

  test('a folder that is gone is done without', async () => {
    const gone = mkdtempSync(join(folder, 'gone-'))
    const runner = inFolder({ tempFolder: gone })
    rmSync(gone, { recursive: true })
    const array = new Uint8Array(size).fill(3)
    const results = await runner(range(3).map(() => delayed((bytes: Uint8Array) => bytes.map((byte) => byte + 1))(array)))
    expect(results.map((bytes) => [bytes.length, bytes[7]])).toEqual(range(3).map(() => [size, 4]))
    expect(existsSync(gone)).toBe(false)
    await runner.close()
  })

  test('what a program that was killed left behind is gone after the next run that needs files; what a living one needs stays', async () => {
    const programs = [1, 2].map(() => fork('test/fixtures/large/killed.mjs', [folder], { stdio: 'ignore' }))
    await waitFor(() => filesIn(folder).length === 2)
    const [killed, living] = programs as [ChildProcess, ChildProcess]
    killed.kill('SIGKILL')
    await new Promise((resolve) => killed.once('exit', resolve))
    const left = (pid = 0) => readdirSync(folder).filter((name) => name.includes(`.${pid}.`)).length
    expect([left(killed.pid), left(living.pid)]).toEqual([1, 1])
    const runner = inFolder({})
    await runner([delayed(lengthOf)(new Uint8Array(size))])
    await runner.close()
    expect([left(killed.pid), left(living.pid)]).toEqual([0, 1])
    living.kill('SIGKILL')
    await new Promise((resolve) => living.once('exit', resolve))
    rmSync(join(folder, ...readdirSync(folder)), { recursive: true })
  })
})

describe('what a process cannot receive', () => {
  test('fails, and so do not the tasks beside it: a file that is not there for workers', async () => {
    const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'
    const allowed = [flag, `--allow-fs-read=${process.cwd()}`, '--allow-fs-read=/proc', '--allow-worker', '--allow-child-process']
    const runner = Parallel({ nJobs: 1, backend: 'processes', execArgv: allowed, env: { NODE_NO_WARNINGS: '1' }, onError: 'collect' })
    const array = shared(new Uint8Array(size))
    const outcomes = await runner([
      delayed((i: number) => i + 1)(1),
      ...range(3).map(() => delayed(lengthOf)(array)),
      delayed((i: number) => i + 1)(4),
    ])
    expect(outcomes.map((outcome) => (outcome._tag === 'Right' ? outcome.right : outcome.left.kind))).toEqual([
      2,
      ...range(3).map(() => 'unsendable'),
      5,
    ])
    const [, refused] = outcomes
    expect(refused?._tag === 'Left' && String(refused.left.error)).toMatch(/cannot read large data that travelled in the file .*shared-/)
    await runner.close()
  })

  test('fails after some tries if it ends whoever receives it', { timeout: 30_000 }, async () => {
    const execArgv = ['--import', new URL('../fixtures/large/deaf.mjs', import.meta.url).href]
    const runner = Parallel({ nJobs: 1, backend: 'processes', execArgv })
    const lengthOfText = (text: string) => text.length
    await expect(runner([delayed(lengthOfText)('x'.repeat(200_000))])).rejects.toThrow(
      'cannot finish task 0: its worker exited with code 5, as `process.exit` does, or an error that nobody catches; ' +
        'the other tasks went on, and 20 workers in a row ended before they began it',
    )
    expect(await runner([delayed(lengthOfText)('short')])).toEqual([5])
    await runner.close()
  })
})

test.each([[1], ['text'], [new ArrayBuffer(8)], [null], [[1, 2]]])('shared(%s) is refused', (value) => {
  expect(() => shared(value as never)).toThrow(TypeError)
})

test.each(['new Float64Array(8)', 'new ArrayBuffer(8)'])('move takes a %s of another context, as in tests of jest', (code) => {
  const value = runInNewContext(code) as Float64Array
  expect(move(value)).toBe(value)
})

async function waitFor(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 200 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 50))
  expect(holds()).toBe(true)
}
