/** Values that may be there at once: what waits for nothing takes no turn, and no promise is made for it. */

/** A value, or a promise of one. */
export type Soon<T> = T | Promise<T>

/** Whether `value` is a promise, of whatever make. */
export const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') && typeof (value as { then?: unknown }).then === 'function'

/** What `next` makes of `value`: at once if that is there. */
export const whenThere = <T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> =>
  isThenable(value) ? Promise.resolve(value).then(next) : next(value)
