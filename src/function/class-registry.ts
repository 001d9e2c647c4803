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
