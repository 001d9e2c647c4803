/** What calls a run off before it is done: its signal, its deadline, or Ctrl-C. */
import { DeadlineError } from '../../errors.js'
import { clearTimeout, setImmediate, setTimeout } from '../../timers.js'
import type { ResolvedOptions } from '../options/parallel-options.js'
import { onAbort } from './abort.js'
import { cancelledFailure, type Engine } from './engine.js'
import { type Interruptible, watchInterrupt } from './interrupt.js'
import type { Run } from './run.js'

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

/** Cancel all that a run has not done: it rejects with `reason`, or under 'collect' has that for the outcome of each task that was pulled. */
export function cancelTasks(run: Run, engine: Engine | undefined, reason: unknown): void {
  if (run.options.onError === 'throw') {
    const unsettled = engine?.cancel(reason) ?? []
    const index = unsettled.reduce((first, task) => Math.min(first, task.index), run.reader.pulled)
    return run.failWith({ kind: 'cancelled', error: reason, index, attempts: 0 })
  }
  void run.reader.close().catch(() => undefined)
  for (const task of engine?.cancel(reason) ?? []) run.settleFailure(cancelledFailure(task, reason), task.open)
  run.progressed()
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
