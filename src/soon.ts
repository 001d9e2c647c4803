/** Values that may be there at once: what waits for nothing takes no turn, and no promise is made for it. */

/** A value, or a promise of one. */
export type Soon<T> = T | Promise<T>

/** Whether it has to be waited for. A caller's own promise may be of any make. */
const isPromise = <T>(value: Soon<T>): value is Promise<T> =>
  typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'

/** What `next` makes of `value`: at once if that is there. */
export const whenThere = <T, U>(value: Soon<T>, next: (value: T) => Soon<U>): Soon<U> =>
  isPromise(value) ? Promise.resolve(value).then(next) : next(value)
