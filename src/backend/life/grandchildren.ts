/** Processes that a worker thread started: a thread that is ended cannot end them itself, and they would live as long as the program. */
import { workerContext } from '../../worker/context.js'

// Processes of one thread that are remembered; more of them than this end with the program.
const remembered = 64

/** Where a thread notes its processes: memory that outlives it. */
export const newNotebook = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * remembered))

/** In a worker thread: note a process, for this thread and those above it. What comes back takes the note away. */
export function noteProcess(pid: number): () => void {
  const places = (workerContext()?.processes ?? []).map((notebook) => [notebook, noteIn(notebook, pid)] as const)
  return () => {
    for (const [notebook, place] of places) if (place >= 0) Atomics.store(notebook, place, 0)
  }
}

/** The thread has ended: so do the processes it noted. */
export function endNoted(notebook: Int32Array): void {
  for (let place = 0; place < notebook.length; place++) {
    const pid = Atomics.exchange(notebook, place, 0)
    if (pid !== 0) kill(pid)
  }
}

function noteIn(notebook: Int32Array, pid: number): number {
  for (let place = 0; place < notebook.length; place++) if (Atomics.compareExchange(notebook, place, 0, pid) === 0) return place
  return -1
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}
