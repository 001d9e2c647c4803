/**
 * When entries were last used: the time of change of their files, set by us, since file systems keep times of access loosely or not at all.
 * A hit only notes the path (0.1 us; to look whether it was noted before takes 0.8); the times are set a little later.
 */
import { utimesSync } from 'node:fs'
import { wallTime } from '../clock.js'
import { setTimeout } from '../timers.js'

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
  #paths: string[] = []
  #times: number[] = []
  #timer: NodeJS.Timeout | undefined
  #listening = false

  note(path: string): void {
    this.#times.push(wallTime())
    if (this.#paths.push(path) > longestQueue) this.set(slice)
    this.#timer ??= setTimeout(() => this.#tick(), waitMs).unref()
    if (this.#listening) return
    this.#listening = true
    process.on('exit', flushUses)
  }

  remember(path: string, at: number): void {
    if (this.#setAtMs.size >= mostRemembered) this.#setAtMs.clear()
    this.#setAtMs.set(path, at)
  }

  set(count: number): void {
    const [paths, times] = [this.#paths, this.#times]
    this.#paths = paths.slice(count)
    this.#times = times.slice(count)
    for (let i = 0; i < paths.length && i < count; i++) this.#set(paths[i] as string, times[i] as number)
  }

  #set(path: string, at: number): void {
    const before = this.#setAtMs.get(path)
    if (before !== undefined && at - before < oncePerMs) return
    this.remember(path, at)
    try {
      utimesSync(path, at / 1_000, at / 1_000)
    } catch {
      // Gone, or not ours to change: then somebody else keeps it.
    }
  }

  #tick(): void {
    this.set(slice)
    this.#timer = this.#paths.length > 0 ? setTimeout(() => this.#tick(), pauseMs).unref() : undefined
  }
}

const uses = new Uses()

/** The entry at `path` was read. */
export const noteUse = (path: string): void => uses.note(path)

/** The file at `path` was written just now, so its time is right. */
export const noteWritten = (path: string): void => uses.remember(path, wallTime())

/** Set all times that were noted. */
export const flushUses = (): void => uses.set(Number.POSITIVE_INFINITY)
