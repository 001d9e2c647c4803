/** Objects of every kind, empty at first; their contents follow when their turn comes. Worker-safe. */
import { decode } from '../../codec/wire.js'
import { type ClassCodec, codecOf, keepCodec } from '../found/class-registry.js'
import { valueAt } from '../found/intrinsics.js'
import { unflatten } from '../parcel/flat.js'
import type { BoundNode, DataNode, ObjectParts } from '../parcel/parcel.js'
import type { Builder } from './build.js'
import { keepCopy, knownCopy } from './make-function.js'

interface Making {
  readonly builder: Builder
  /** Declares the value before its parts are asked for, so that they may refer back to it. */
  readonly keep: <T>(value: T) => T
}

type Buildable = DataNode | BoundNode
type Shells = { readonly [T in Buildable['t']]: (node: Buildable & { t: T }, making: Making) => unknown }
type AnyCallable = (...args: unknown[]) => unknown

/** One maker for each kind of node. */
export const shells: Shells = {
  raw: ({ value }) => value,
  packed: ({ shared, ...packed }) => decode({ ...packed, shared: shared.map(({ buffer }) => buffer as SharedArrayBuffer) }),
  flat: ({ flat, leaves }, { builder }) => unflatten(flat, builder.value(leaves) as readonly unknown[]),
  item: ({ of, at }, { builder }) => (builder.value(of) as unknown[])[at],
  symbol: (node, { builder }) => ('key' in node ? Symbol.for(node.key) : uniqueSymbol(node, builder)),
  boxed: (node, making) => dressed(Object(making.builder.value(node.value)) as object, node, making),
  shared: ({ view }, { builder }) => (builder.value(view) as Uint8Array).buffer,
  registration: (node, { builder, keep }) => {
    const codec = keep({ encode: builder.value(node.encode), decode: builder.value(node.decode) } as ClassCodec)
    const Class = builder.value(node.class) as object
    // A class that is known here, or whose module registers it, keeps its own.
    const known = codecOf(Class)
    if (known === undefined) keepCodec(Class, codec)
    return known ?? codec
  },
  registered: ({ by, state }, { builder }) => {
    const [{ decode }, data] = [builder.value(by) as ClassCodec, builder.value(state)]
    builder.fill()
    return decode(data as never)
  },
  prototype: ({ of }, { builder }) => (builder.value(of) as { prototype: unknown }).prototype,
  object: (node, making) => dressed({}, node, making),
  arguments: (node, making) => dressed(emptyArguments(), node, making),
  date: (node, making) => dressed(new Date(node.time), node, making),
  view: (node, making) => dressed(making.builder.value(node.of) as object, node, making),
  error: (node, making) => dressed(emptyError(node), node, making),
  'dom-error': (node, making) => dressed(withStack(new DOMException(node.message, node.name), node.stack), node, making),
  regexp: (node, making) => dressed(Object.assign(new RegExp(node.source, node.flags), { lastIndex: node.lastIndex }), node, making),
  array: (node, making) => {
    const { items, holes, length } = node
    const array = dressed(new Array<unknown>(length), node, making)
    const missing = new Set(holes)
    making.builder.later(() =>
      items.forEach(
        (slot, i) => void (missing.has(i) || Object.defineProperty(array, i, { ...ordinary, value: making.builder.value(slot) })),
      ),
    )
    return array
  },
  map: (node, making) => {
    const map = dressed(new Map<unknown, unknown>(), node, making)
    const { builder } = making
    builder.later(() => node.entries.forEach(([key, value]) => Map.prototype.set.call(map, builder.value(key), builder.value(value))))
    return map
  },
  set: (node, making) => {
    const set = dressed(new Set<unknown>(), node, making)
    making.builder.later(() => node.items.forEach((item) => Set.prototype.add.call(set, making.builder.value(item))))
    return set
  },
  'weak-map': (node, making) => {
    const { map, isNew } = weakCollection(node, making, WeakMap<object, unknown>)
    making.builder.later(() => {
      for (const [slot, value] of node.entries) {
        const key = making.builder.value(slot) as object
        if (isNew || (making.builder.isMade(slot) && !map.has(key))) map.set(key, making.builder.value(value))
      }
    })
    return map
  },
  'weak-set': (node, making) => {
    const { map: set, isNew } = weakCollection(node, making, WeakSet<object>)
    making.builder.later(() => {
      for (const slot of node.items) if (isNew || making.builder.isMade(slot)) set.add(making.builder.value(slot) as object)
    })
    return set
  },
  bound: (node, making) => {
    const { builder } = making
    const [target, self, args] = [
      builder.value(node.target) as AnyCallable,
      builder.value(node.self),
      node.args.map((arg) => builder.value(arg)),
    ]
    return Function.prototype.bind.call(target, self, ...args) as unknown
  },
  construct: (node, making) => {
    const Kind = valueAt(globalThis, node.path) as new (...args: unknown[]) => object
    return dressed(new Kind(...node.args.map((arg) => making.builder.value(arg))), node, making)
  },
  call: (node, making) => {
    const { builder } = making
    const [make, given] = [builder.value(node.maker) as AnyCallable, node.args.map((arg) => builder.value(arg))]
    builder.fill()
    return dressed(make(...given) as object, node, making)
  },
}

function emptyArguments(): object {
  // biome-ignore lint/complexity/noArguments: an arguments object is what is asked for
  return arguments
}

const ordinary = { writable: true, enumerable: true, configurable: true } as const

/** Declare a shell and give it what every object may have. */
function dressed<T extends object>(shell: T, parts: ObjectParts, { builder, keep }: Making): T {
  const object = keep(shell)
  if (object === shell) builder.dress(object, parts)
  return object
}

/** The one that goes by these ids here, or a new one. What is private to a class often lies in one, also when a compiler put it there. */
function weakCollection<T extends object>(
  { ids }: { ids: readonly string[] },
  { builder, keep }: Making,
  Kind: new () => T,
): { map: T; isNew: boolean } {
  const known = knownCopy(ids, builder)
  if (known instanceof Kind) return { map: keep(known), isNew: false }
  const map = keep(new Kind())
  keepCopy(map, ids, builder)
  return { map, isNew: true }
}

function uniqueSymbol({ description, ids }: { description: string | undefined; ids: readonly string[] }, builder: Builder): symbol {
  const known = knownCopy(ids, builder) as symbol | undefined
  if (known !== undefined) return known
  const symbol = Symbol(description)
  keepCopy(symbol, ids, builder)
  return symbol
}

/** An error without running a user's constructor, which may demand arguments. */
function emptyError({ base, stack }: { base: string; stack?: string }): Error {
  const Base = valueAt(globalThis, [base]) as ErrorConstructor
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  const error = base === 'AggregateError' ? new AggregateError([]) : new Base()
  Error.stackTraceLimit = limit
  // Whatever the constructor put there; the original's own properties follow.
  for (const key of Reflect.ownKeys(error)) if (key !== 'stack') Reflect.deleteProperty(error, key)
  return withStack(error, stack)
}

function withStack<T extends Error>(error: T, stack: string | undefined): T {
  if (stack !== undefined) Object.defineProperty(error, 'stack', { value: stack, writable: true, enumerable: false, configurable: true })
  return error
}
