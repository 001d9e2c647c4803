/** What to write instead of a value that stands where options belong, as in `Parallel(2)`. */

const chunks = { number: '{ chunksize: 2 }' }
const seconds = { number: '{ timeout: 1_000 } for a second' }
const call = 'delayed(fn)(...args)'

/** Which option a value that is given alone is probably meant to be, by its type. */
const meantAs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Parallel: { number: '{ nJobs: 2 }', string: "{ backend: 'threads' }", object: 'Parallel(options)(tasks)' },
  Memory: { string: "{ location: '.cache' }" },
  delayed: { number: call, string: call, object: call },
  map: chunks,
  starmap: chunks,
  mapAsync: chunks,
  starmapAsync: chunks,
  imap: chunks,
  imapUnordered: chunks,
  get: seconds,
  result: seconds,
  exception: seconds,
  wait: seconds,
  asCompleted: seconds,
}

/** Advice for a value that was given as the options of `where`, or the empty string. */
export function insteadOf(where: string, given: unknown): string {
  const form = given === null ? undefined : meantAs[where]?.[typeof given]
  return form === undefined ? '' : `write ${form}`
}
