/** One listener for each signal, however many runs it serves: from the eleventh on, Node would warn of a leak. */

interface Watch {
  readonly runs: Set<() => void>
  readonly listener: () => void
}

const watches = new WeakMap<AbortSignal, Watch>()

/**
 * Call `aborted` once when `signal` aborts.
 *
 * @returns What takes that back. The last to go takes our listener along: signals outlive runs.
 */
export function onAbort(signal: AbortSignal, aborted: () => void): () => void {
  const watch = watches.get(signal) ?? watchSignal(signal)
  watch.runs.add(aborted)
  return () => {
    if (!watch.runs.delete(aborted) || watch.runs.size > 0 || watches.get(signal) !== watch) return
    signal.removeEventListener('abort', watch.listener)
    watches.delete(signal)
  }
}

function watchSignal(signal: AbortSignal): Watch {
  const runs = new Set<() => void>()
  const listener = () => {
    watches.delete(signal)
    for (const aborted of runs) aborted()
  }
  const watch = { runs, listener }
  watches.set(signal, watch)
  signal.addEventListener('abort', listener, { once: true })
  return watch
}
