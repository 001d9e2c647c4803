/** What calls a run off before it is done: its signal, or its deadline. */
import { DeadlineError, type HowFar } from '../errors.js'
import { clearTimeout, setImmediate, setTimeout } from '../timers.js'
import { onAbort } from './abort.js'
import type { ResolvedOptions } from './parallel-options.js'

/** A run, as much of it as matters here. */
export interface Callable {
  readonly options: Pick<ResolvedOptions, 'signal' | 'deadline'>
  howFar(): HowFar
  /** End now; what has not settled fails with `reason`. */
  callOff(reason: unknown): void
}

const nothing = (): void => undefined

/** Watch a run that begins. What comes back ends that, and leaves no timer and no listener. */
export function watchForEnd(run: Callable): () => void {
  const { signal, deadline } = run.options
  if (signal?.aborted === true) {
    run.callOff(signal.reason)
    return nothing
  }
  if (deadline === undefined) return signal === undefined ? nothing : watchSignal(run, signal)
  const ignoreSignal = signal === undefined ? nothing : watchSignal(run, signal)
  const ignoreClock = watchClock(run, deadline)
  return () => {
    ignoreSignal()
    ignoreClock()
  }
}

const watchSignal = (run: Callable, signal: AbortSignal): (() => void) => onAbort(signal, () => run.callOff(signal.reason))

/** The timer alone keeps no program alive: where nothing else does, nothing is left that could finish. */
function watchClock(run: Callable, deadlineMs: number): () => void {
  let isOver = false
  const passed = () => {
    if (!isOver) run.callOff(new DeadlineError(deadlineMs, run.howFar()))
  }
  // This thread may have been busy itself: what has been done meanwhile is read first.
  const timer = setTimeout(() => void setImmediate(passed), deadlineMs).unref()
  return () => {
    isOver = true
    clearTimeout(timer)
  }
}
