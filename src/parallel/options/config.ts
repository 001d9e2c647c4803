/** Options for every `Parallel` that is made in one flow of a program, or in all of it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { isGeneratorFunction } from 'node:util/types'
import { own } from '../../own.js'
import { type Config, merged, noConfig } from './config-values.js'
import type { ParallelDefaults } from './parallel-options.js'
import { readConfig } from './read-options.js'

// Made at the first use: a program without configs pays nothing for them.
let flows: AsyncLocalStorage<Config> | undefined
const ofProgram = new Set<{ readonly config: Config }>()

/**
 * Options for every `Parallel` that is made while `run` runs, also after each of its `await`s, and in no other flow. Options that a `Parallel`
 * is given itself win; of configs within configs, the inner one does.
 *
 * @param options All of {@link ParallelOptions} but `returnAs` and `onError`, which say what comes out: that is for the caller of `Parallel` to know.
 * @param run Called at once. What it gives is given back.
 * @throws {OptionError} With every unknown or wrong option.
 * @throws {TypeError} If `run` is no function, or a generator function: its body runs while somebody reads it, and so outside.
 * @example
 * ```ts
 * import { delayed, Parallel, parallelConfig } from 'joblet'
 *
 * // Somewhere in a library, which gives no say in how it runs.
 * const roots = () => Parallel()([1, 4, 9].map((n) => delayed(Math.sqrt)(n)))
 * console.log(await parallelConfig({ backend: 'processes', nJobs: 2 }, roots)) // [ 1, 2, 3 ]
 * ```
 * @category Run tasks
 */
export const parallelConfig = own('parallelConfig', <T>(options: ParallelDefaults, run: () => T): T => {
  const config = readConfig('parallelConfig', options)
  checkRun(run)
  flows ??= new AsyncLocalStorage()
  return flows.run(merged(flows.getStore() ?? noConfig, config), run)
})

/**
 * Options for every `Parallel` that this thread makes from now on. {@link parallelConfig} and the options of a `Parallel` itself win; of several
 * such calls, the latest does.
 *
 * @param options As of {@link parallelConfig}.
 * @returns A function that takes these options back, and no others.
 * @throws {OptionError} With every unknown or wrong option.
 * @example
 * ```ts
 * import { delayed, Parallel, setParallelConfig } from 'joblet'
 *
 * const restore = setParallelConfig({ nJobs: 2 })
 * console.log(await Parallel()([1, 4].map((n) => delayed(Math.sqrt)(n)))) // [ 1, 2 ]
 * restore()
 * ```
 * @category Run tasks
 */
export const setParallelConfig = own('setParallelConfig', (options: ParallelDefaults): (() => void) => {
  const layer = { config: readConfig('setParallelConfig', options) }
  ofProgram.add(layer)
  return () => void ofProgram.delete(layer)
})

/** What holds here and now. */
export function activeConfig(): Config {
  const flow = flows?.getStore() ?? noConfig
  return ofProgram.size === 0 ? flow : merged([...ofProgram].map(({ config }) => config).reduce(merged, noConfig), flow)
}

function checkRun(run: unknown): void {
  if (typeof run !== 'function')
    throw new TypeError(
      'cannot use these options: there is no function for which they hold; write parallelConfig(options, async () => { ... }), or setParallelConfig(options) for the whole program',
    )
  if (isGeneratorFunction(run))
    throw new TypeError(
      'cannot use these options for a generator function: its body runs while somebody reads it, and so outside; make the Parallel in a plain function and give that, or call parallelConfig within the generator',
    )
}
