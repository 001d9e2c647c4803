/** The picture in the README: one run on two warm workers, each task a bar, beside the plain loop. `node test/bench/timeline.mjs` writes docs/timeline.svg. */
import { writeFileSync } from 'node:fs'
import { delayed, Parallel, taskContext } from 'joblet'
import { escaped, faint, fixed, svg, width } from './chart.mjs'
import { countIn } from './flags.mjs'

const [rounds, bands, limit] = [countIn('the number of rounds', process.argv[2] ?? 31), 24, 400]

/** A band of the Mandelbrot set, which costs more the nearer it is to the middle: from when to when. */
function band(index, of, steps, span = 1_200) {
  const now = () => performance.timeOrigin + performance.now()
  const from = now()
  let inside = 0
  for (let y = (index / of) * span; y < ((index + 1) / of) * span; y++) {
    for (let x = 0; x < span; x++) {
      const [re, im] = [(x / span) * 3 - 2.2, (y / span) * 2.4 - 1.2]
      let [a, b, step] = [0, 0, 0]
      for (; step < steps && a * a + b * b <= 4; step++) [a, b] = [a * a - b * b + re, 2 * a * b + im]
      if (step === steps) inside++
    }
  }
  return { from, to: now(), inside }
}

const indices = Array.from({ length: bands }, (_, index) => index)
const tasks = indices.map((index) => delayed((index) => ({ ...band(index, bands, limit), row: taskContext().workerId }))(index))

/** Spans of one run, in milliseconds from its start, and how long all of it took. */
async function timed(run) {
  const start = performance.timeOrigin + performance.now()
  const spans = await run()
  const total = performance.timeOrigin + performance.now() - start
  return { total, spans: spans.map((span) => ({ ...span, from: span.from - start, to: span.to - start })) }
}

const quicker = (a, b) => (a === undefined || b.total < a.total ? b : a)

function picture(loop, run) {
  const [left, right, line, top, gap] = [92, 24, 26, 30, 4]
  const scale = (ms) => left + (ms / loop.total) * (width - left - right)
  const rows = [...new Set(run.spans.map(({ row }) => row))].toSorted((a, b) => a - b)
  const bars = (spans, colour, yOf) =>
    spans.map(({ from, to, row }) => {
      const [x, length] = [fixed(scale(from)), fixed(Math.max(1, scale(to) - scale(from) - 1))]
      return `<rect x="${x}" y="${yOf(row)}" width="${length}" height="${line - gap}" rx="2" fill="${colour}"/>`
    })
  const label = (y, text) => `<text x="${left - 10}" y="${y + 16}" text-anchor="end">${escaped(text)}</text>`
  const yOfWorker = (row) => top + line * (1 + rows.indexOf(row))
  const bottom = top + line * (1 + rows.length)
  const end = ({ total }, y) => `<path d="M${fixed(scale(total))} ${top - 6}V${y}" stroke="${faint}" stroke-dasharray="4 3"/>`
  const caption = ({ total }, what) =>
    `<text x="${fixed(scale(total))}" y="${top - 12}" text-anchor="end">${what}: ${(total / 1_000).toFixed(2)} s</text>`
  return svg(`${bands} tasks: a plain loop, and the same tasks on ${rows.length} workers`, bottom + 8, [
    label(top, 'plain loop'),
    ...bars(loop.spans, '#22a06b', () => top),
    ...rows.flatMap((row, i) => [label(yOfWorker(row), `worker ${i + 1}`)]),
    ...bars(run.spans, '#3b82f6', yOfWorker),
    end(loop, bottom),
    end(run, bottom),
    caption(loop, 'loop'),
    caption(run, 'Parallel'),
  ])
}

// The machine may have other things to do: the quickest of some rounds, in turns, is the one that they disturbed least.
const parallel = Parallel({ nJobs: 2, batchSize: 1 })
await parallel(tasks)
let [loop, run] = []
for (let round = 0; round < rounds; round++) {
  loop = quicker(loop, await timed(() => indices.map((index) => band(index, bands, limit))))
  run = quicker(run, await timed(() => parallel(tasks)))
  process.stderr.write(`${(loop.total / 1_000).toFixed(2)} s and ${(run.total / 1_000).toFixed(2)} s\n`)
}
writeFileSync(new URL('../../docs/timeline.svg', import.meta.url), picture(loop, run))
