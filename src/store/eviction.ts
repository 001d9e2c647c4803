/** Which entries a store gives up when it holds too much. Pure. */
import type { Listed } from './store.js'

/** How much a store may hold. What is not given is not limited. */
export interface Limits {
  /** The weight of all entries together, in bytes. */
  readonly maxBytes?: number
  /** How many entries there may be. */
  readonly maxItems?: number
  /** How long an entry may lie unused, in milliseconds. */
  readonly olderThanMs?: number
}

/** What entries come to. */
export interface Totals {
  readonly items: number
  readonly bytes: number
}

/** The totals of `entries`. */
export const totalsOf = (entries: readonly Listed[]): Totals => ({
  items: entries.length,
  bytes: entries.reduce((sum, { bytes }) => sum + bytes, 0),
})

/** What is left of `a` without `b`. */
export const less = (a: Totals, b: Totals): Totals => ({ items: a.items - b.items, bytes: a.bytes - b.bytes })

/** Whether totals pass a limit. Age is not asked: only a listing tells it. */
export const isAbove = ({ items, bytes }: Totals, { maxBytes = Number.POSITIVE_INFINITY, maxItems = Number.POSITIVE_INFINITY }: Limits) =>
  bytes > maxBytes || items > maxItems

/**
 * Limits with room to spare: evicting down to the limit itself would have the next write list everything again; a tenth below it, one write
 * in some hundreds does.
 */
export function withRoom({ maxBytes, maxItems, olderThanMs }: Limits): Limits {
  return {
    ...(maxBytes === undefined ? {} : { maxBytes: Math.floor(maxBytes * 0.9) }),
    ...(maxItems === undefined ? {} : { maxItems: Math.floor(maxItems * 0.9) }),
    ...(olderThanMs === undefined ? {} : { olderThanMs }),
  }
}

/**
 * The entries that have to go, least recently used first: all that are too old, then as many as it takes to keep the other limits.
 *
 * @param entries In any order; n of them cost O(n log n).
 * @param nowMs Milliseconds since 1970, on the clock that `usedAtMs` was read from.
 */
export function toEvict(entries: readonly Listed[], limits: Limits, nowMs: number): Listed[] {
  const { olderThanMs = Number.POSITIVE_INFINITY } = limits
  const byLastUse = [...entries].sort((a, b) => a.usedAtMs - b.usedAtMs)
  let { items, bytes } = totalsOf(entries)
  let gone = 0
  for (const entry of byLastUse) {
    if (nowMs - entry.usedAtMs <= olderThanMs && !isAbove({ items, bytes }, limits)) break
    gone++
    items--
    bytes -= entry.bytes
  }
  return byLastUse.slice(0, gone)
}
