/** Ends a thread when it is not loading files: Node (20 to 24) leaves those open for ever. */
import { now } from '../../clock.js'
import { endLoads, newLoadMemory, shutLoads } from '../../loading.js'
import { sleep } from '../../timers.js'

// A start takes 40 ms, a load 1 to 30, both more where others use the machine; a module may also load for ever.
const longestMs = 500
const lookEveryMs = 1

export class LoadGate {
  /** What the thread is given. */
  readonly memory = newLoadMemory()

  /** The thread loads nothing more. Calls `end` at once if it loads nothing now, else when that is over, half a second later at most. */
  shut(end: () => void): void {
    if (shutLoads(this.memory)) end()
    else void this.#over().then(end)
  }

  /** The thread loads nothing more. Resolves when it loads nothing, half a second later at most. */
  closed(): Promise<void> {
    return new Promise((resolve) => this.shut(resolve))
  }

  /** The thread has ended. */
  ended(): void {
    endLoads(this.memory)
  }

  async #over(): Promise<void> {
    const untilMs = now() + longestMs
    while (!shutLoads(this.memory) && now() < untilMs) await sleep(lookEveryMs)
  }
}
