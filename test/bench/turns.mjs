/** Starts contenders, each in a process of its own, and lets them take turns. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { pythons, slowPerTask } from './cases.mjs'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/** Contenders that are Python's. */
export const isPython = (contender) => pythons.includes(contender) || contender === 'joblib-memory'

/** A Python that can import joblib and numpy, if there is one. */
export function findPython() {
  const candidates = [process.env.JOBLET_BENCH_PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean)
  return candidates.find((python) => spawnSync(python, ['-c', 'import joblib, numpy'], { stdio: 'ignore' }).status === 0)
}

const commandOf = (contender, script, python) =>
  isPython(contender) ? [python, [here(`${script}.py`), contender]] : [process.execPath, [here(`${script}.mjs`), contender]]

// Whoever takes so long for a turn has few of them. The others need not wait for it each time, which leaves their engines and caches cold.
const slowTurnMs = 4_000
const slowRounds = 2

/**
 * Samples by contender: A B C A B C, after one round that does not count; fewer of those whose turns take long.
 *
 * @param point How many tasks and workers.
 * @param longestMs After so long no further call is begun in a turn.
 */
export async function takeTurns(benchCase, point, { contenders, rounds, longestMs, python, onRound }) {
  const start = benchCase.program === undefined ? startHost : programs
  const measurers = contenders.map((contender) => start(contender, benchCase, point, { python, longestMs }))
  const samples = Object.fromEntries(contenders.map((contender) => [contender, []]))
  const lastMs = new Map()
  try {
    for (let round = 0; round <= rounds; round++) {
      onRound(round)
      for (const { contender, measure } of measurers) {
        if (round > slowRounds && lastMs.get(contender) > slowTurnMs) continue
        const begunMs = performance.now()
        const value = await measure()
        lastMs.set(contender, performance.now() - begunMs)
        if (round > 0) samples[contender].push(value)
      }
    }
  } finally {
    for (const { stop } of measurers) stop()
  }
  return samples
}

/** How many tasks `contender` gets. */
export const sizeFor = (contender, { fewerWhenSlow, slowShare = 10 }, { n }) =>
  fewerWhenSlow && slowPerTask.has(contender) ? n / slowShare : n

/** A host that answers as often as it is asked. */
function startHost(contender, benchCase, point, { python, longestMs }) {
  const [command, args] = commandOf(contender, 'host', python)
  const child = spawn(command, [...args, String(point.workers ?? 2)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const { name, measure = name, calls = 1 } = benchCase
  const request = JSON.stringify({ name: measure, n: sizeFor(contender, benchCase, point), calls, longestMs })
  return {
    contender,
    async measure() {
      child.stdin.write(`${request}\n`)
      const { value: line, done } = await answers.next()
      if (done) throw new Error(`${contender} ended in the case ${benchCase.name}`)
      return JSON.parse(line).value
    },
    stop: () => child.stdin.end(),
  }
}

/** A whole program for each measurement. */
function programs(contender, { name, program }, { n }, { python }) {
  const [command, args] = commandOf(contender, program, python)
  const folder = mkdtempSync(join(tmpdir(), 'joblet-bench-'))
  let round = 0
  return {
    contender,
    async measure() {
      const place = join(folder, name === 'miss' ? String(round++) : 'kept')
      const start = performance.now()
      const child = spawn(command, [...args, String(n), place], { stdio: ['ignore', 'pipe', 'inherit'] })
      const exited = once(child, 'exit')
      const [text] = await Promise.race([once(child.stdout, 'data'), exited])
      const ms = performance.now() - start
      const [code] = await exited
      if (code !== 0) throw new Error(`${contender} ended with ${code} in the case ${name}`)
      return program === 'cold' ? ms : JSON.parse(String(text))[name]
    },
    stop: () => rmSync(folder, { recursive: true, force: true }),
  }
}
