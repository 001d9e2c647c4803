/** What `dump` and `load` do. */
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readCompression } from '../codec/compression.js'
import { encodeEntry, type ReadEntry, readEntry } from '../codec/entry.js'
import { CodecError } from '../errors.js'
import { me } from '../store/owner.js'
import { readEntryFile } from '../store/read-file.js'
import { writeLarge } from '../store/write-file.js'
import { classesOf } from './classes.js'
import type { DumpOptions } from './dump.js'
import { Unkeepable } from './graph.js'
import { decodeResult, encodeResult } from './result.js'

/** What stands for a key: entries of a cache have three parts. */
const key = 'dump'
let count = 0

/** Classes are found by the names that they were registered under, and in no other way. */
const registered = classesOf(() => [])

/** See `dump`. */
export async function dumpTo(value: unknown, path: string | URL, options: DumpOptions): Promise<void> {
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

/** See `load`. */
export async function loadFrom(path: string | URL): Promise<unknown> {
  const file = pathOf(path)
  const bytes = await readEntryFile(file, true)
  if (bytes === undefined) throw Object.assign(new Error(`ENOENT: no such file: '${file}'`), { code: 'ENOENT', path: file })
  const entry = await readEntry(bytes, key)
  if (!entry.ok) throw refusal(file, entry)
  try {
    return decodeResult(entry.bytes, entry.start, entry.codec, registered)
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
