/** Whether what was seen of a cell is what the table says. Pure. */
import { type Cell, documentedFor } from './cells.js'
import { type Documented, planOf } from './outcomes.js'

/** An error, as far as it counts. */
export interface SeenError {
  readonly name: string
  readonly exitCode?: number
  readonly signal?: string
  readonly message: string
}

/** One result: a task's value, another value, or a failure. */
export interface SeenItem {
  readonly task?: number
  readonly word?: string
  readonly kind?: string
  readonly attempts?: number
  readonly error?: SeenError
}

/** One run. */
export interface SeenRun {
  readonly ms: number
  readonly seen: readonly SeenItem[]
  readonly error?: SeenError
  readonly failure?: { readonly kind: string; readonly index: number; readonly attempts: number }
}

/** What a cell came to. */
export interface Seen extends SeenRun {
  readonly sinceDeathMs?: number
  /** A run on the same workers afterwards. */
  readonly again?: SeenRun
  /** What the program still held. */
  readonly left: readonly string[]
  /** What a run without a fault takes from its cold start, measured if the cell took long. */
  readonly plainMs?: number
  /** The program's own error, if it has one. */
  readonly broken?: string
}

const tasks = 41
const places: Readonly<Record<string, number>> = { first: 0, middle: 20, last: 40 }
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const limitMs = 2_000

/** What is wrong, in words; nothing if all is well. */
export function judge(cell: Cell, seen: Seen): string[] {
  const { broken, left, again } = seen
  if (broken !== undefined) return [broken]
  const documented = documentedFor(cell.fault, cell.position, cell.backend) ?? { kind: 'value' }
  return [
    ...(places[cell.position] === undefined ? judgeStart(cell, documented, seen) : judgeTask(cell, documented, seen)),
    ...(again === undefined ? [] : values(cell, again, numbers(tasks)).map((problem) => `the next run: ${problem}`)),
    ...(left.length === 0 ? [] : [`left behind: ${left.join(', ')}`]),
    ...judgeTime(cell, seen),
  ]
}

/** How long a cell took that counts, in milliseconds: beside its own timeout, or since its worker died. */
export function countedMs({ fault, position }: Cell, { ms, sinceDeathMs }: Seen): number {
  const plan = planOf(fault)
  if (plan.fromDeath === true && sinceDeathMs !== undefined) return sinceDeathMs
  const isStart = position === 'initializer' || position === 'start-up'
  return ms - (plan.hangs === true ? (isStart ? 400 : 300) : 0)
}

/** What a run without a fault takes from its cold start on a machine of two cores that has nothing else to do. */
const freePlainMs = 400

/** A machine that others use is slower than one's own, by as much as a plain run is. */
function judgeTime(cell: Cell, seen: Seen): string[] {
  const counted = countedMs(cell, seen)
  const slowness = Math.max(1, (seen.plainMs ?? 0) / freePlainMs)
  return counted < limitMs * slowness ? [] : [`it took ${Math.round(counted)} ms (a plain run: ${seen.plainMs} ms)`]
}

function judgeStart(cell: Cell, documented: Documented, seen: SeenRun): string[] {
  if (documented.kind === 'value') return values(cell, seen, numbers(tasks))
  if (documented.kind === 'rejected') return [...errorProblems(documented, seen.error), ...nothing(seen)]
  if (cell.onError === 'throw') return [...errorProblems(documented, seen.error), ...nothing(seen)]
  const others = seen.seen.filter(({ kind }) => kind !== documented.kind)
  return seen.error === undefined && others.length === 0 ? [] : [`not all tasks are ${documented.kind}: ${JSON.stringify(seen)}`]
}

function judgeTask(cell: Cell, documented: Documented, seen: SeenRun): string[] {
  const bad = places[cell.position] ?? 0
  const others = numbers(tasks).filter((i) => i !== bad)
  const theirs = seen.seen.filter(({ task, kind }) => kind === undefined && task !== undefined)
  const own = seen.seen.filter((item) => !theirs.includes(item))
  if (documented.kind === 'value') {
    const place = cell.returnAs === 'generator_unordered' || seen.seen[bad] === own[0] ? [] : ['its value is at another place']
    const isOne = own.length === 1 && own[0]?.word !== undefined
    return [...values(cell, { ...seen, seen: theirs }, others), ...(isOne ? place : [`instead of one value: ${JSON.stringify(own)}`])]
  }
  if (cell.onError === 'collect') {
    const [failure] = own
    return [
      ...values(cell, { ...seen, seen: theirs }, others),
      ...(own.length === 1 && failure?.kind === documented.kind && failure.task === bad
        ? []
        : [`instead of its failure: ${JSON.stringify(own)}`]),
      ...(failure?.attempts === 1 ? [] : [`attempts: ${failure?.attempts}`]),
      ...errorProblems(documented, failure?.error),
    ]
  }
  return [...thrown(cell, documented, seen, bad), ...errorProblems(documented, seen.error)]
}

/** The run has rejected, and said with what; a stream had given what came before. */
function thrown({ returnAs }: Cell, { kind }: Documented, { seen, failure }: SeenRun, bad: number): string[] {
  const given = seen.map(({ task }) => task ?? -1)
  const expected = returnAs === 'generator' ? numbers(bad) : []
  const isRight =
    returnAs === 'generator_unordered'
      ? new Set(given).size === given.length && given.every((i) => i >= 0 && i < tasks && i !== bad)
      : given.join() === expected.join()
  return [
    ...(isRight ? [] : [`it gave ${given.join()}`]),
    ...(failure?.kind === kind && failure.index === bad && failure.attempts === 1 ? [] : [`failureOf: ${JSON.stringify(failure)}`]),
  ]
}

/** All of `expected`, each once, in order where that counts, and nothing else. */
function values({ returnAs }: Cell, { seen, error }: SeenRun, expected: readonly number[]): string[] {
  const given = seen.map(({ task, kind, word }) => (kind === undefined && word === undefined ? task : `${kind ?? word}`))
  const sorted = returnAs === 'generator_unordered' ? given.toSorted((a, b) => Number(a) - Number(b)) : given
  const wrong = sorted.join() === expected.join() ? [] : [`instead of the values: ${given.join()}`]
  return error === undefined ? wrong : [...wrong, `it rejected: ${error.message}`]
}

const nothing = ({ seen }: SeenRun): string[] => (seen.length === 0 ? [] : [`it gave ${JSON.stringify(seen)}`])

function errorProblems({ error, exitCode, signal }: Documented, seen: SeenError | undefined): string[] {
  const isRight = seen !== undefined && seen.name === error && seen.exitCode === exitCode && seen.signal === signal
  return isRight ? [] : [`instead of ${JSON.stringify({ error, exitCode, signal })}: ${JSON.stringify(seen)}`]
}
