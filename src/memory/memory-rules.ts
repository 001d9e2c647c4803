/** One rule for each option of `Memory`, of cached functions and of `reduceSize`. */
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CompressionMethod, canCompress } from '../codec/compression.js'
import { type Either, left, right } from '../fp-ts.js'
import { isOptions, type Rules } from '../options.js'
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
} from '../rules.js'
import type { Store } from '../store/store.js'
import type { CacheOptions, Duration, MemoryOptions } from './memory-options.js'

const units = { weeks: 604_800_000, days: 86_400_000, hours: 3_600_000, minutes: 60_000, seconds: 1_000, milliseconds: 1 } as const
const amount = rule('a number from 0', (value): value is number => typeof value === 'number' && value >= 0)
const unitRules = Object.fromEntries(Object.keys(units).map((name) => [name, amount])) as Rules<Exclude<Duration, number>>

/** Milliseconds. */
export const duration = mapped(
  either(amount, fields<Partial<Record<keyof typeof units, number>>>('an object such as { hours: 1 }', unitRules)),
  (value) =>
    typeof value === 'number'
      ? value
      : Object.entries(value).reduce((sum, [unit, count]) => sum + count * units[unit as keyof typeof units], 0),
)

const methods = ['gzip', 'brotli', 'zstd'] as const
const levels = { gzip: [0, 9], brotli: [0, 11], zstd: [1, 22] } as const

/** How entries are packed. */
export const packing = parsed<CompressionMethod | { readonly method: CompressionMethod; readonly level: number } | false>(
  "true, false, 'gzip', 'brotli', 'zstd' or { method, level }, with a level from 0 to 9 for gzip, 0 to 11 for brotli, 1 to 22 for zstd",
  readPacking,
)

function readPacking(
  value: unknown,
): Either<string, CompressionMethod | { readonly method: CompressionMethod; readonly level: number } | false> {
  if (typeof value === 'boolean') return right(value && 'gzip')
  const { method, level, ...others } = (isOptions(value) ? value : { method: value }) as { method?: unknown; level?: unknown }
  const known = methods.find((name) => name === method)
  if (known === undefined || Object.keys(others).length > 0) return left('')
  if (!canCompress(known)) return left(`Node ${process.version} has no ${known}; use brotli, or Node 22.15 or later`)
  const [least, most] = levels[known]
  if (level === undefined) return right(known)
  return typeof level === 'number' && Number.isInteger(level) && level >= least && level <= most
    ? right({ method: known, level })
    : left('')
}

const store = object<Store>(
  'a Store',
  (value) => ['get', 'put', 'delete', 'list'].every((name) => typeof Reflect.get(value, name) === 'function'),
  () => 'with the methods `get`, `put`, `delete` and `list`',
)

const folder = parsed("the path of a folder, a 'file:' URL or null", readFolder)

function readFolder(value: unknown): Either<string, string | null> {
  if (value === null) return right(null)
  if (value instanceof URL) return value.protocol === 'file:' ? right(fileURLToPath(value)) : left('')
  if (typeof value !== 'string' || value === '') return left('')
  if (value.startsWith('file:')) return URL.canParse(value) ? right(fileURLToPath(value)) : left('')
  return /^\w{2,}:\/\//.test(value) && !isAbsolute(value) ? left('') : right(resolve(value))
}

const defaultInMemory = { maxBytes: 64 * 1024 ** 2 }
const inMemoryFields = fields<{ maxBytes?: number }>('an object with maxBytes', { maxBytes: size })

/** Rules of `Memory(options)`. */
export const memoryRules = {
  location: alsoCalled(folder, 'cachedir', 'cacheDir', 'dir', 'directory', 'folder', 'path'),
  store,
  maxBytes: size,
  maxItems: integer({ min: 1 }),
  maxAge: alsoCalled(duration, 'ttl'),
  inMemory: withDefault(
    mapped(either(boolean, inMemoryFields), (value): false | { readonly maxBytes: number } =>
      value === false ? false : { maxBytes: defaultInMemory.maxBytes, ...(value === true ? {} : value) },
    ),
    defaultInMemory as false | { readonly maxBytes: number },
  ),
  compress: packing,
  codec: withDefault(oneOf('v8', 'json'), 'v8'),
  mode: withDefault(oneOf('readwrite', 'readonly', 'refresh'), 'readwrite'),
  onEvent: alsoCalled(fn<NonNullable<MemoryOptions['onEvent']>>(), 'verbose'),
} satisfies Rules<MemoryOptions>

const parameter = rule(
  "an array of parameter names, such as 'verbose' or 'options.debug', and positions from 0",
  (value): value is readonly (string | number)[] =>
    Array.isArray(value) && value.every((item) => (typeof item === 'string' ? item !== '' : Number.isSafeInteger(item) && item >= 0)),
)

const number = rule('a number', (value): value is number => typeof value === 'number' && Number.isFinite(value))

/** Rules of `memory.cache(fn, options)`. */
export const cacheRules = {
  ignore: parameter,
  key: fn<NonNullable<CacheOptions['key']>>(),
  expiresAfter: duration,
  validate: fn<NonNullable<CacheOptions['validate']>>(),
  version: either(string, number),
  depends: rule('an array of functions and values', (value): value is readonly unknown[] => Array.isArray(value)),
  name: rule('a text', (value): value is string => typeof value === 'string' && value !== ''),
  shouldCache: fn<NonNullable<CacheOptions['shouldCache']>>(),
} satisfies Rules<CacheOptions>

/** Rules of `memory.reduceSize(limits)`. */
export const limitRules = {
  bytesLimit: either(exactly(0), size),
  itemsLimit: integer({ min: 0 }),
  ageLimit: duration,
}
