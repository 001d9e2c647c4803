/** What configs say, and how it goes together with the options of a `Parallel`: pure. */
import { isOptions } from '../../options.js'

/** One option that a config sets: its value, checked, and the function that was given it. */
export interface ConfigValue {
  readonly value: unknown
  readonly from: string
}

/** Options that hold where a `Parallel` was given none. */
export type Config = ReadonlyMap<string, ConfigValue>

/** Nothing set. */
export const noConfig: Config = new Map()

/** Tells where an option comes from, as the end of its name in a message; empty for the caller's own. */
export type Origin = (name: string) => string

/** `inner` on top of `outer`. */
export const merged = (outer: Config, inner: Config): Config =>
  outer.size === 0 ? inner : inner.size === 0 ? outer : new Map([...outer, ...inner])

/** Where the options of a `Parallel` that was given `given` come from. */
export const originIn =
  (config: Config, given: unknown): Origin =>
  (name) => {
    const from = own(given, name) === undefined ? config.get(name)?.from : undefined
    return from === undefined ? '' : ` (from ${from})`
  }

/**
 * The values of `config` that hold for a `Parallel` that was given `given`. As in joblib, `require` is stronger than a config's backend, wherever it
 * comes from; a backend that the caller names is not touched.
 */
export function baseFor(config: Config, given: unknown): object {
  if (config.size === 0) return {}
  const base = Object.fromEntries([...config].map(([name, { value }]) => [name, value]))
  const { backend, ...others } = base
  const shares = backend === undefined || backend === 'async' || backend === 'sequential'
  return (own(given, 'require') ?? base['require']) === 'sharedmem' && !shares ? others : base
}

const own = (given: unknown, name: string): unknown => (isOptions(given) ? Reflect.get(given, name) : undefined)
