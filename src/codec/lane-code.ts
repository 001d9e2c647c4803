/** The inner loop of a lane sum as WebAssembly, which multiplies four lanes at once. */

/*
 * As JavaScript it would be, for each of the `lanes` and each block of the bytes from `at` to `end`:
 *
 *     state[i] = Math.imul(rotate(state[i] ^ block[i], 15), prime)
 *
 * The lanes lie at the beginning of the memory, the bytes where `blocksAt` says.
 */

/** Where the bytes begin that are mixed in, and how many find room there: less gains nothing to a whole file, more leaves the first cache. */
export const blocksAt = 1_024
export const roomBytes = 65_536

/** What the module gives. */
export interface LaneCode {
  readonly memory: { readonly buffer: ArrayBuffer }
  /** Mixes whole blocks, at least one, into the lanes. */
  readonly mix: (at: number, end: number) => void
}

const vectorBytes = 16
const type = { i32: 0x7f, v128: 0x7b, function: 0x60, none: 0x40 }

/** @see https://webassembly.github.io/spec/core/binary/ */
const code = {
  loop: 0x03,
  end: 0x0b,
  branchIf: 0x0d,
  get: 0x20,
  set: 0x21,
  tee: 0x22,
  constant: 0x41,
  isBelow: 0x49,
  add: 0x6a,
  load: [0xfd, 0x00],
  store: [0xfd, 0x0b],
  splat: [0xfd, 0x11],
  or: [0xfd, 0x50],
  xor: [0xfd, 0x51],
  shiftLeft: [0xfd, 0xab, 0x01],
  shiftRight: [0xfd, 0xad, 0x01],
  multiply: [0xfd, 0xb5, 0x01],
} as const

/** A whole number without a sign, seven bits a byte. */
function number(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...number(value >>> 7)]
}

/** A whole number with a sign. */
function signed(value: number): number[] {
  return value >= -0x40 && value < 0x40 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)]
}

const sized = (bytes: readonly number[]): number[] => [...number(bytes.length), ...bytes]
const listOf = (...items: readonly (readonly number[])[]): number[] => [...number(items.length), ...items.flat()]
const text = (name: string): number[] => sized([...Buffer.from(name)])

/** A module with one memory and one function, `mix`, for so many lanes. */
function moduleOf(lanes: number, prime: number, turn: number): Uint8Array<ArrayBuffer> {
  const vectors = Array.from({ length: lanes / 4 }, (_, i) => i)
  // Parameters and locals, by number: the position, the end, a vector of primes, one in between, and the lanes.
  const [at, end, primes, mixed, first] = [0, 1, 2, 3, 4]
  const place = (i: number): number[] => [4, ...number(i * vectorBytes)]
  const constant = (value: number): number[] => [code.constant, ...signed(value)]
  const fetch = vectors.flatMap((i) => [...constant(0), ...code.load, ...place(i), code.set, first + i])
  const keep = vectors.flatMap((i) => [...constant(0), code.get, first + i, ...code.store, ...place(i)])
  const mix = (i: number): number[] => [
    ...[code.get, at, ...code.load, ...place(i), code.get, first + i, ...code.xor, code.tee, mixed],
    ...[...constant(turn), ...code.shiftLeft, code.get, mixed, ...constant(32 - turn), ...code.shiftRight, ...code.or],
    ...[code.get, primes, ...code.multiply, code.set, first + i],
  ]
  const next = [code.get, at, ...constant(lanes * 4), code.add, code.tee, at, code.get, end, code.isBelow, code.branchIf, 0]
  const loop = [code.loop, type.none, ...vectors.flatMap(mix), ...next, code.end]
  const locals = listOf([2 + vectors.length, type.v128])
  const body = [...locals, ...constant(prime), ...code.splat, code.set, primes, ...fetch, ...loop, ...keep, code.end]
  const pages = Math.ceil((blocksAt + roomBytes) / 65_536)
  const sections: readonly (readonly [id: number, bytes: readonly number[]])[] = [
    [1, listOf([type.function, ...listOf([type.i32], [type.i32]), ...listOf()])],
    [3, listOf([0])],
    [5, listOf([0, pages])],
    [7, listOf([...text('memory'), 2, 0], [...text('mix'), 0, 0])],
    [10, listOf(sized(body))],
  ]
  const magicAndVersion = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]
  return new Uint8Array([...magicAndVersion, ...sections.flatMap(([id, bytes]) => [id, ...sized(bytes)])])
}

/** As much of it as is used here; the types of Node leave it out. */
interface Engine {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** Compiled; undefined where there is no WebAssembly with vectors (`--jitless`, old processors). */
export function laneCode(lanes: number, prime: number, turn: number): LaneCode | undefined {
  const { WebAssembly: engine } = globalThis as unknown as { readonly WebAssembly?: Engine }
  try {
    return engine && (new engine.Instance(new engine.Module(moduleOf(lanes, prime, turn))).exports as LaneCode)
  } catch {
    return undefined
  }
}
