/**
 * A whole program of one contender that takes its tasks from a generator and reads results as they come: `node stream.mjs <contender> <n>`.
 * Prints what a task took, in microseconds, and the most memory that the process ever held, in megabytes.
 */
import { sqrt } from './work/functions.mjs'

const [contender, count] = process.argv.slice(2)
const n = Number(count)

function* numbers() {
  for (let i = 0; i < n; i++) yield i
}

async function joblet(options, inputs = numbers()) {
  const { delayed, Parallel } = await import('joblet')
  function* tasks() {
    for (const i of inputs) yield delayed(Math.sqrt)(i)
  }
  return Parallel({ ...options, returnAs: 'generator' })(tasks())
}

function* loop() {
  for (const i of numbers()) yield sqrt(i)
}

const streams = {
  'joblet-threads': () => joblet({ nJobs: 2, backend: 'threads' }),
  'joblet-processes': () => joblet({ nJobs: 2, backend: 'processes' }),
  'joblet-inline': () => joblet({ nJobs: 1 }),
  'joblet-idle': () => joblet({ nJobs: 2, backend: 'threads' }, [0, 1]),
  loop,
  'p-map': async () => (await import('p-map')).pMapIterable(numbers(), sqrt, { concurrency: 2 }),
}

const begun = performance.now()
let sum = 0
for await (const root of await streams[contender]()) sum += root
const us = ((performance.now() - begun) * 1e3) / n
console.log(JSON.stringify({ stream: us, 'stream-memory': process.resourceUsage().maxRSS / 1e3, sum }))
