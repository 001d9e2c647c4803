/** After each test file: no thread, child process or server of its own may still hold the event loop. Idle pools are unref'd, so they do not count. */
import { createRequire, syncBuiltinESMExports } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll } from 'vitest'

const watched = new Set(['ProcessWrap', 'TCPServerWrap', 'PipeServerWrap'])
const graceMs = 2_000

// Node lists what holds the event loop, but no threads among it.
const threads = new Set<object>()
const builtin: typeof import('node:worker_threads') = createRequire(import.meta.url)('node:worker_threads')

class WatchedWorker extends builtin.Worker {
  private ended = false

  constructor(...given: ConstructorParameters<typeof builtin.Worker>) {
    super(...given)
    threads.add(this)
    this.once('exit', () => {
      this.ended = true
      threads.delete(this)
    })
  }

  override ref(): void {
    if (!this.ended) threads.add(this)
    super.ref()
  }

  override unref(): void {
    threads.delete(this)
    super.unref()
  }
}

Object.assign(builtin, { Worker: WatchedWorker })
syncBuiltinESMExports()

const held = (): string[] => [
  ...process.getActiveResourcesInfo().filter((kind) => watched.has(kind)),
  ...Array.from(threads, () => 'a thread'),
]

// The test runner has handles of its own.
let baseline = 0
let suspect: string | undefined

beforeAll(() => {
  baseline = held().length
})

afterEach(({ task }) => {
  if (held().length > baseline) suspect ??= task.name
})

afterAll(async () => {
  const deadline = performance.now() + graceMs
  while (held().length > baseline && performance.now() < deadline) await sleep(20)
  if (held().length <= baseline) return
  throw new Error(
    `something of this file still holds the event loop (${held().join(', ')}); first seen after "${suspect ?? 'the last test'}"`,
  )
})
