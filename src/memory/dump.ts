/** `dump` and `load`: a value in a file of its own. */
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Compression, readCompression } from '../codec/compression.js'
import { encodeEntry, type ReadEntry, readEntry } from '../codec/entry.js'
import { CodecError } from '../errors.js'
import { me } from '../store/owner.js'
import { readEntryFile } from '../store/read-file.js'
import { writeLarge } from '../store/write-file.js'
import { classesOf } from './classes.js'
import { Unkeepable } from './graph.js'
import { decodeResult, encodeResult } from './result.js'

/** How {@link dump} writes. */
export interface DumpOptions {
  /** `true` (gzip), a method, or a method and its level. @default false */
  readonly compress?: boolean | Compression
}

/** What stands for a key: entries of a cache have three parts. */
const key = 'dump'
let count = 0

/** Classes are found by the names that they were registered under, and in no other way. */
const registered = classesOf(() => [])

/**
 * Write a value to a file, whole or not at all. It holds data only, and {@link load} runs nothing of it.
 *
 * It keeps what travels between workers, but functions: primitives, plain objects and arrays, Map, Set, Date, RegExp, URL, errors, Buffer,
 * typed arrays (raw, as they lie in memory), cycles and shared parts, and instances of classes that {@link registerClass} gave a name.
 *
 * @param path A path or a file URL. The folder must be there; a file that is there is replaced.
 * @param options.compress 8 MB of numbers take 10 ms without, and some 0.3 s with gzip.
 * @throws {CodecError} If the value holds a function or an instance of a class that was not registered; the message names the path to it.
 * @throws {OptionError} If Node does not have the method, or the method not that level.
 * @example
 * await dump({ weights: new Float32Array(1e6), at: new Date() }, 'model.joblet', { compress: 'brotli' })
 */
export async function dump(value: unknown, path: string | URL, options: DumpOptions = {}): Promise<void> {
  const compress = readCompression(options.compress, 'dump')
  const file = pathOf(path)
  const payload = payloadOf(value)
  const parts = await encodeEntry({ key, meta: { createdAtMs: Date.now() }, codec: 'v8', compress, payload })
  await writeLarge(file, `${file}.${me()}~${++count}.tmp`, parts, 0o666)
}

const pathOf = (path: string | URL): string =>
  typeof path === 'string' && (isAbsolute(path) || !path.startsWith('file:')) ? path : fileURLToPath(path)

function payloadOf(value: unknown): Uint8Array[] {
  try {
    return encodeResult(value, { codec: 'v8', classes: registered, durationMs: 0 })
  } catch (error) {
    if (!(error instanceof Unkeepable)) throw error
    const where = error.path.replace(/^result/, 'value')
    throw new CodecError(`cannot dump ${where}: ${error.message}; a dump holds data and instances of registered classes only`, {
      cause: error,
    })
  }
}

/**
 * Read a value that {@link dump} wrote.
 *
 * @typeParam T What it is; nobody checks.
 * @throws {CodecError} If the file is no dump, is damaged, or is from a newer joblet; or if it holds an instance of a class that is not registered here.
 * @throws {Error} What the file system says, if there is no such file.
 * @example
 * const { weights } = await load<{ weights: Float32Array }>('model.joblet')
 */
export async function load<T = unknown>(path: string | URL): Promise<T> {
  const file = pathOf(path)
  const bytes = await readEntryFile(file, true)
  if (bytes === undefined) throw Object.assign(new Error(`ENOENT: no such file: '${file}'`), { code: 'ENOENT', path: file })
  const entry = await readEntry(bytes, key)
  if (!entry.ok) throw refusal(file, entry)
  try {
    return decodeResult(entry.payload, entry.codec, registered) as T
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new CodecError(`cannot load ${file}: ${why}; register its classes first, or run the Node and the joblet that dumped it`, {
      cause: error,
    })
  }
}

const advice = {
  foreign: 'give a file that `dump` wrote',
  newer: 'update joblet',
  damaged: 'dump it again, or take a copy',
} as const

const refusal = (file: string, { reason, fault }: ReadEntry & { ok: false }): CodecError =>
  new CodecError(`cannot load ${file}: ${reason === 'it belongs to another call' ? 'it is an entry of a cache' : reason}; ${advice[fault]}`)
