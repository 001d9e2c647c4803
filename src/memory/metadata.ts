/** What an entry tells of the call that it is the result of. */
import { inspect } from 'node:util'
import type { EntryMeta } from '../codec/entry.js'
import type { EntryMetadata } from './memory-options.js'

/** With nothing missing. */
export const metadataOf = ({ name = '', createdAtMs = 0, durationMs = 0, args = '' }: EntryMeta): EntryMetadata => ({
  name,
  createdAtMs,
  durationMs,
  args,
})

const shown = { depth: 1, maxArrayLength: 4, maxStringLength: 40, breakLength: Number.POSITIVE_INFINITY, customInspect: false }

/** The arguments as people read them. No code of theirs runs. */
export function previewOf(args: readonly unknown[]): string {
  try {
    return inspect(args, shown).slice(1, -1).trim().slice(0, 200)
  } catch {
    return ''
  }
}
