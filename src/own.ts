/** joblet's own public functions: they travel by name, also out of a bundle where they have no module of their own any more. */
const names = new WeakMap<object, string>()

/** Declare `value` to be joblet's export `name`. */
export function own<T extends object>(name: string, value: T): T {
  names.set(value, name)
  return value
}

/** The name under which joblet exports `value`, if it does. */
export const ownName = (value: object): string | undefined => names.get(value)
