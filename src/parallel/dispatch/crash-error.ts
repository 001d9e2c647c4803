/** Says how a task's worker ended. */
import type { WorkerLoss } from '../../backend/backend.js'
import { mebibytes, WorkerCrashError } from '../../errors.js'

const wouldRetry = 'and `retries` would have run it again'

/** Why a task with moved arguments does not run again. */
export const goneArguments = 'and it cannot run again, since its moved arguments are gone'

/** The error of a task whose worker ended while it ran. */
export function crashError(task: string, { exitCode, signal, cause, memory }: WorkerLoss, remedy = wouldRetry): WorkerCrashError {
  if (memory !== undefined) return memoryError(task, memory, { exitCode, signal })
  const how = signal !== undefined ? `was ended by ${signal}` : exitCode === undefined ? 'did not run it' : `exited with code ${exitCode}`
  const why = cause instanceof Error ? ` (${cause.name}: ${cause.message})` : ''
  return new WorkerCrashError(`cannot finish ${task}: its worker ${how}${why}; the other tasks went on, ${remedy}`, {
    exitCode,
    signal,
    cause,
  })
}

function memoryError(task: string, { used, limit }: NonNullable<WorkerLoss['memory']>, how: WorkerLoss): WorkerCrashError {
  const why = `its worker used ${mebibytes(used)} and was ended, since \`maxMemory\` is ${mebibytes(limit)}`
  return new WorkerCrashError(`cannot finish ${task}: ${why}; raise it, or let the task hold less at a time; the other tasks went on`, how)
}
