/**
 * Ctrl-C while runs are on: the first cancels them, says how far each had come, ends the workers, and then raises the signal again, so that the
 * program ends as it would have; a second ends it at once. A handler of the caller's own wins.
 */
import { type HowFar, InterruptError, outOf } from '../../errors.js'
import { Roster } from '../../roster.js'
import { setTimeout } from '../../timers.js'
import { workerContext } from '../../worker/context.js'
import { endWorkers, removeFiles } from './lease-holder.js'

/** A run, as much of it as matters here. */
export interface Interruptible {
  howFar(): HowFar
  callOff(reason: unknown): void
  /** Resolves when nothing of the run is left. */
  finished(): Promise<void>
}

// A listener takes 25 to 75 us to add and remove, of the 300 of a warm run, so short runs have none. One that stayed between runs would keep
// Ctrl-C from a program that computes by itself meanwhile.
const installAfterMs = 20
// An input that does not end, or a task that may take its time, is left to itself then.
const longestMs = 5_000

const signal = 'SIGINT'
const runs = new Roster<Interruptible>()
let isInstalled = false
let isDue = false
let isEnding = false

/** A run begins. What comes back says that it is over. */
export function watchInterrupt(run: Interruptible): () => void {
  // A worker leaves it to its program.
  if (workerContext() !== undefined) return () => undefined
  const leave = runs.add(run)
  if (!isDue && !isInstalled) {
    isDue = true
    setTimeout(install, installAfterMs).unref()
  }
  return () => {
    leave()
    if (runs.size === 0 && !isEnding) uninstall()
  }
}

function install(): void {
  isDue = false
  if (runs.size === 0 || isInstalled || process.listenerCount(signal) > 0) return
  // The first to hear it: who comes later may count the listeners, to see whether somebody else decides.
  process.prependListener(signal, interrupted)
  isInstalled = true
}

function uninstall(): void {
  if (isInstalled) process.off(signal, interrupted)
  isInstalled = false
}

function interrupted(): void {
  if (process.listenerCount(signal) > 1) uninstall()
  else if (isEnding) raise()
  else void end()
}

async function end(): Promise<void> {
  isEnding = true
  const interrupted = [...runs]
  process.on('exit', raise)
  // Else Node would end the program by an uncaught error: that of a run which nobody waits for, or whose error nobody handles.
  if (process.listenerCount('uncaughtException') === 0) process.on('uncaughtException', uncaught)
  for (const run of interrupted) {
    const howFar = run.howFar()
    process.stderr.write(`joblet: interrupted, ${outOf(howFar)} were done\n`)
    run.callOff(new InterruptError(howFar))
  }
  const tooLong = new Promise((resolve) => void setTimeout(resolve, longestMs).unref())
  await Promise.race([Promise.all(interrupted.map((run) => run.finished())), tooLong])
  await endWorkers()
  if (isEnding) raise()
}

/** End this program by the signal, unless somebody else listens. There is no `exit` then, so what is done at an exit is done here. */
function raise(): void {
  removeFiles()
  goOn()
  process.kill(process.pid, signal)
}

function goOn(): void {
  uninstall()
  process.off('exit', raise)
  process.off('uncaughtException', uncaught)
  isEnding = false
}

function uncaught(error: unknown): void {
  if (error instanceof InterruptError) return
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  raise()
}
