/** Starts contenders, each in a process of its own, and lets them take turns. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { slowPerTask } from './cases.mjs'

const here = (name) => fileURLToPath(new URL(name, import.meta.url))

/** A Python that can import joblib, if there is one. */
export function findPython() {
  const candidates = [process.env.JOBLET_BENCH_PYTHON, 'python3', '/usr/bin/python3'].filter(Boolean)
  return candidates.find((python) => spawnSync(python, ['-c', 'import joblib'], { stdio: 'ignore' }).status === 0)
}

const commandOf = (contender, script, python) =>
  contender === 'joblib' ? [python, [here(`${script}.py`)]] : [process.execPath, [here(`${script}.mjs`), contender]]

/** Samples by contender: A B C A B C, after one round that does not count. */
export async function takeTurns(benchCase, { contenders, rounds, python, onRound }) {
  const measurers = contenders.map((contender) => (benchCase.separate ? coldStarter : startHost)(contender, benchCase, python))
  const samples = Object.fromEntries(contenders.map((contender) => [contender, []]))
  try {
    for (let round = 0; round <= rounds; round++) {
      onRound(round)
      for (const { contender, measure } of measurers) {
        const value = await measure()
        if (round > 0) samples[contender].push(value)
      }
    }
  } finally {
    for (const { stop } of measurers) stop()
  }
  return samples
}

/** How many tasks `contender` gets. */
export const sizeFor = (contender, { n, fewerWhenSlow }) => (fewerWhenSlow && slowPerTask.has(contender) ? n / 10 : n)

function startHost(contender, benchCase, python) {
  const [command, args] = commandOf(contender, 'host', python)
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const request = JSON.stringify({ name: benchCase.name, n: sizeFor(contender, benchCase) })
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

function coldStarter(contender, _case, python) {
  const [command, args] = commandOf(contender, 'cold', python)
  return {
    contender,
    async measure() {
      const start = performance.now()
      const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      const exited = once(child, 'exit')
      await Promise.race([once(child.stdout, 'data'), exited])
      const ms = performance.now() - start
      const [code] = await exited
      if (code !== 0) throw new Error(`${contender} ended with ${code} when it was started`)
      return ms
    },
    stop: () => {},
  }
}
