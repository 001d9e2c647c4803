/** Classes whose instances travel as their own code says. Worker-safe. */

/** How instances of a class become data, and data instances. */
export interface ClassCodec {
  readonly encode: (instance: never) => unknown
  readonly decode: (state: never) => unknown
}

const codecs = new WeakMap<object, ClassCodec>()

/** What was registered for exactly this class; a subclass has fields of its own, and needs its own. */
export const codecOf = (Class: object): ClassCodec | undefined => codecs.get(Class)

/** Register how instances of `Class` travel. */
export function keepCodec(Class: object, codec: ClassCodec): void {
  codecs.set(Class, codec)
}

const named = new Map<string, WeakRef<object> | 'ambiguous'>()
const names = new WeakMap<object, string>()

/** Remember a registered class under a name: the user's own, or that of the class. Two classes under one name of their own go by none. */
export function keepClassName(Class: object, name: string): void {
  const known = named.get(name)
  const other = known === 'ambiguous' || (known?.deref() ?? Class) !== Class
  named.set(name, other ? 'ambiguous' : new WeakRef(Class))
  names.set(Class, name)
}

/** The registered class of this name. */
export function classNamed(name: string): object | undefined {
  const known = named.get(name)
  return known === 'ambiguous' ? undefined : known?.deref()
}

/** The name that a registered class goes by, if it is the only one of that name. */
export function registeredName(Class: object): string | undefined {
  const name = names.get(Class)
  return name !== undefined && classNamed(name) === Class ? name : undefined
}
