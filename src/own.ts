/** joblet's own public functions: they travel by name, also out of a bundle where they have no module of their own any more. */
const names = new WeakMap<object, string>()
const byName = new Map<string, object>()

/** Declare `value` to be joblet's export `name`. */
export function own<T extends object>(name: string, value: T): T {
  names.set(value, name)
  byName.set(name, value)
  return value
}

/** The name under which joblet exports `value`, if it does. */
export const ownName = (value: object): string | undefined => names.get(value)

/** joblet's export `name`, where the whole of joblet is loaded; a worker loads it when a task needs it. */
export const ownNamed = (name: string): object | undefined => byName.get(name)

let load: (() => Promise<unknown>) | undefined

/** Say how all of joblet is loaded. The worker's own file does: a bundler that moves it takes along what it names. */
export function setOwnLoader(loader: () => Promise<unknown>): void {
  load = loader
}

/** Load all of joblet; undefined where nobody has said how. */
export const loadOwn = (): Promise<unknown> | undefined => load?.()
