/** Memory that tasks read without a copy: `shared`, and what is known here of such memory. Worker-safe. */
import { maxPiece, tooLarge } from '../limits.js'
import { own } from '../own.js'
import { typedArrays } from './typed-arrays.js'
import { weighted } from './weight.js'

/** Shared memory on its way: by its number, and where whoever does not have it yet finds it. */
export interface SharedCrate {
  readonly kind: 'shared'
  readonly id: string
  readonly bytes: number
  readonly file?: string
  /** Whether the file may still be written when the crate arrives. */
  readonly grows?: boolean
  /** Threads: the memory itself. */
  readonly memory?: Uint8Array
  /** Whether the receiver watches for tasks that write, in a copy of its own. */
  readonly watched: boolean
}

/** What is known of shared memory. */
export interface SharedEntry {
  readonly id: string
  /** Where processes read it. */
  file?: string | undefined
  /** Whether that file is not all written yet. */
  grows?: boolean
  /** How it came here, if it is another thread's or process's. */
  readonly crate?: SharedCrate
}

interface Known {
  readonly entries: WeakMap<SharedArrayBuffer, SharedEntry>
  /** Ours are forgotten when nobody holds them; what arrived is kept, since the next task will want it. */
  readonly byId: Map<string, SharedArrayBuffer | WeakRef<SharedArrayBuffer>>
}

// One per thread, however many copies of joblet a program holds.
const slot = Symbol.for('joblet.shared')
const holder = globalThis as { [slot]?: Known }

function known(): Known {
  if (holder[slot] === undefined) {
    const value: Known = { entries: new WeakMap(), byId: new Map() }
    Object.defineProperty(globalThis, slot, { value, configurable: true, writable: true, enumerable: false })
  }
  return holder[slot] as Known
}

/**
 * What `shared` takes.
 *
 * @example
 * ```ts
 * import { type SharedView, shared } from 'joblet'
 *
 * const shareAll = <View extends SharedView>(columns: readonly View[]): View[] => columns.map((column) => shared(column))
 * const [prices] = shareAll([new Float64Array([1, 2])])
 * console.log(prices?.buffer instanceof SharedArrayBuffer) // true
 * ```
 * @category Large data
 */
export type SharedView = NodeJS.TypedArray | DataView

/**
 * The same view on memory that every task may read: in arguments and captured variables it reaches threads without a copy, and each process
 * reads it once, whatever the number of tasks and runs. Read by all, written by nobody.
 *
 * @param view A typed array, a Buffer or a DataView. It is copied once; a view on a SharedArrayBuffer is taken as it is.
 * @returns A view of the same class on a SharedArrayBuffer.
 * @throws {TypeError} If it is none of these.
 * @throws {RangeError} If the memory is of 4 GiB or more.
 * @example
 * ```ts
 * import { delayed, Parallel, shared } from 'joblet'
 *
 * const squares = shared(Float64Array.from({ length: 1e6 }, (_, i) => i * i))
 * const at = (all: Float64Array, i: number) => all[i]
 * console.log(await Parallel({ nJobs: 2 })([3, 4].map((i) => delayed(at)(squares, i)))) // [ 9, 16 ]
 * ```
 * @category Large data
 */
export const shared = own('shared', <View extends SharedView>(view: View): View => {
  if (!ArrayBuffer.isView(view))
    throw new TypeError(`cannot share ${nameOf(view)}: it is no typed array, Buffer or DataView; put the data into one`)
  const bytes = view.buffer instanceof SharedArrayBuffer ? view.buffer.byteLength : view.byteLength
  if (bytes > maxPiece) throw new RangeError(`cannot share ${tooLarge(bytes)}; share it in parts`)
  if (view.buffer instanceof SharedArrayBuffer) {
    register(view.buffer)
    return view
  }
  const memory = new SharedArrayBuffer(view.byteLength)
  new Uint8Array(memory).set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength))
  register(memory)
  return sameViewOn(view, memory)
})

function sameViewOn<View extends SharedView>(view: View, memory: SharedArrayBuffer): View {
  if (Buffer.isBuffer(view)) return Buffer.from(memory) as unknown as View
  // Of the built-in class itself: the constructor of a subclass may want anything.
  const name = view instanceof DataView ? 'DataView' : view[Symbol.toStringTag]
  const Class = Reflect.get(globalThis, name) as new (memory: SharedArrayBuffer) => View
  return new Class(memory)
}

const nameOf = (value: unknown): string =>
  typeof value === 'object' && value !== null ? `a ${Object.prototype.toString.call(value).slice(8, -1)}` : String(value)

function register(memory: SharedArrayBuffer): void {
  const { entries, byId } = known()
  if (entries.has(memory)) return
  // By the global, which is loaded when it is first looked at.
  const id = crypto.randomUUID()
  entries.set(weighted(memory), { id })
  byId.set(id, new WeakRef(memory))
  onLoss(memory, () => byId.delete(id))
}

let losses: FinalizationRegistry<() => void> | undefined

/** Call `then` some time after nobody holds `memory` any more. */
export function onLoss(memory: SharedArrayBuffer, then: () => void): void {
  losses ??= new FinalizationRegistry((run) => run())
  losses.register(memory, then)
}

/** What is known of this memory; undefined if it came from no call of {@link shared}. */
export const sharedEntry = (memory: SharedArrayBuffer): SharedEntry | undefined => holder[slot]?.entries.get(memory)

/** Whether `value` is a typed array or DataView, and no Buffer or one of a class of its own, on memory that {@link shared} made. */
export function isSharedView(value: unknown): value is SharedView & { readonly buffer: SharedArrayBuffer } {
  if (holder[slot] === undefined || !ArrayBuffer.isView(value) || !(value.buffer instanceof SharedArrayBuffer)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  const isBuiltin = prototype === DataView.prototype || typedArrays.some((Class) => prototype === Class.prototype)
  return isBuiltin && sharedEntry(value.buffer) !== undefined
}

type ReadShared = (crate: { readonly file: string; readonly bytes: number; readonly grows: boolean }) => SharedArrayBuffer

/** The memory that a crate names: this thread's own, or read now and kept. */
export function arrived(crate: SharedCrate, read: ReadShared): SharedArrayBuffer {
  const { entries, byId } = known()
  const kept = byId.get(crate.id)
  const here = kept instanceof WeakRef ? kept.deref() : kept
  if (here !== undefined) return here
  const memory = memoryOf(crate, read)
  entries.set(weighted(memory), { id: crate.id, file: crate.file, crate })
  byId.set(crate.id, memory)
  return memory
}

function memoryOf({ file = '', grows = false, memory, bytes, watched }: SharedCrate, read: ReadShared): SharedArrayBuffer {
  if (memory === undefined) return read({ file, bytes, grows })
  if (!watched) return memory.buffer as unknown as SharedArrayBuffer
  const copy = new SharedArrayBuffer(memory.byteLength)
  new Uint8Array(copy).set(memory)
  return copy
}

/** What arrived here, with how it came. */
export function* arrivals(): Generator<readonly [SharedCrate, SharedArrayBuffer]> {
  const { entries, byId } = holder[slot] ?? {}
  for (const memory of byId?.values() ?? []) {
    if (memory instanceof WeakRef) continue
    const crate = entries?.get(memory)?.crate
    if (crate !== undefined) yield [crate, memory]
  }
}

/** Keep no longer what arrived by this number. */
export function dropArrival(id: string): void {
  holder[slot]?.byId.delete(id)
}
