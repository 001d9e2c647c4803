/**
 * What large data costs on its way, beside the least that it can cost: `node test/bench/large.bench.mjs [--rounds 9] [--only same|results]
 * [--dist folder]`. Of `dist`, or of another build; exits with 1 if a limit is missed.
 *
 * Floors are bare `worker_threads` and `child_process`, two warm workers each, with messages cut by hand. Contenders take turns; limits are
 * ratios of lower quartiles, since other work on the machine only ever adds.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { countIn, wordsIn } from './flags.mjs'

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '9' }, only: { type: 'string' }, dist: { type: 'string', default: 'dist' } },
})
const rounds = countIn('--rounds', options.rounds)
const only = wordsIn('--only', options.only, ['same', 'results'])
const { delayed, move, Parallel, shared } = await import(pathToFileURL(resolve(options.dist, 'index.js')).href)

const bareWorker = fileURLToPath(new URL('work/large-worker.mjs', import.meta.url))
const tasks = 20
const length = 1e7
const array = Float64Array.from({ length }, (_, i) => i % 1_000)
const file = `/dev/shm/large-bench-${process.pid}`
process.once('exit', () => rmSync(file, { force: true }))

// Two warm workers of each kind, and how to ask one.
const threads = [0, 1].map(() => new Worker(bareWorker))
const processes = [0, 1].map(() => fork(bareWorker, { serialization: 'advanced' }))
const answers = (worker, count) =>
  new Promise((done) => {
    const all = []
    worker.on('message', function hear(answer) {
      all.push(answer)
      if (all.length < count) return
      worker.off('message', hear)
      done(all)
    })
  })
async function askAll(workers, request, count = tasks / 2) {
  const heard = workers.map((worker) => answers(worker, count))
  for (const [i, worker] of workers.entries()) {
    const message = { ...request, first: (i * tasks) / 2, count: tasks / 2 }
    if (worker instanceof Worker) worker.postMessage(message)
    else worker.send(message)
  }
  return (await Promise.all(heard)).flat()
}

// The tasks.
const sumPart = (numbers, i) => {
  let sum = 0
  for (let at = (i * numbers.length) / 20, end = at + numbers.length / 20; at < end; at++) sum += numbers[at]
  return sum
}
const make = (i) => new Float64Array(1e6).fill(i)
const makeAndMove = (i) => move(new Float64Array(1e6).fill(i))

const runs = {
  threads: Parallel({ nJobs: 2, backend: 'threads' }),
  processes: Parallel({ nJobs: 2, backend: 'processes' }),
}
const each = (run, task) => run(Array.from({ length: tasks }, (_, i) => task(i)))
const sums = (run, numbers) => each(run, (i) => delayed(sumPart)(numbers, i))

function sharedCopy() {
  const copy = new Float64Array(new SharedArrayBuffer(array.byteLength))
  copy.set(array)
  return copy
}
function writeOnce(bytes) {
  writeFileSync(file, new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  return file
}
async function readResults() {
  const heard = await askAll(processes, { work: 'results-file', file })
  return heard.map((path) => {
    const bytes = readFileSync(path)
    rmSync(path)
    return new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)
  })
}

// Memory that is shared from the start: `shared` takes it as it is.
let inShared

const groups = {
  same: [
    {
      title: 'the same 80 MB to 20 tasks, threads: `shared(array)`',
      floor: () => askAll(threads, { work: 'sum', numbers: sharedCopy() }),
      ours: () => sums(runs.threads, shared(array)),
      limit: 1.2,
    },
    {
      title: 'the same 80 MB to 20 tasks, threads: a private copy for each',
      floor: () => askAll(threads, { work: 'sum-copy', numbers: sharedCopy() }),
      ours: () => sums(runs.threads, array),
      limit: 1.2,
    },
    {
      title: 'the same 80 MB to 20 tasks, processes: `shared(view)` on shared memory',
      before: () => (inShared = sharedCopy()),
      floor: () => askAll(processes, { work: 'sum-file', file: writeOnce(inShared) }),
      ours: () => sums(runs.processes, shared(inShared)),
      limit: 1.2,
    },
    {
      title: 'the same 80 MB to 20 tasks, processes: `shared(array)`, which copies it first',
      floor: () => askAll(processes, { work: 'sum-file', file: writeOnce(array) }),
      ours: () => sums(runs.processes, shared(array)),
      limit: 1.2,
    },
    {
      title: 'the same 80 MB to 20 tasks, processes: a private copy for each',
      floor: () => askAll(processes, { work: 'sum-file-copy', file: writeOnce(array) }),
      ours: () => sums(runs.processes, array),
      limit: 1.2,
    },
  ],
  results: [
    {
      title: '20 results of 8 MB, threads',
      floor: () => askAll(threads, { work: 'results' }),
      ours: () => each(runs.threads, (i) => delayed(make)(i)),
      limit: 1.3,
    },
    {
      title: '20 results of 8 MB, threads: `move(result)`',
      floor: () => askAll(threads, { work: 'results-moved' }),
      ours: () => each(runs.threads, (i) => delayed(makeAndMove)(i)),
      limit: 1.2,
    },
    {
      title: '20 results of 8 MB, processes',
      floor: readResults,
      ours: () => each(runs.processes, (i) => delayed(make)(i)),
      limit: 1.3,
    },
  ],
}

const quartile = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 2]
async function timed(work) {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

let missed = 0
for (const [group, cases] of Object.entries(groups)) {
  if (only?.includes(group) === false) continue
  for (const { title, before = () => {}, floor, ours, limit } of cases) {
    const [floors, our] = [[], []]
    for (let round = 0; round <= rounds; round++) {
      before()
      const floorMs = await timed(floor)
      before()
      const ourMs = await timed(ours)
      if (round === 0) continue
      floors.push(floorMs)
      our.push(ourMs)
    }
    const ratio = quartile(our) / quartile(floors)
    if (ratio > limit) missed += 1
    const figures = `${quartile(our).toFixed(1)} ms, floor ${quartile(floors).toFixed(1)} ms, ${ratio.toFixed(2)} times`
    console.log(
      `${ratio > limit ? 'MISSED' : 'ok    '} ${title}: ${figures} (limit ${limit}); least ${Math.min(...our).toFixed(1)}, ${Math.min(...floors).toFixed(1)}`,
    )
  }
}

for (const worker of threads) await worker.terminate()
for (const child of processes) {
  child.disconnect()
  await once(child, 'exit')
}
await Promise.all(Object.values(runs).map((run) => run.close()))
process.exitCode = missed > 0 ? 1 : 0
