/** Looks after runs in which nothing moves: one timer for all of them, which never keeps a program alive. */

import { stallAdvice } from '../../report/stall-advice.js'
import { Roster } from '../../roster.js'
import { clearInterval, setInterval } from '../../timers.js'
import type { Engine } from './engine.js'
import type { Run } from './run.js'

// Looks per `stallMs`. A thread that was busy all the while has had one look at most: that is no stall.
const looks = 8
// A timer that is set for longer fires at once.
const longestMs = 2 ** 31 - 1

interface Watched {
  readonly run: Run
  readonly engine: Engine
  moves: number
  quietMs: number
  /** Whether this silence has been told of. */
  isTold: boolean
  hasWarned: boolean
}

const watched = new Roster<Watched>()
let timer: ReturnType<typeof setInterval> | undefined
let periodMs = 0

/** A run begins. What comes back says that it is over; the timer finds out for itself that nobody needs it. */
export function watchForStalls(run: Run, engine: Engine): () => void {
  const { stallMs } = run.options
  if (stallMs === Number.POSITIVE_INFINITY) return () => undefined
  const unwatch = watched.add({ run, engine, moves: -1, quietMs: 0, isTold: false, hasWarned: false })
  if (timer === undefined || stallMs < periodMs * looks) lookEvery(stallMs / looks)
  return unwatch
}

function lookEvery(ms: number): void {
  clearInterval(timer)
  periodMs = Math.min(Math.ceil(ms), longestMs)
  timer = setInterval(look, periodMs).unref()
}

function look(): void {
  for (const state of watched) lookAt(state)
  if (watched.size > 0) return
  clearInterval(timer)
  timer = undefined
}

function lookAt(state: Watched): void {
  const { run } = state
  if (run.end !== undefined) return
  const { moves } = run.meter
  if (moves !== state.moves) {
    Object.assign(state, { moves, quietMs: 0, isTold: false })
    return
  }
  state.quietMs += periodMs
  if (state.isTold || state.quietMs < run.options.stallMs) return
  state.isTold = true
  tell(state)
}

function tell(state: Watched): void {
  const { run, engine, quietMs } = state
  const { waitingFor, tasks } = engine.waiting()
  run.tell({ type: 'stalled', atMs: run.atMs, quietMs, waitingFor, tasks })
  // A delay, an input or a reader may take as long as it likes: that is the program's own business.
  if (state.hasWarned || (waitingFor !== 'tasks' && waitingFor !== 'workers')) return
  state.hasWarned = true
  process.emitWarning(stallAdvice(run.id, quietMs, tasks), 'JobletWarning')
}
