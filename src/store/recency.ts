/**
 * When entries were last used: the time of change of their files, set by us, since file systems keep times of access loosely or not at all.
 * A hit only notes the path; the times are set a little later.
 */
import { utimesSync } from 'node:fs'

/** An entry's time is set at most this often: evicting the least recently used ones asks for no more. */
const oncePerMs = 60_000
/** 0.25 ms of system calls at a time. */
const slice = 64
const waitMs = 200
const pauseMs = 5
/** Past so many, a hit sets some times itself: a loop of hits never lets a timer run. */
const longestQueue = 10_000
const mostRemembered = 50_000

class Uses {
  readonly #setAtMs = new Map<string, number>()
  #queue: string[] = []
  #timer: NodeJS.Timeout | undefined
  #listening = false

  note(path: string): void {
    const at = Date.now()
    const before = this.#setAtMs.get(path)
    if (before !== undefined && at - before < oncePerMs) return
    this.remember(path, at)
    if (this.#queue.push(path) > longestQueue) this.set(slice)
    this.#timer ??= setTimeout(() => this.#tick(), waitMs).unref()
    if (!this.#listening) process.on('exit', flushUses)
    this.#listening = true
  }

  remember(path: string, at: number): void {
    if (this.#setAtMs.size >= mostRemembered) this.#setAtMs.clear()
    this.#setAtMs.set(path, at)
  }

  set(count: number): void {
    const paths = this.#queue.slice(0, count)
    this.#queue = this.#queue.slice(count)
    for (const path of paths) {
      const at = (this.#setAtMs.get(path) ?? Date.now()) / 1_000
      try {
        utimesSync(path, at, at)
      } catch {
        // Gone, or not ours to change: then somebody else keeps it.
      }
    }
  }

  #tick(): void {
    this.set(slice)
    this.#timer = this.#queue.length > 0 ? setTimeout(() => this.#tick(), pauseMs).unref() : undefined
  }
}

const uses = new Uses()

/** The entry at `path` was read. */
export const noteUse = (path: string): void => uses.note(path)

/** The file at `path` was written just now, so its time is right. */
export const noteWritten = (path: string): void => uses.remember(path, Date.now())

/** Set all times that were noted. */
export const flushUses = (): void => uses.set(Number.POSITIVE_INFINITY)
