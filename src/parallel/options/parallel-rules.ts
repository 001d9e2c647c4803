/** One rule for each option of `Parallel` and of a task. */
import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Either, left, right } from '../../fp-ts.js'
import type { Rule, Rules } from '../../options.js'
import {
  alsoCalled,
  boolean,
  either,
  exactly,
  fields,
  fn,
  integer,
  mapped,
  object,
  oneOf,
  parsed,
  rule,
  size,
  string,
  withDefault,
} from '../../rules.js'
import type { Retries, TaskOptions } from '../../task.js'
import { defaultGraceMs } from '../../worker/batch.js'
import { backend } from './backend-rule.js'
import type { ParallelOptions } from './parallel-options.js'
import { isFiniteMs, longestMs } from './retry.js'
import { workerRules } from './worker-rules.js'

const milliseconds = rule(
  `a number of milliseconds above 0, at most ${longestMs}, or Infinity`,
  (value): value is number => typeof value === 'number' && value > 0 && (value <= longestMs || value === Number.POSITIVE_INFINITY),
)

const finiteMs = rule(`a number of milliseconds from 0, at most ${longestMs}`, isFiniteMs)

const times = integer({ min: 0 })
const reasons = { crash: times, error: times, timeout: times, delay: either(finiteMs, fn<(attempt: number) => number>()) }
const retries = either(times, fields<Retries>('an object with `crash`, `error`, `timeout`, `delay`', reasons satisfies Rules<Retries>))

/** Rules of `delayed(fn, options)`. */
export const taskRules = { timeout: milliseconds, retries, label: string } satisfies Rules<TaskOptions>

const count = rule(
  'a whole number other than 0',
  (value): value is number => Number.isSafeInteger(value) && value !== 0,
  (value) =>
    value === 0
      ? '-1 is all CPUs, 1 runs here'
      : typeof value === 'string' && value !== ''
        ? 'a text; Number(text) makes a number of it'
        : '',
)

// Of p-map, p-limit, piscina, tinypool, workerpool, poolifier, concurrent.futures and multiprocessing.
const workersElsewhere =
  'concurrency maxConcurrency limit threads maxThreads workers maxWorkers numWorkers processes poolSize numberOfThreads'

const level = rule('a number from 0', (value): value is number => typeof value === 'number' && value >= 0)

const none = mapped(exactly(null), () => Number.POSITIVE_INFINITY)
const oneMebibyte = 1024 ** 2

const tempFolder = parsed("the path or the 'file:' URL of a folder that is there", readFolder)

function readFolder(value: unknown): Either<string, string> {
  const isUrl = value instanceof URL || (typeof value === 'string' && value.startsWith('file:'))
  if ((typeof value !== 'string' && !isUrl) || value === '') return left('')
  try {
    const path = isUrl ? fileURLToPath(value as string | URL) : resolve(value as string)
    return statSync(path).isDirectory() ? right(path) : left('it is no folder')
  } catch (error) {
    return left((error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is none' : String((error as Error).message))
  }
}

const signalOf = (value: unknown): string => (typeof value === 'object' && value !== null && 'signal' in value ? 'give its `signal`' : '')

/** Rules of `Parallel(options)`. */
export const parallelRules = {
  ...workerRules,
  nJobs: alsoCalled(count, ...workersElsewhere.split(' ')),
  backend,
  prefer: oneOf('threads', 'processes'),
  require: oneOf('sharedmem'),
  returnAs: withDefault(oneOf('list', 'generator', 'generator_unordered'), 'list'),
  onError: withDefault(oneOf('throw', 'collect'), 'throw'),
  batchSize: alsoCalled(withDefault(either(oneOf('auto'), integer({ min: 1 })), 'auto'), 'chunksize', 'chunkSize'),
  preDispatch: withDefault(
    { ...either(string, integer({ min: 1 })), expects: "'all', a whole number from 1 or an expression such as '2*nJobs'" },
    '2*nJobs',
  ),
  timeout: milliseconds,
  deadline: milliseconds,
  retries: alsoCalled(withDefault(retries, 0), 'retry', 'maxRetries', 'attempts'),
  graceMs: withDefault(finiteMs, defaultGraceMs),
  maxNbytes: withDefault({ ...either(size, none), expects: `${size.expects}, or null` }, oneMebibyte),
  tempFolder,
  signal: object<AbortSignal>('an AbortSignal', (value) => 'aborted' in value && 'addEventListener' in value, signalOf),
  onProgress: fn<NonNullable<ParallelOptions['onProgress']>>(),
  onOutput: fn<NonNullable<ParallelOptions['onOutput']>>(),
  // Runs of which no task ends for five minutes are mostly stuck; at one minute, tasks that are merely long would be warned of.
  stallMs: withDefault({ ...either(milliseconds, none), expects: `${milliseconds.expects}, or null` }, 300_000),
  verbose: withDefault(either(level, mapped(boolean, Number)), 0),
} satisfies Rules<ParallelOptions>

const ofParallel: Rule<never> = { expects: 'left to each Parallel, whose caller counts on what comes out', read: () => left('') }

/** Rules of `parallelConfig(options, ...)`. */
export const configRules = { ...parallelRules, returnAs: ofParallel, onError: ofParallel } satisfies Rules<ParallelOptions>
