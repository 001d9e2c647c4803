/** Prototypes of Node that no export leads to, or one that differs from version to version; both sides get them from an instance. Worker-safe. */
import type * as nodeFs from 'node:fs'

const fs = (): typeof nodeFs => process.getBuiltinModule('node:fs')
const prototypeOf = (instance: object): object => Object.getPrototypeOf(instance) as object

const makers: Readonly<Record<string, () => object>> = {
  '%StatsPrototype': () => prototypeOf(fs().statSync(process.execPath)),
  '%BigIntStatsPrototype': () => prototypeOf(fs().statSync(process.execPath, { bigint: true })),
  '%StatFsPrototype': () => prototypeOf(fs().statfsSync(process.execPath)),
  '%UrlPrototype': () => (process.getBuiltinModule('node:url') as unknown as { Url: { prototype: object } }).Url.prototype,
}

const made = new Map<string, object>()

/** The prototype that goes by `name`, a name of ours; `undefined` if there is none, or where it may not be looked for (`node --permission`). */
export function hostPrototype(name: string): object | undefined {
  const known = made.get(name)
  if (known !== undefined || !Object.hasOwn(makers, name)) return known
  try {
    const prototype = makers[name]?.()
    if (prototype !== undefined) made.set(name, prototype)
    return prototype
  } catch {
    return undefined
  }
}
