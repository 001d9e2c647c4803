/** Several futures at once: what was given must be some, and each is heard of. */
import { show } from '../options.js'
import { Future } from './future.js'

/**
 * The futures in what `where` was given.
 *
 * @throws {TypeError} If it is one future, or holds something else.
 */
export function setOf<F>(where: string, futures: Iterable<F>): ReadonlySet<F> {
  if (futures instanceof Future)
    throw new TypeError(`cannot wait for a Future in ${where}: it takes a list; write ${where}([future]), or await the future`)
  const all = new Set(futures)
  for (const future of all)
    if (!(future instanceof Future))
      throw new TypeError(`cannot wait for ${show(future)} in ${where}: it is no Future; for promises there is Promise.race`)
  return all
}

/**
 * `hear` is called with each as it is done, at once with those that are.
 *
 * @returns What takes it back: whoever asks again and again would leave a listener each time.
 */
export function whenEachIsDone<F extends Future<unknown>>(futures: ReadonlySet<F>, hear: (future: F) => void): () => void {
  const ignores = [...futures].map((future) => future.whenDone(() => hear(future)))
  return () => {
    for (const ignore of ignores) ignore()
  }
}
