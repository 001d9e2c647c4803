/** Compression of bytes, by name, as the Node at hand can do it. */
import { OptionError } from '../errors.js'

/**
 * A method, or a method and how hard it tries.
 *
 * @example
 * ```ts
 * import { type Compression, Memory } from 'joblet'
 *
 * const compress: Compression = { method: 'brotli', level: 4 }
 * const memory = Memory({ location: '.cache', compress })
 * ```
 * @category Hash and files
 */
export type Compression = CompressionMethod | { readonly method: CompressionMethod; readonly level?: number }

/**
 * What the methods are called. `zstd` is there from Node 22.15 on.
 *
 * @example
 * ```ts
 * import { type CompressionMethod, dump } from 'joblet'
 *
 * const compress: CompressionMethod = 'zstd' in process.versions ? 'zstd' : 'gzip'
 * await dump(new Float64Array(1e5), 'zeros.joblet', { compress })
 * ```
 * @category Hash and files
 */
export type CompressionMethod = 'gzip' | 'brotli' | 'zstd'

type Work = (bytes: Uint8Array, options: object) => Uint8Array
type AsyncWork = (bytes: Uint8Array, options: object, done: (error: Error | null, result: Buffer) => void) => void

interface Method {
  readonly code: number
  readonly levels: readonly [min: number, max: number, usual: number]
  readonly options: (level: number) => object
  readonly functions: readonly [compress: string, decompress: string]
}

// Loaded when it is asked for: nearly nobody compresses, and everybody imports.
const zlib = () => process.getBuiltinModule('node:zlib')
// The formats' own numbers: Node 20 does not name those of zstd.
const brotliQuality = 1
const zstdLevel = 100

const methods: Readonly<Record<CompressionMethod, Method>> = {
  gzip: { code: 1, levels: [0, 9, 6], options: (level) => ({ level }), functions: ['gzip', 'gunzip'] },
  brotli: {
    code: 2,
    // 11 is what brotli takes by itself, and it is 50 times slower than 5 for a tenth fewer bytes.
    levels: [0, 11, 5],
    options: (level) => ({ params: { [brotliQuality]: level } }),
    functions: ['brotliCompress', 'brotliDecompress'],
  },
  zstd: {
    code: 3,
    levels: [1, 22, 3],
    options: (level) => ({ params: { [zstdLevel]: level } }),
    functions: ['zstdCompress', 'zstdDecompress'],
  },
}

/** Up to this many bytes a trip to another thread costs more than the work: 0.1 ms. */
export const smallBytes = 65_536

/** A number that stands for a method in files; 0 for none. */
export const codeOfCompression = (compression: Compression | undefined): number =>
  compression === undefined ? 0 : (methods[nameOf(compression)]?.code ?? 0)

/** The method of a number; undefined for none, `'unknown'` for one that a newer joblet wrote. */
export function compressionOfCode(code: number): CompressionMethod | undefined | 'unknown' {
  if (code === 0) return undefined
  const found = Object.entries(methods).find(([, method]) => method.code === code)
  return found === undefined ? 'unknown' : (found[0] as CompressionMethod)
}

/** Whether this Node can do it. */
export const canCompress = (name: CompressionMethod): boolean =>
  typeof Reflect.get(zlib(), `${methods[name].functions[0]}Sync`) === 'function'

/**
 * What `compress` asks for; undefined for no compression. `true` is gzip.
 *
 * @param where Whose option it is, for messages.
 * @throws {OptionError} For a method that is unknown or that this Node does not have, and for a level that it does not know.
 */
export function readCompression(compress: boolean | Compression | undefined, where: string): Compression | undefined {
  if (compress === undefined || compress === false) return undefined
  if (compress === true) return 'gzip'
  const problem = problemOf(compress)
  if (problem !== undefined) throw new OptionError(where, [problem])
  return compress
}

function problemOf(compress: unknown): string | undefined {
  const given = typeof compress === 'object' && compress !== null ? compress : { method: compress }
  const { method: name, level } = given as { method?: unknown; level?: unknown }
  if (typeof name !== 'string' || !Object.hasOwn(methods, name))
    return `\`compress\` must be true, false, 'gzip', 'brotli', 'zstd' or { method, level }, not ${shown(compress)}`
  if (!canCompress(name as CompressionMethod))
    return `\`compress\` cannot be '${name}': Node ${process.version} does not have it; take 'brotli', or Node 22.15 or later`
  const [min, max] = methods[name as CompressionMethod].levels
  return level === undefined || (Number.isInteger(level) && (level as number) >= min && (level as number) <= max)
    ? undefined
    : `\`compress.level\` of ${name} must be a whole number from ${min} to ${max}, not ${shown(level)}`
}

const shown = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

const nameOf = (compression: Compression): CompressionMethod => (typeof compression === 'string' ? compression : compression.method)

/** Fewer bytes, mostly; small ones at once. */
export function compress(bytes: Uint8Array, compression: Compression): Uint8Array | Promise<Uint8Array> {
  const method = methods[nameOf(compression)]
  const level = (typeof compression === 'string' ? undefined : compression.level) ?? method.levels[2]
  return run(method.functions[0], bytes, method.options(level), bytes.byteLength)
}

/**
 * The bytes that were compressed; small ones at once.
 *
 * @param rawBytes How many there must be.
 * @throws {Error} If they are damaged, or more than that.
 */
export function decompress(bytes: Uint8Array, name: CompressionMethod, rawBytes: number): Uint8Array | Promise<Uint8Array> {
  return run(methods[name].functions[1], bytes, { maxOutputLength: Math.max(1, rawBytes) }, rawBytes)
}

function run(name: string, bytes: Uint8Array, options: object, weight: number): Uint8Array | Promise<Uint8Array> {
  if (weight <= smallBytes) return (Reflect.get(zlib(), `${name}Sync`) as Work)(bytes, options)
  const work = Reflect.get(zlib(), name) as AsyncWork
  return new Promise((resolve, reject) => work(bytes, options, (error, result) => (error === null ? resolve(result) : reject(error))))
}
