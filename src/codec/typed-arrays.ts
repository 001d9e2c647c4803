/** The classes of typed arrays. Pure. */

/** Those that every Node has; on the wire each has the number of its place. */
export const typedArrays = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
] as const

/** Any of them. */
export type TypedArray = InstanceType<(typeof typedArrays)[number]>
