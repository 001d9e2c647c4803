/** The table of `docs/reliability.md`: what faults come to, and how long the slowest cell took. Pure. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Cell, cells, documentedFor, factors, whyVoid } from './cells.js'
import type { Documented, Fault } from './outcomes.js'

/** A cell that was tried and came to what it should. */
export interface Tried {
  readonly cell: Cell
  readonly ms: number
}

export const pageFile = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url))

const opening = '<!-- written by npm run test:faults -- --page -->'
const closing = '<!-- end of what is written -->'

/** The page as it is, with the table of what was tried. */
export function pageWith(tried: readonly Tried[]): string {
  const page = readFileSync(pageFile, 'utf8')
  return `${page.slice(0, page.indexOf(opening))}${opening}\n\n${tableOf(tried)}\n${closing}${page.slice(page.indexOf(closing) + closing.length)}`
}

/** The part of the page that is written. */
export function writtenPart(): string {
  const page = readFileSync(pageFile, 'utf8')
  return page.slice(page.indexOf(opening) + opening.length, page.indexOf(closing)).trim()
}

const titles: Partial<Record<Fault, string>> = {
  throw: 'the task throws',
  'exit 0': '`process.exit(0)`',
  'exit 3': '`process.exit(3)`',
  abort: '`process.abort()`',
}
const titleOf = (fault: Fault): string => titles[fault] ?? fault

/** The table, and what it leaves out. `?` stands for a time when nothing was tried. */
export function tableOf(tried: readonly Tried[]): string {
  const head = ['fault', 'in a task', 'in the initializer', 'while a worker starts', 'cells', 'slowest']
  const rows = factors.fault.map((fault) => [
    titleOf(fault),
    ...(['first', 'initializer', 'start-up'] as const).map((position) => wordsFor(fault, position)),
    String(cells.filter((cell) => cell.fault === fault).length),
    slowest(tried.filter(({ cell }) => cell.fault === fault)),
  ])
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`)
  return `${lines.join('\n')}\n\n${cells.length} cells; void are:\n\n${voids().join('\n')}\n`
}

const slowest = (tried: readonly Tried[]): string =>
  tried.length === 0 ? '?' : `${(Math.max(...tried.map(({ ms }) => ms)) / 1_000).toFixed(1)} s`

function wordsFor(fault: Fault, position: Cell['position']): string {
  const [threads, processes] = factors.backend.map((backend) =>
    whyVoid({ fault, position, backend }) === undefined ? documentedFor(fault, position, backend) : undefined,
  )
  if (processes === undefined) return '-'
  const words = wordsOf(processes)
  if (threads === undefined) return `${words} (processes)`
  return wordsOf(threads) === words ? words : `${wordsOf(threads)} (threads), ${words} (processes)`
}

function wordsOf({ kind, error, exitCode, signal }: Documented): string {
  if (kind === 'value') return 'nothing fails'
  const how = signal ?? (exitCode === undefined ? undefined : `exit code ${exitCode}`)
  const what = kind === 'rejected' ? 'the run rejects' : kind === 'cancelled' ? 'the run waits for its `signal`' : `\`${kind}\``
  return kind === 'cancelled' ? what : `${what}: ${error}${how === undefined ? '' : `, ${how}`}`
}

/** Why cells are void, and which. */
function voids(): string[] {
  const reasons = new Map<string, Set<string>>()
  for (const fault of factors.fault) {
    for (const position of factors.position) {
      for (const backend of factors.backend) {
        const why = whyVoid({ fault, position, backend })
        if (why === undefined) continue
        const where = ['idle', 'initializer', 'start-up'].includes(position) ? ` (${position})` : ''
        const named = why.includes('processes only') ? ' on threads' : where
        reasons.set(why, (reasons.get(why) ?? new Set()).add(`${titleOf(fault)}${named}`))
      }
    }
  }
  return Array.from(reasons, ([why, which]) => `- ${[...which].join(', ')}: ${why}`)
}
