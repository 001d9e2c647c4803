/** A worker process must not outlive its program, whatever it is doing. Worker-safe. */
import { Worker } from 'node:worker_threads'

const lookEveryMs = 400

// In a thread of its own, because the main thread may be in an endless loop. A dead parent's children get another parent; on Windows they
// keep the number of the dead one, so that is asked for too.
const watchman = `
const { workerData } = require('node:worker_threads')
const gone = () => {
  if (process.ppid !== workerData.parent) return true
  try { process.kill(workerData.parent, 0) } catch (error) { return error.code === 'ESRCH' }
  return false
}
setInterval(() => { if (gone()) process.kill(process.pid, 'SIGKILL') }, workerData.everyMs)
`

/** End this process when its program ends: at once while it waits, within half a second when it is busy. */
export function watchParent(parent: number): void {
  process.on('disconnect', () => process.exit())
  const worker = new Worker(watchman, {
    eval: true,
    execArgv: [],
    env: {},
    workerData: { parent, everyMs: lookEveryMs },
    trackUnmanagedFds: false,
    // It prints nothing; else Node would open this process's own streams for it: 1 ms.
    stdout: true,
    stderr: true,
  })
  // No thread starts where the working directory is gone; then the end of the channel has to do.
  worker.on('error', () => undefined)
  worker.unref()
}

/** Ctrl-C reaches the whole process group; the program decides what becomes of its workers. */
export function leaveInterrupts(): void {
  process.on('SIGINT', () => undefined)
}
