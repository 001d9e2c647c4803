/** Says why a worker could not be started. */
import { WorkerCrashError } from '../../errors.js'
import type { WorkerLoss } from '../backend.js'

/** The error of a start that failed; `how` it ended, where it did. */
export function startError(how: WorkerLoss | undefined, cause: unknown): WorkerCrashError {
  const { exitCode, signal } = how ?? {}
  const ended =
    signal !== undefined ? `it was ended by ${signal}` : exitCode !== undefined ? `it exited with code ${exitCode}` : inWords(cause)
  const why = how?.cause instanceof Error ? ` (${how.cause.name}: ${how.cause.message})` : ''
  return new WorkerCrashError(
    `cannot start a worker: ${ended}${why}; see its output, and check \`execArgv\`, \`env\` and \`initializer\``,
    {
      exitCode,
      signal,
      cause: how?.cause ?? cause,
    },
  )
}

/** From a process, errors come without their prototype. */
function inWords(cause: unknown): string {
  const message = typeof cause === 'object' && cause !== null && 'message' in cause ? cause.message : undefined
  return typeof message === 'string' ? message : String(cause)
}

/** Signals that a process brings about by what it does: it would do so again. */
const ownFaults = new Set<string | undefined>(['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP'])

/** Whether a worker that did not start was ended from outside: it would not do that again by itself. */
export const wasKilled = (error: unknown): error is WorkerCrashError =>
  error instanceof WorkerCrashError && error.signal !== undefined && !ownFaults.has(error.signal)

/** A worker was ended while it started, and another is on its way. */
export function warnOfKilledStart({ signal = 'something' }: WorkerCrashError): void {
  // Ctrl-C, which the terminal sends to all: the program knows.
  if (signal === 'SIGINT') return
  const advice = 'systems that run out of memory do that, and fewer workers (`nJobs`) need less'
  process.emitWarning(`a worker was ended by ${signal} while it started, and is started again: ${advice}`, 'JobletWarning')
}
