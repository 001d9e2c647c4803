/** Programs that try cells, one after another; one that is ended by a cell is followed by another. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Cell } from './cells.js'
import type { Seen } from './judge.js'
import { planOf } from './outcomes.js'

const file = fileURLToPath(new URL('../fixtures/faults/cells.mjs', import.meta.url))

// A cell that hangs is to say so before the test's own time is up.
const longestMs = 25_000

export class Lanes {
  readonly #idle: Lane[] = []
  readonly #all = new Set<Lane>()

  /** Try a cell. @throws If its program ends, or does not answer. */
  async run(cell: Cell): Promise<Seen> {
    const lane = this.#idle.pop() ?? new Lane()
    this.#all.add(lane)
    const seen = await lane.ask(cell).catch((error) => {
      this.#all.delete(lane)
      throw error
    })
    this.#idle.push(lane)
    return seen
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.#all, (lane) => lane.close()))
  }
}

class Lane {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  #errors = ''

  constructor() {
    // Workers that die say so on its stderr.
    this.#child = spawn(process.execPath, [file], { stdio: ['pipe', 'ignore', 'pipe', 'pipe'] })
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = `${this.#errors}${text}`.slice(-2_000)
    })
    this.#lines = createInterface({ input: this.#child.stdio[3] as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  }

  async ask(cell: Cell): Promise<Seen> {
    const { options, hangs } = planOf(cell.fault)
    this.#child.stdin?.write(`${JSON.stringify({ ...cell, options, hangs })}\n`)
    const tooLong = setTimeout(() => this.#child.kill('SIGKILL'), longestMs)
    try {
      const { value, done } = await this.#lines.next()
      if (done !== true) return JSON.parse(value) as Seen
    } finally {
      clearTimeout(tooLong)
    }
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
    const { exitCode, signalCode } = this.#child
    throw new Error(
      signalCode === 'SIGKILL' ? `no answer within ${longestMs} ms` : `the program ended: ${exitCode ?? signalCode} ${this.#errors}`,
    )
  }

  async close(): Promise<void> {
    this.#child.stdin?.end()
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit')
  }
}
