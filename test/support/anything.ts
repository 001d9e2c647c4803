/** Any value at all, as far as fast-check goes. */
import fc, { type ObjectConstraints } from 'fast-check'

export const anything = (more: ObjectConstraints = {}): fc.Arbitrary<unknown> =>
  fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    ...more,
  })
