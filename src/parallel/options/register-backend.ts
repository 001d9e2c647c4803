/** `registerBackend`: a backend of a program's own, by name. */
import { type BackendFactory, keepFactory } from '../../backend/registry.js'
import { OptionError } from '../../errors.js'
import { readOptions, show } from '../../options.js'
import { own } from '../../own.js'
import { boolean, withDefault } from '../../rules.js'
import { ownBackends } from './backend-rule.js'

/**
 * What {@link registerBackend} takes besides.
 *
 * @example
 * ```ts
 * import { type BackendFactory, type RegisterBackendOptions, registerBackend } from 'joblet'
 *
 * // What is not told where to run then runs there.
 * const register = (factory: BackendFactory, options: RegisterBackendOptions = { makeDefault: true }) =>
 *   registerBackend('cluster', factory, options)
 * ```
 * @category A backend of your own
 */
export interface RegisterBackendOptions {
  /** Whether runs for which nothing names or hints at a backend use this one in place of threads. @default false */
  readonly makeDefault?: boolean | undefined
}

const rules = { makeDefault: withDefault(boolean, false) }

/**
 * Give a backend of your own a name: `Parallel({ backend: name })` then runs on it, and so does `parallelConfig`. It counts for this thread,
 * and for each `Parallel` that is made from now on.
 *
 * @param name Any name but joblet's own. What was registered under it before is replaced.
 * @param factory Called once for each `Parallel`, at its first run, and again at the first run after its `close()`.
 * @returns A function that takes it back.
 * @throws {OptionError} If the name is one of joblet's own or no text, the factory is no function, or an option is wrong.
 * @example
 * ```ts
 * import { delayed, Parallel, registerBackend, serveBatch, type WorkerPool } from 'joblet'
 *
 * const pool: WorkerPool = {
 *   run: (batch, onReply) => serveBatch(batch, onReply).then(() => ({ kind: 'done' })),
 *   cancel: () => undefined,
 *   close: async () => undefined,
 * }
 * const takeBack = registerBackend('cluster', () => ({ name: 'cluster', open: () => pool }))
 * console.log(await Parallel({ backend: 'cluster', nJobs: 16 })([delayed(Math.sqrt)(9)])) // [ 3 ]
 * takeBack()
 * ```
 * @category A backend of your own
 */
export const registerBackend = own(
  'registerBackend',
  (name: string, factory: BackendFactory, options: RegisterBackendOptions = {}): (() => void) => {
    const problems = [...nameProblems(name), ...(typeof factory === 'function' ? [] : [wrongFactory(factory)])]
    if (problems.length > 0) throw new OptionError('registerBackend', problems)
    const { makeDefault } = readOptions('registerBackend', rules, options)
    return keepFactory(name, factory, makeDefault)
  },
)

function nameProblems(name: unknown): readonly string[] {
  if (typeof name !== 'string' || name === '') return [`\`name\` must be a text, got ${show(name)}`]
  if (ownBackends.some((known) => known === name)) return [`'${name}' is a backend of joblet itself; choose another name`]
  return []
}

const wrongFactory = (factory: unknown): string =>
  `\`factory\` must be a function that gives a Backend, got ${show(factory)}; write registerBackend(name, () => backend)`
