/** Which pools may share their workers: those of equal options, and of the very same initializer. */
import type { ResolvedWorkerOptions } from '../worker-options.js'

const initializerIds = new WeakMap<object, number>()
let initializers = 0

/** Equal for pools that may share their workers. */
export function poolKey(
  runtime: string,
  { env, execArgv, resourceLimits, maxMemory, initializer, maxTasksPerWorker, workerUrl }: ResolvedWorkerOptions,
  group: number | undefined,
): string {
  const entries = env === undefined ? undefined : Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1))
  const limits = resourceLimits === undefined ? undefined : Object.entries(resourceLimits).sort(([a], [b]) => (a < b ? -1 : 1))
  return JSON.stringify([
    runtime,
    entries,
    execArgv,
    limits,
    maxMemory,
    initializer && idOf(initializer),
    maxTasksPerWorker,
    workerUrl?.href,
    group,
  ])
}

function idOf(initializer: () => unknown): number {
  const id = initializerIds.get(initializer) ?? ++initializers
  initializerIds.set(initializer, id)
  return id
}
