/** Runs a program of `fixtures/core` as a user would, and watches how it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const folder = new URL('../fixtures/core/', import.meta.url)

/**
 * Longest time, in milliseconds, that the end of a program or of its workers may take. A machine that other programs swamp needs two seconds now
 * and then; what joblet could hold a program with, an idle pool or a task that loops, lasts for minutes or for ever.
 */
export const graceMs = 10_000

/** A program that runs. */
export interface Program {
  readonly process: ChildProcess
  /** Lines printed so far. */
  readonly lines: readonly string[]
  /** When the last line was printed. */
  readonly lastLineMs: () => number
  /** Its stderr so far. */
  readonly errors: () => string
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null; readonly atMs: number }>
  /** Resolves when so many lines begin with `word`; gives what follows in each. */
  readonly said: (word: string, times?: number) => Promise<string[]>
}

/** Start a scenario in a process group of its own; `flags` are Node's. */
export const startProgram = (backend: string, scenario: string, flags: readonly string[] = [], name = 'program.mjs'): Program =>
  startScript([...flags, fileURLToPath(new URL(name, folder)), backend, scenario])

/** Start Node with these arguments in a process group of its own. */
export function startScript(args: readonly string[]): Program {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  const lines: string[] = []
  let errors = ''
  let lastLineMs = performance.now()
  const reader = createInterface({ input: child.stdout })
  reader.on('line', (line) => {
    lines.push(line)
    lastLineMs = performance.now()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const ended = new Promise<Awaited<Program['ended']>>((resolve) => {
    // What it printed last may arrive after its end.
    child.once('exit', (code, signal) => {
      const end = { code, signal, atMs: performance.now() }
      child.once('close', () => resolve(end))
    })
  })
  const wordsOf = (word: string) => lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))
  const said = async (word: string, times = 1) => {
    while (wordsOf(word).length < times) {
      await Promise.race([
        new Promise((resolve) => reader.once('line', resolve)),
        ended.then((end) => failUnless(wordsOf(word).length >= times, `${JSON.stringify(end)} ${errors}`)),
      ])
    }
    return wordsOf(word)
  }
  return { process: child, lines, lastLineMs: () => lastLineMs, errors: () => errors, ended, said }
}

function failUnless(enough: boolean, how: string): void {
  if (!enough) throw new Error(`the program ended before it said enough: ${how}`)
}

/** Whether a process lives; one that is dead and was not fetched by its parent does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return process.platform !== 'linux'
  }
}

/** Those of `pids` that still live when `withinMs` have passed; returns as soon as there is none. */
export async function survivors(pids: readonly number[], withinMs: number): Promise<number[]> {
  const deadline = performance.now() + withinMs
  while (pids.some(isAlive) && performance.now() < deadline) await sleep(20)
  return pids.filter(isAlive)
}
