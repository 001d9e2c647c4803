/** The time, whatever a test framework makes of `performance` later on. */

/** Milliseconds since this thread began. */
export const now: () => number = performance.now.bind(performance)
