/** Backends by name: what `registerBackend` has put there. */
import type { Backend } from './backend.js'
import type { ResolvedWorkerOptions } from './worker-options.js'

/**
 * What a registered backend is made for: the options of one `Parallel`, checked.
 *
 * @example
 * ```ts
 * import { fork } from 'node:child_process'
 * import type { BackendOptions } from 'joblet'
 *
 * const startWorkers = ({ nJobs, env, execArgv = process.execArgv }: BackendOptions) =>
 *   Array.from({ length: nJobs }, () => fork('far.js', { env: { ...process.env, ...env }, execArgv: [...execArgv] }))
 * ```
 * @category A backend of your own
 */
export interface BackendOptions extends ResolvedWorkerOptions {
  /** Workers that a run may use at a time, from 1. */
  readonly nJobs: number
}

/**
 * Makes a backend for one `Parallel`. What it throws, its first run rejects with.
 *
 * @example
 * ```ts
 * import type { BackendFactory, WorkerPool } from 'joblet'
 *
 * // Workers behind an address, as `registerBackend` takes them.
 * const clusterAt =
 *   (connect: (workers: number) => Promise<WorkerPool>): BackendFactory =>
 *   ({ nJobs }) => ({ name: 'cluster', open: () => connect(nJobs) })
 * ```
 * @category A backend of your own
 */
export type BackendFactory = (options: BackendOptions) => Backend | Promise<Backend>

const registrations = new Map<string, { readonly factory: BackendFactory }>()
/** Names that were made the default, the latest last. */
const defaults: string[] = []

/** Registered names, in the order in which they came. */
export const registeredNames = (): readonly string[] => [...registrations.keys()]

/** What makes the backend of this name, if anything does. */
export const factoryOf = (name: string): BackendFactory | undefined => registrations.get(name)?.factory

/** The backend of runs that name none; undefined for ours. */
export const defaultBackend = (): string | undefined => defaults.at(-1)

/**
 * Keep a factory; one of that name is replaced.
 *
 * @returns Takes it back, unless another one has taken its place.
 */
export function keepFactory(name: string, factory: BackendFactory, makeDefault: boolean): () => void {
  const registration = { factory }
  registrations.set(name, registration)
  leaveDefaults(name)
  if (makeDefault) defaults.push(name)
  return () => {
    if (registrations.get(name) !== registration) return
    registrations.delete(name)
    leaveDefaults(name)
  }
}

function leaveDefaults(name: string): void {
  const place = defaults.indexOf(name)
  if (place >= 0) defaults.splice(place, 1)
}

/**
 * The backend that `factory` makes.
 *
 * @throws {TypeError} If that is no backend. What the factory throws passes through.
 */
export async function makeBackend(name: string, factory: BackendFactory, options: BackendOptions): Promise<Backend> {
  const made: unknown = await factory(options)
  if (isBackend(made)) return made
  throw new TypeError(
    `cannot run tasks on '${name}': what was registered under that name gave ${made === null ? 'null' : `a value of type ${typeof made}`}, and must give a Backend, an object with a \`name\` and a function \`open\``,
  )
}

/** Whether `value` has what a backend is known by. */
export const isBackend = (value: unknown): value is Backend =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  typeof value.name === 'string' &&
  'open' in value &&
  typeof value.open === 'function'
