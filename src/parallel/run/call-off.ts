/** What calls a run off before it is done: its signal, its deadline, or Ctrl-C. */
import { DeadlineError } from '../../errors.js'
import { clearTimeout, setImmediate, setTimeout } from '../../timers.js'
import type { ResolvedOptions } from '../options/parallel-options.js'
import { onAbort } from './abort.js'
import { type Interruptible, watchInterrupt } from './interrupt.js'

/** A run, as much of it as matters here. */
export interface Callable extends Interruptible {
  readonly options: Pick<ResolvedOptions, 'signal' | 'deadline' | 'backend'>
  readonly isInterruptible: boolean
}

const nothing = (): void => undefined

/** Watch a run that begins. What comes back ends that, and leaves no timer and no listener. */
export function watchForEnd(run: Callable): () => void {
  const { signal, deadline, backend } = run.options
  if (signal?.aborted === true) {
    run.callOff(signal.reason)
    return nothing
  }
  const ignoreSignal = signal === undefined ? nothing : onAbort(signal, () => run.callOff(signal.reason))
  const ignoreClock = deadline === undefined ? nothing : watchClock(run, deadline)
  // Tasks that hold this thread keep it from hearing a signal: they end as any program does that has no handler.
  const ignoreInterrupt = backend === 'sequential' || !run.isInterruptible ? nothing : watchInterrupt(run)
  return () => {
    ignoreSignal()
    ignoreClock()
    ignoreInterrupt()
  }
}

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
