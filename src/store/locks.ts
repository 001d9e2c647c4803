/**
 * Locks as files, each with its owner's name in it. An owner that is gone loses its lock; one of which nothing can be known (another machine,
 * say) when it shows no sign of life.
 */
import { createHash } from 'node:crypto'
import { rmSync, unlinkSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { now, wallTime } from '../clock.js'
import { clearInterval, setInterval, sleep } from '../timers.js'
import { attempt, createWith, look, ownerIn, type Seen, statOf, textOf } from './lock-file.js'
import { me, type OwnerState, stateOf } from './owner.js'
import type { Release } from './store.js'

/** An owner touches its lock so often, while its thread is free to. */
const heartbeatMs = 2_000
/** How long a lock is left to an owner of which nothing can be known but that: ten times it missed. */
export const usualPatienceMs = 20_000
/*
 * Times that patience, for an owner that is alive on this machine. Still: neither has touched its lock nor computed, as one that waits in a
 * system call: 2 minutes. At all: it is alive and well, but nothing comes of it, as of a promise that never settles: 1 hour. Neither less
 * than ten times what such a computation is known to have taken: who takes over from one that is only slow computes twice, and no worse.
 */
const stillTimes = 6
const heldTimes = 180
const longestTimes = 10
/** A lock without a name in it: its owner is between two system calls, or died there. */
const namelessMs = 2_000
/** What was begun so long ago and does not say by whom, nobody will finish. */
const unfinishedMs = 10_000
/** Where only the number of a process is known, it may be another one's by now; a thread that computes gives no sign of life. */
const unsureMs = 600_000

// Whoever waits looks again after 2 ms, then less and less often, up to 20 times a second: a look is three system calls.
const firstPauseMs = 2
const longestPauseMs = 50

/** The file of a lock that is held here. */
export interface Held {
  readonly path: string
  /** What is in it, unless somebody has stolen it. */
  readonly text: string
}

/** The locks of one store. */
export class Locks {
  readonly #folder: string
  readonly #prepare: () => void
  readonly #onStolen: () => void
  readonly #patienceMs: number
  readonly #held = new Map<string, Held>()
  #heart: NodeJS.Timeout | undefined
  #count = 0

  /** @param options.prepare Makes the folder. */
  constructor(folder: string, options: { prepare: () => void; onStolen: () => void; patienceMs: number }) {
    this.#folder = folder
    this.#prepare = options.prepare
    this.#onStolen = options.onStolen
    this.#patienceMs = options.patienceMs
  }

  /**
   * Take the lock `name`, once it is free; undefined if that cannot be, or `signal` is aborted.
   *
   * @param longestMs What is done under it took at most, as far as is known.
   */
  async take(name: string, signal?: AbortSignal, longestMs = 0): Promise<Release | undefined> {
    const path = this.#pathOf(name)
    let seen: Seen | undefined
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
      if (signal?.aborted === true) return undefined
      const taken = this.#tryPath(name, path)
      if (taken !== 'held') return taken
      seen = look(path, seen)
      if (seen === undefined) continue
      const verdict = this.#judge(seen, longestMs)
      const stolen = verdict === 'steal' ? this.#steal(path, seen.text) : verdict
      if (stolen === 'give up') return undefined
      if (stolen === 'removed') continue
      await sleep(pauseMs, signal)
    }
  }

  /** Take the lock `name` if nobody holds it. */
  takeFree(name: string): Release | undefined {
    const taken = this.#tryPath(name, this.#pathOf(name))
    return taken === 'held' ? undefined : taken
  }

  /**
   * Let the file of a lock become what the lock was for: `work` moves it there, and with that the lock is given back.
   *
   * @returns What `work` says, whether it did; false if the lock is not held here.
   */
  spend(name: string, work: (held: Held) => boolean): boolean {
    const held = this.#held.get(name)
    if (held === undefined || !work(held)) return false
    this.#forget(name)
    return true
  }

  /** Take the lock `name` if it is free at once, or its owner is gone. */
  tryTake(name: string): Release | undefined {
    this.sweep(this.#pathOf(name))
    return this.takeFree(name)
  }

  /** Remove a lock whose owner is gone. */
  sweep(path: string): void {
    const seen = look(path, undefined)
    if (seen === undefined) return
    const isUnfinished = stateOf(ownerIn(seen.text)) === undefined && wallTime() - seen.changedAtMs > unfinishedMs
    if (isUnfinished || this.#judge(seen, 0) === 'steal') this.#steal(path, seen.text)
  }

  #pathOf(name: string): string {
    return join(this.#folder, `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.lock`)
  }

  #tryPath(name: string, path: string, again = true): Release | 'held' | undefined {
    const text = `${me()} ${++this.#count}`
    try {
      createWith(path, text)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EEXIST') return 'held'
      if (code !== 'ENOENT' || !again) return undefined
      return attempt(this.#prepare) ? this.#tryPath(name, path, false) : undefined
    }
    const held = { path, text }
    this.#held.set(name, held)
    this.#heart ??= setInterval(() => this.#beat(), heartbeatMs).unref()
    return () => this.#release(name, held)
  }

  #beat(): void {
    const at = wallTime() / 1_000
    for (const { path } of this.#held.values()) attempt(() => utimesSync(path, at, at))
  }

  #release(name: string, held: Held): void {
    if (this.#held.get(name) !== held) return
    this.#forget(name)
    if (textOf(held.path) === held.text) attempt(() => unlinkSync(held.path))
  }

  #forget(name: string): void {
    this.#held.delete(name)
    if (this.#held.size > 0) return
    clearInterval(this.#heart)
    this.#heart = undefined
  }

  #judge({ text, sinceMs, heldSinceMs }: Seen, longestMs: number): 'wait' | 'steal' | 'give up' {
    const state = stateOf(ownerIn(text))
    if (state === 'gone') return 'steal'
    const leastMs = longestMs * longestTimes
    if (now() - heldSinceMs >= Math.max(this.#patienceMs * heldTimes, leastMs)) return 'steal'
    if (now() - sinceMs < this.#patienceWith(state, leastMs)) return 'wait'
    // A stopped process may go on, and would find its lock gone: it keeps it, and nobody waits for it.
    return state === 'stopped' ? 'give up' : 'steal'
  }

  #patienceWith(state: OwnerState | undefined, leastMs: number): number {
    if (state === undefined) return Math.min(namelessMs, this.#patienceMs)
    if (state === 'alive') return Math.max(this.#patienceMs * stillTimes, leastMs)
    return state === 'unsure' ? unsureMs : this.#patienceMs
  }

  /**
   * Remove a lock that was judged, unless it has changed hands meanwhile. One at a time: of two who found the same dead owner, the slower one
   * would remove the lock that the faster one has just taken.
   */
  #steal(path: string, text: string): 'removed' | 'wait' | 'give up' {
    const guard = `${path}.steal`
    try {
      createWith(guard, me())
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return 'give up'
      // Its owner was killed between two system calls.
      if (wallTime() - (statOf(guard)?.mtimeMs ?? wallTime()) > unfinishedMs) attempt(() => unlinkSync(guard))
      return 'wait'
    }
    const changed = textOf(path) !== text
    const removed = !changed && attempt(() => rmSync(path, { recursive: true }))
    attempt(() => unlinkSync(guard))
    if (removed) this.#onStolen()
    return removed ? 'removed' : changed ? 'wait' : 'give up'
  }
}
