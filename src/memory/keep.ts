/** Keeps what a call came to, in memory and in the store. Whatever goes wrong with that is told, and the caller has the result all the same. */
import { type EntryMeta, encodeEntry } from '../codec/entry.js'
import { joined, weightOf } from '../parts.js'
import type { Key } from '../store/store.js'
import type { Settled } from './core.js'
import type { LookupTools } from './lookup.js'
import { decodeResult, encodeResult } from './result.js'

/** A result, and how it came about. */
export interface Result {
  readonly value: unknown
  readonly durationMs: number
  readonly args: string
}

/** Keep a result. */
export async function keep(key: Key, { value, durationMs, args }: Result, tools: LookupTools): Promise<Settled> {
  const { core, version, options, tally } = tools
  const { codec, mode } = core.options
  const meta: EntryMeta = { name: tally.name, createdAtMs: Date.now(), durationMs, args }
  try {
    if (options.shouldCache?.(value, { durationMs }) === false) return shared(value)
    const parts = encodeResult(value, { codec, classes: version.classes(), durationMs })
    const copyPayload = (): Uint8Array => joined(parts)
    core.layer.set(key, value, { payloadBytes: weightOf(parts), copyPayload }, { savedMs: durationMs, meta })
    if (mode !== 'readonly') await store(key, { meta, parts }, tools)
    return { value, copy: () => decodeResult(copyPayload(), 0, codec, version.classes()) }
  } catch (error) {
    tally.refused(key, error)
    return shared(value)
  }
}

/** What cannot be copied is shared by those who asked for it at the same time. */
const shared = (value: unknown): Settled => ({ value, copy: () => value })

async function store(
  key: Key,
  { meta, parts }: { readonly meta: EntryMeta; readonly parts: readonly Uint8Array[] },
  { core, tally }: LookupTools,
): Promise<void> {
  const { codec, compress } = core.options
  const entry = await encodeEntry({ key, meta, codec, compress, payload: parts })
  try {
    await core.store.put(key, entry)
  } catch (error) {
    return tally.refused(key, error)
  }
  const bytes = weightOf(entry)
  tally.stored(key, bytes)
  core.written(bytes)
}
