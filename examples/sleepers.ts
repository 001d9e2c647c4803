/** Tasks that wait cost no CPU, so there may be many more workers than cores: ten sleepers at once, then ten of different lengths on five workers. */
import { setTimeout as wait } from 'node:timers/promises'
import { delayed, Parallel } from 'joblet'
import { runIfEntry } from './support/entry.js'
import { time, timed } from './support/show.js'

/** The task: sleep, then tell. */
async function sleep(ms: number): Promise<string> {
  await wait(ms)
  return `slept ${ms} ms`
}

const defaults = { secondMs: 1_000 }

/** Sleep, with seconds of `secondMs` milliseconds. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { secondMs } = { ...defaults, ...options }

  const parallel = Parallel({ nJobs: 10 })
  const [, startMs] = await timed(() => parallel(Array.from({ length: 10 }, () => delayed(sleep)(secondMs / 10))))
  console.log(`10 workers started, with a nap of ${time(secondMs / 10)} each: ${time(startMs)}`)

  const alike = Array.from({ length: 10 }, () => delayed(sleep)(secondMs))
  const [, alikeMs] = await timed(() => parallel(alike))
  console.log(`10 sleepers of ${time(secondMs)} on 10 workers: ${time(alikeMs)}, not ${time(10 * secondMs)}`)

  const growing = Array.from({ length: 10 }, (_, i) => delayed(sleep)((i + 1) * secondMs))
  const [, growingMs] = await timed(() => Parallel({ nJobs: 5 })(growing))
  console.log(
    `sleepers of 1, 2, ... 10 times as long on 5 workers: ${time(growingMs)}, not ${time(55 * secondMs)} (the longest share of a worker is 5 + 10)`,
  )

  const asyncMs = (await timed(() => Parallel({ nJobs: 10, backend: 'async' })(alike)))[1]
  console.log(`10 sleepers on this event loop, without any worker: ${time(asyncMs)}`)
}

await runIfEntry(import.meta.url, main)
