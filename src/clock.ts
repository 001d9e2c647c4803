/** The time, whatever a test framework makes of `performance`, `process` and `Date` later on. */

// As exact as `performance.now`, which loads `node:perf_hooks` when it is first looked at: 1.5 to 2 ms of what `import 'joblet'` costs.
const { hrtime } = process
const dateNow = Date.now

/** Milliseconds since some moment before this thread began. */
export const now = (): number => {
  const [seconds, nanoseconds] = hrtime()
  return seconds * 1e3 + nanoseconds / 1e6
}

/** Milliseconds since 1970, as other programs count them too: the times of files. */
export const wallTime = (): number => dateNow()
