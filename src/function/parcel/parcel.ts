/** The plain-data form of a value that travels: a graph of numbered nodes, so that cycles and shared parts stay what they are. */
import type { Crate } from '../../codec/crate.js'
import type { Flat } from './flat.js'
import type { Shift } from './shifts.js'

/** A primitive as itself, or the number of the node that makes anything else. */
export type Slot = string | number | boolean | bigint | null | undefined | { readonly $: number }

/** Where a value lies inside what a module exports; `{ get }` and `{ set }` mean the accessor functions of a property. */
export type Path = readonly (string | { readonly get: string } | { readonly set: string })[]

/** `[key, value, flags?]`, or `[key, getter, flags, setter]` when the flags say accessor. See {@link propertyFlags}. */
export type Property = [key: Slot, value: Slot, flags?: number, setter?: Slot]

/** What differs from a property made by assignment. */
export const propertyFlags = { readOnly: 1, hidden: 2, fixed: 4, accessor: 8 } as const

/** Makes an object refuse new properties, or any change. */
export type Lock = 'frozen' | 'sealed' | 'closed'

/** What every object may have beyond its own kind's contents. */
export interface ObjectParts {
  /** Absent: the usual prototype of the kind. `null`: none. */
  proto?: Slot
  props?: Property[]
  lock?: Lock
}

/** A value that the receiver finds rather than builds. */
export type ReferenceNode =
  | { t: 'own'; name: string }
  | { t: 'global'; path: Path }
  | { t: 'builtin'; module: string; path: Path }
  | { t: 'export'; url: string; path: Path }
  | { t: 'require'; file: string; path: Path }
  | { t: 'import'; specifier: string; parent: string; name: string; attributes?: Record<string, string> }
  | { t: 'namespace'; from: { url: string } | { file: string }; names?: string[] }
  | { t: 'meta'; url: string; env?: Record<string, unknown> }
  | { t: 'dynamic-import'; url: string }
  | { t: 'create-require'; from: string }

/** A value that the receiver builds; `raw` is carried by the wire as it is. */
export type DataNode =
  | { t: 'raw'; value: unknown }
  /** A list of plain values as bytes of the wire, and the shared memory and the crates that these point to. */
  | { t: 'packed'; bytes: Uint8Array; shared: readonly Uint8Array[]; crates?: readonly Crate[] }
  /** A list of plain values that are nested too deeply for the wire. */
  | { t: 'flat'; flat: Flat; leaves: Slot }
  | { t: 'item'; of: Slot; at: number }
  | { t: 'symbol'; key: string }
  | { t: 'symbol'; description: string | undefined; ids: readonly string[] }
  | ({ t: 'boxed'; value: Slot } & ObjectParts)
  | ({ t: 'construct'; path: Path; args: Slot[] } & ObjectParts)
  /** What was written by classes with state of their own outside of their instances: one that is there already takes in the entries. */
  | { t: 'weak-map'; entries: [Slot, Slot][]; ids: readonly string[] }
  | { t: 'weak-set'; items: Slot[]; ids: readonly string[] }
  | ({ t: 'call'; maker: Slot; args: Slot[] } & ObjectParts)
  /** Says how instances of a class travel; built for its effect. */
  | { t: 'registration'; class: Slot; encode: Slot; decode: Slot }
  /** An instance of a class that was registered. */
  | { t: 'registered'; by: Slot; state: Slot }
  | { t: 'prototype'; of: Slot }
  | ({ t: 'object' } & ObjectParts)
  /** An `arguments` object; its items are among its properties. */
  | ({ t: 'arguments' } & ObjectParts)
  | ({ t: 'array'; length: number; items: Slot[]; holes?: number[] } & ObjectParts)
  | ({ t: 'map'; entries: [Slot, Slot][] } & ObjectParts)
  | ({ t: 'set'; items: Slot[] } & ObjectParts)
  | ({ t: 'date'; time: number } & ObjectParts)
  | ({ t: 'regexp'; source: string; flags: string; lastIndex: number } & ObjectParts)
  | { t: 'shared'; view: Slot }
  | ({ t: 'view'; of: Slot } & ObjectParts)
  | ({ t: 'error'; base: string; stack?: string } & ObjectParts)
  | ({ t: 'dom-error'; message: string; name: string; stack?: string } & ObjectParts)

/** A function or class that the receiver compiles from its source text. */
export interface FunctionNode extends ObjectParts {
  t: 'function' | 'class'
  /** Index into {@link Parcel.codes}. */
  code: number
  name: string
  /** What its free variables hold. */
  scope: [name: string, value: Slot][]
  /** Of a class: variables that its definition itself reads, so they must be whole before it runs. */
  eager?: string[]
  /** Names that this class or constructor goes by, one per process that sent it; its makers know it again when it comes back. */
  ids?: readonly string[]
  /** The outer `this` and `arguments` of an arrow function. */
  self?: Slot
  args?: Slot[]
  /** Own properties of the prototype object that the source text does not make. */
  members?: ObjectParts
  /** A prototype object that is not the one made with the function. */
  prototype?: Slot
}

/** A bound function. */
export interface BoundNode extends ObjectParts {
  t: 'bound'
  target: Slot
  self: Slot
  args: Slot[]
}

/** One value of the graph. */
export type ParcelNode = ReferenceNode | DataNode | FunctionNode | BoundNode

/** Source text of a function as an expression, and where it stands in the user's file, so that stacks point there. */
export interface Code {
  readonly text: string
  readonly file: string | undefined
  /** From 0. */
  readonly line: number
  /** From 0. */
  readonly column: number
  readonly strict: boolean
  /** Where columns of the text are not those of the user's file. */
  readonly shifts?: readonly Shift[]
}

/**
 * A value ready to travel. It holds live plain data by reference: encode it before anything else runs.
 *
 * @example
 * ```ts
 * import { delayed, type Parcel, toDescriptor } from 'joblet'
 *
 * const { fn, args }: { fn: Parcel; args: Parcel } = await toDescriptor(delayed(Math.hypot)(3, 4))
 * console.log(fn.v, args.v) // 1 1
 * ```
 * @category How functions travel
 */
export interface Parcel {
  readonly v: 1
  readonly root: Slot
  readonly nodes: readonly ParcelNode[]
  readonly codes: readonly Code[]
}
