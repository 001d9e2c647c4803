/** A store in the memory of one process: for tests, and as an example of a store of one's own. */
import { type Limits, type Totals, toEvict, totalsOf } from './eviction.js'
import type { Key, Listed, Store } from './store.js'

interface Kept {
  readonly bytes: Uint8Array
  usedAtMs: number
}

/** Keeps copies, so that nobody can change what is kept. Without `lock`: whoever shares it lives in the same process. */
export function memoryStore(): Store & { evict(limits: Limits): Promise<Totals> } {
  const entries = new Map<Key, Kept>()
  const listed = (prefix = ''): Listed[] =>
    [...entries].filter(([key]) => key.startsWith(prefix)).map(([key, { bytes, usedAtMs }]) => ({ key, bytes: bytes.byteLength, usedAtMs }))
  return {
    get(key) {
      const kept = entries.get(key)
      if (kept === undefined) return undefined
      kept.usedAtMs = Date.now()
      return kept.bytes.slice()
    },
    async put(key, parts) {
      entries.set(key, { bytes: new Uint8Array(Buffer.concat(parts)), usedAtMs: Date.now() })
    },
    async delete(key = '') {
      if (key !== '' && !key.endsWith('/')) entries.delete(key as Key)
      else for (const entry of listed(key)) entries.delete(entry.key)
    },
    async *list(prefix) {
      yield* listed(prefix)
    },
    async evict(limits) {
      const gone = toEvict(listed(), limits, Date.now())
      for (const { key } of gone) entries.delete(key)
      return totalsOf(gone)
    },
  }
}
