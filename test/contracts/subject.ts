/** What the contract suites are run over: each backend, with runners that are closed when the tests are done. */
import { type BackendName, type Outcome, Parallel, type ParallelOptions } from 'joblet'
import { afterAll } from 'vitest'

/** A backend under test. */
export interface Subject {
  readonly name: BackendName
  /** Whether tasks run elsewhere, with copies of what they are given. */
  readonly hasWorkers: boolean
  /** Whether several tasks may run at a time. */
  readonly overlaps: boolean
  /** A `Parallel` on this backend, for two jobs unless told otherwise. */
  readonly Parallel: typeof Parallel
}

/** Call inside `describe`: the runners are closed at its end. */
export function subjectOf(name: BackendName): Subject {
  const runners: { close(): Promise<void> }[] = []
  afterAll(() => Promise.all(runners.map((runner) => runner.close())))
  return {
    name,
    hasWorkers: name === 'threads' || name === 'processes',
    overlaps: name !== 'sequential',
    Parallel: (options?: ParallelOptions) => {
      const runner = Parallel({ nJobs: 2, backend: name, ...options })
      runners.push(runner)
      return runner as never
    },
  }
}

/** Numbers from 0 to `count - 1`. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** What an async iterable yields, and the error it ended with, if it did. */
export async function readAll<T>(stream: AsyncIterable<T>): Promise<{ readonly values: T[]; readonly error?: unknown }> {
  const values: T[] = []
  try {
    for await (const value of stream) values.push(value)
  } catch (error) {
    return { values, error }
  }
  return { values }
}

/** What `promise` rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => Promise.reject(new Error(`it gave ${JSON.stringify(value)} instead of rejecting`)),
    (error: unknown) => error,
  )
}

/** Outcomes in short: the value, or the kind of failure with our code or the name of the error. */
export const brief = (outcomes: readonly Outcome<unknown>[]): unknown[] =>
  outcomes.map((outcome) => (outcome._tag === 'Right' ? outcome.right : outcome.left.kind))

/** How many outcomes there are of each kind; values count as `value`. */
export function tally(outcomes: readonly Outcome<unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const outcome of outcomes) {
    const kind = outcome._tag === 'Right' ? 'value' : outcome.left.kind
    counts[kind] = (counts[kind] ?? 0) + 1
  }
  return counts
}

/** Resolves once `read` gives the same for a tenth of a second: there is no event for "nothing more happens". */
export async function quiet(read: () => number): Promise<number> {
  for (let before = Number.NaN; before !== read(); ) {
    before = read()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return read()
}
