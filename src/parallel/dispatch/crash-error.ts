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
  const advice = adviceFor({ exitCode, signal, cause })
  return new WorkerCrashError(`cannot finish ${task}: its worker ${how}${why}${advice}; the other tasks went on, ${remedy}`, {
    exitCode,
    signal,
    cause,
  })
}

const lessMemory = 'raise `resourceLimits.maxOldGenerationSizeMb`, or let the task hold less at a time'
const nativeFault = ', as code that is not JavaScript does when it fails: look at native packages and at flags of Node'

const signals: Readonly<Record<string, string>> = {
  SIGABRT: `, as Node does when its heap is full, which it then says on stderr: ${lessMemory}`,
  SIGKILL: ', as the system does when memory is short: take fewer workers, or let the task hold less at a time',
  SIGSEGV: nativeFault,
  SIGBUS: nativeFault,
  SIGILL: nativeFault,
}

/** What has probably happened, and what to do about it. */
function adviceFor({ exitCode, signal, cause }: WorkerLoss): string {
  if (signal !== undefined) return signals[signal] ?? ''
  if (cause instanceof Error) return 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `: ${lessMemory}` : ''
  return exitCode === undefined ? '' : ', as `process.exit` does, or an error that nobody catches'
}

function memoryError(task: string, { used, limit }: NonNullable<WorkerLoss['memory']>, how: WorkerLoss): WorkerCrashError {
  const why = `its worker used ${mebibytes(used)} and was ended, since \`maxMemory\` is ${mebibytes(limit)}`
  return new WorkerCrashError(`cannot finish ${task}: ${why}; raise it, or let the task hold less at a time; the other tasks went on`, how)
}
