/** What an entry tells about the call whose result it holds. Pure. */

/** What an entry tells about the call that made it. */
export interface EntryMeta {
  /** The function's name, as a person knows it. */
  readonly name?: string
  /** How long the call took, in milliseconds. */
  readonly durationMs?: number
  /** When the result was stored, in milliseconds since 1970. */
  readonly createdAtMs?: number
  /** When it no longer counts, in milliseconds since 1970. */
  readonly expiresAtMs?: number
  /** The arguments, shortened. */
  readonly args?: string
}

/** What is known and of the right type; the rest may be from a newer joblet, or from anybody. */
export function readMeta(text: Buffer): EntryMeta {
  let found: unknown
  try {
    found = JSON.parse(text.toString())
  } catch {
    return {}
  }
  if (typeof found !== 'object' || found === null) return {}
  const pick = (key: keyof EntryMeta, type: 'string' | 'number'): object => {
    const value: unknown = Object.hasOwn(found, key) ? Reflect.get(found, key) : undefined
    return typeof value === type ? { [key]: value } : {}
  }
  return {
    ...pick('name', 'string'),
    ...pick('durationMs', 'number'),
    ...pick('createdAtMs', 'number'),
    ...pick('expiresAtMs', 'number'),
    ...pick('args', 'string'),
  }
}
