/**
 * Classes and symbols keep their identity on their way to a worker and back, as cloudpickle's class tracker does it. Worker-safe.
 *
 * Whoever sends one adds an id of its own to those it already goes by. Whoever receives one looks for an id that it gave out itself:
 * then the original is here. All others build one copy per run.
 */

type Tracked = object | symbol

// Symbols may be weak keys on every Node we support; TypeScript's types do not know.
const idsByValue = new WeakMap<object, readonly string[]>()
const originals = new Map<string, WeakRef<object>>()
const forget = new FinalizationRegistry<string>((id) => originals.delete(id))

let processId: string | undefined
let count = 0

/** The ids `value` travels under, one of them given by this process. */
export function idsToSend(value: Tracked): readonly string[] {
  const key = value as object
  const ids = idsByValue.get(key) ?? []
  if (ids.some((id) => originals.has(id))) return ids
  // Loaded here: most programs send no class, and loading it takes 5 ms.
  processId ??= process.getBuiltinModule('node:crypto').randomUUID()
  const own = `${processId}:${++count}`
  originals.set(own, new WeakRef(key))
  forget.register(key, own)
  const all = [...ids, own]
  idsByValue.set(key, all)
  return all
}

/** Let `value` go by a name of the user's own, in every process; `false` if another value has it. */
export function nameIdentity(value: object, name: string): boolean {
  const known = originals.get(name)?.deref()
  if (known !== undefined && known !== value) return false
  if (known === undefined) {
    originals.set(name, new WeakRef(value))
    idsByValue.set(value, [...(idsByValue.get(value) ?? []), name])
  }
  return true
}

/** What this process once sent under one of `ids`. */
export function originalOf(ids: readonly string[]): Tracked | undefined {
  for (const id of ids) {
    const original = originals.get(id)?.deref()
    if (original !== undefined) return original
  }
  return undefined
}

/** Note the ids under which a value came here. */
export function keepIds(value: Tracked, ids: readonly string[]): void {
  idsByValue.set(value as object, ids)
}
