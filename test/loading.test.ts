/** A thread is not ended while it loads files: Node leaves open what it was reading then. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { delayed, Memory, Parallel } from 'joblet'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { LoadGate } from '../src/backend/life/load-gate.js'
import { bundleOf } from './support/bundle.js'
import { temporaryFolder } from './support/temporary.js'

/** Files of joblet that this process has open. */
const openFiles = (): string[] =>
  readdirSync('/proc/self/fd')
    .map(linkOf)
    .filter((path) => path.includes('/dist/') && path.endsWith('.js'))

function linkOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    return ''
  }
}

class Point {
  readonly x: number
  constructor(x: number) {
    this.x = x
  }
}

describe.runIf(existsSync('/proc/self/fd'))('runs that are called off while their threads load what they need', () => {
  const cached = Memory({ location: temporaryFolder() }).cache((x: number) => Math.sqrt(x))
  const tasks: Record<string, (x: number) => unknown> = {
    'an instance to describe': (x: number) => new Point(x),
    'an error to describe': (x: number) => {
      throw Object.assign(new RangeError('no'), { point: new Point(x) })
    },
    'a cached function': cached,
  }

  // Without the wait, 150 such runs left 22 files open on Node 20.
  test.each(Object.entries(tasks))('leave none of its files open: %s', { timeout: 120_000 }, async (name, task) => {
    for (let i = 0; i < 20; i++) {
      const fresh = { nJobs: 2, backend: 'threads', env: { JOBLET_TEST_POOL: `${name} ${i}` }, graceMs: 1 } as const
      const runner = Parallel({ ...fresh, onError: 'collect' })
      await runner.map([1, 4], Math.sqrt)
      const controller = new AbortController()
      const run = Parallel({ ...fresh, onError: 'collect', signal: controller.signal })([delayed(task)(i), delayed(task)(i + 0.5)])
      await sleep(i)
      controller.abort(new Error('enough'))
      await run.catch(() => undefined)
      await runner.close()
    }
    await expect.poll(openFiles).toEqual([])
  })
})

test.runIf(existsSync('/proc/self/fd'))(
  'a task that ends its thread leaves no file of ours open that an argument of it needs',
  { timeout: 60_000 },
  async () => {
    const cached = Memory({ location: temporaryFolder() }).cache((x: number) => Math.sqrt(x))
    const exit = (_: unknown) => process.exit(3)
    for (let i = 0; i < 5; i++) {
      const runner = Parallel({ nJobs: 1, backend: 'threads', onError: 'collect', env: { JOBLET_TEST_POOL: `exit ${i}` } })
      expect(await runner([delayed(exit)(cached)])).toMatchObject([{ left: { kind: 'crashed' } }])
      await runner.close()
    }
    await expect.poll(openFiles).toEqual([])
  },
)

const begun: Worker[] = []
afterAll(() => Promise.all(begun.map((worker) => worker.terminate())))

/** A thread that does `script`, and hears 'go' as `going`; what it tells, and what waits for a word of it. */
async function threadThat(script: string) {
  const gate = new LoadGate()
  const code = `
    const { parentPort, workerData } = require('node:worker_threads')
    import(workerData.file).then(({ loading, loadingAtOnce, noteLoadsIn }) => {
      const tell = (word) => parentPort.postMessage(word)
      const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
      const going = new Promise((resolve) => parentPort.once('message', resolve))
      noteLoadsIn(workerData.memory)
      ${script}
    })`
  const worker = new Worker(code, { eval: true, workerData: { memory: gate.memory, file: await bundleOf('loading') } })
  begun.push(worker)
  const words: unknown[] = []
  worker.on('message', (word) => words.push(word))
  const told = (word: string) => vi.waitFor(() => expect(words).toContain(word), { timeout: 10_000 })
  return { gate, words, told, worker }
}

describe('whoever ends a thread', () => {
  test('waits until it has loaded what it loads, and what that loads in turn', async () => {
    const { gate, told, words } = await threadThat(`
      loading(() => later(50).then(() => loading(() => later(50))).then(() => tell('loaded')))
      tell('begun')`)
    await told('begun')
    await gate.closed()
    await told('loaded')
    expect(words).toEqual(['begun', 'loaded'])
  })

  test('waits for a start too, but not for a thread that has ended', async () => {
    const gate = new LoadGate()
    let isClosed = false
    gate.shut(() => (isClosed = true))
    expect(isClosed).toBe(false)
    gate.ended()
    await vi.waitFor(() => expect(isClosed).toBe(true))
  })

  test('waits for nothing where nothing is loaded, and then nothing begins', async () => {
    const { gate, told, words, worker } = await threadThat(`
      tell('there')
      going.then(() => {
        loading(async () => tell('loads'))
        tell('asked')
        loadingAtOnce(() => tell('loads at once'))
      })`)
    await told('there')
    let isClosed = false
    gate.shut(() => (isClosed = true))
    expect(isClosed).toBe(true)
    worker.postMessage('go')
    await told('asked')
    await worker.terminate()
    expect(words).toEqual(['there', 'asked'])
  })

  test('waits half a second for what loads for ever', async () => {
    const { gate, told } = await threadThat(`
      loading(() => later(1e6))
      tell('begun')`)
    await told('begun')
    const beganMs = performance.now()
    await gate.closed()
    expect(performance.now() - beganMs).toBeGreaterThan(450)
  })
})
