/** Says why a worker could not be started. */
import { WorkerCrashError } from '../errors.js'
import type { WorkerLoss } from './backend.js'

/** The error of a start that failed; `how` it ended, where it did. */
export function startError(how: WorkerLoss | undefined, cause: unknown): WorkerCrashError {
  const { exitCode, signal } = how ?? {}
  const ended =
    signal !== undefined ? `it was ended by ${signal}` : exitCode !== undefined ? `it exited with code ${exitCode}` : String(cause)
  return new WorkerCrashError(`cannot start a worker: ${ended}; see its output, and check \`execArgv\`, \`env\` and \`initializer\``, {
    exitCode,
    signal,
    cause,
  })
}
