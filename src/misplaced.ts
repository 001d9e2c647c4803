/** What to write instead of a value that stands where options belong, as in `Parallel(2)`. */

/** Which option a value that is given alone is probably meant to be, by its type. */
const meantAs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Parallel: { number: '{ nJobs: 2 }', string: "{ backend: 'threads' }", object: 'Parallel(options)(tasks)' },
  Memory: { string: "{ location: '.cache' }" },
  delayed: { number: 'delayed(fn)(...args)', string: 'delayed(fn)(...args)', object: 'delayed(fn)(...args)' },
  map: { number: '{ chunksize: 2 }' },
  starmap: { number: '{ chunksize: 2 }' },
  mapAsync: { number: '{ chunksize: 2 }' },
  starmapAsync: { number: '{ chunksize: 2 }' },
  imap: { number: '{ chunksize: 2 }' },
  imapUnordered: { number: '{ chunksize: 2 }' },
  get: { number: '{ timeout: 1_000 } for a second' },
  result: { number: '{ timeout: 1_000 } for a second' },
  exception: { number: '{ timeout: 1_000 } for a second' },
  wait: { number: '{ timeout: 1_000 } for a second' },
  asCompleted: { number: '{ timeout: 1_000 } for a second' },
}

/** Advice for a value that was given as the options of `where`, or the empty string. */
export function insteadOf(where: string, given: unknown): string {
  const form = given === null ? undefined : meantAs[where]?.[typeof given]
  return form === undefined ? '' : `write ${form}`
}
