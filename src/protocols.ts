/** How an object says for itself what becomes of it. */

/** An object's own method under this symbol gives `[maker, args]`: it travels as `maker(...args)`, and counts as that. */
export const reduceKey = Symbol.for('joblet.reduce')

/** A function's own method under this symbol gives the values that it is known by: a wrapper says what it wraps, and leaves out how it works. */
export const identityKey = Symbol.for('joblet.identity')
