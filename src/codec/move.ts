/** `move`: marks values that are handed over rather than copied. Worker-safe. */
import * as types from 'node:util/types'
import { own } from '../own.js'

// One per thread, however many copies of joblet a program holds. A buffer is known by itself: any view on the whole of it will do.
const slot = Symbol.for('joblet.moved')
const holder = globalThis as { [slot]?: WeakSet<ArrayBuffer> }

/**
 * What `move` takes.
 *
 * @example
 * ```ts
 * import { delayed, type Movable, move, Parallel } from 'joblet'
 *
 * const weigh = (memory: Movable): number => memory.byteLength
 * const handOver = (memory: Movable) => Parallel({ nJobs: 2 })([delayed(weigh)(move(memory))])
 * console.log(await handOver(new Float64Array(1_000))) // [ 8000 ]
 * ```
 * @category Large data
 */
export type Movable = NodeJS.ArrayBufferView | ArrayBuffer

/**
 * Hands memory over instead of copying it. As an argument of a task, it is gone here (its length is 0) once the task is packed; in a result,
 * as in `return move(array)`, it reaches the caller without a copy. A view on part of a buffer, or on a buffer that cannot be given away (of a
 * small Buffer, of WebAssembly), is copied as ever.
 *
 * @param value A typed array, a Buffer, a DataView or an ArrayBuffer, or an array of these.
 * @returns The same value.
 * @throws {TypeError} If it is none of these.
 * @example
 * ```ts
 * import { delayed, move, Parallel } from 'joblet'
 *
 * const halve = (numbers: Float64Array) => move(numbers.map((x) => x / 2))
 * const numbers = new Float64Array([1, 2, 3])
 * const [halves] = await Parallel({ nJobs: 2 })([delayed(halve)(move(numbers))])
 * console.log(halves, numbers.length) // Float64Array(3) [ 0.5, 1, 1.5 ] 0
 * ```
 * @category Large data
 */
export const move = own('move', <Value extends Movable | readonly Movable[]>(value: Value): Value => {
  for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) mark(one)
  return value
})

function mark(value: unknown): void {
  const buffer: unknown = ArrayBuffer.isView(value) ? value.buffer : value
  // Not `instanceof`: a buffer may come from another context of `node:vm`, as in tests of jest.
  if (!types.isArrayBuffer(buffer)) {
    if (types.isSharedArrayBuffer(buffer)) return
    throw new TypeError(
      `cannot move ${typeof value === 'object' ? Object.prototype.toString.call(value) : String(value)}: it is no typed array, Buffer, DataView or ArrayBuffer`,
    )
  }
  if (ArrayBuffer.isView(value) && value.byteLength !== buffer.byteLength) return
  if (holder[slot] === undefined) {
    Object.defineProperty(globalThis, slot, { value: new WeakSet(), configurable: true, writable: true, enumerable: false })
  }
  holder[slot]?.add(buffer)
}

/** Whether anything was ever marked here. */
export const anyMoved = (): boolean => holder[slot] !== undefined

/** Whether this buffer was marked. */
export const isMoved = (buffer: ArrayBuffer): boolean => holder[slot]?.has(buffer) ?? false

/** A buffer that is handed over once all is written, and the crate that brings its memory, if any does. */
export type Handover = readonly [buffer: ArrayBuffer, crate: { buffer: ArrayBuffer } | undefined]

/** All is written: take what is handed over. */
export function handOver(handovers: readonly Handover[]): void {
  for (const [buffer, crate] of handovers) {
    const memory = takeMemory(buffer)
    if (crate !== undefined) crate.buffer = memory
  }
}

/** Take a buffer's memory, which leaves it empty; a copy where it cannot be taken. */
export function takeMemory(buffer: ArrayBuffer): ArrayBuffer {
  holder[slot]?.delete(buffer)
  try {
    // Node 20 copies what must not be transferred, later versions throw.
    return structuredClone(buffer, { transfer: [buffer] })
  } catch {
    return buffer.slice(0)
  }
}
