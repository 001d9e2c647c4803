/** The file of a lock: made whole or not at all, read however it may look. */
import { closeSync, lstatSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { now } from '../clock.js'
import { workOf } from './owner.js'

/** A lock that somebody else holds. */
export interface Seen {
  readonly text: string
  readonly changedAtMs: number
  /** What its owner's thread has computed so far; see {@link workOf}. */
  readonly work: number
  /** When it was last seen to have changed, or its owner to have worked. */
  readonly sinceMs: number
  /** When this owner was first seen to hold it. */
  readonly heldSinceMs: number
}

/** Whether `work` did not throw. */
export const attempt = (work: () => void): boolean => {
  try {
    work()
    return true
  } catch {
    return false
  }
}

/** Undefined: there is none, or it cannot be seen. */
export const statOf = (path: string) => {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

/** @throws {Error} EEXIST if it is there. */
export function createWith(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    writeSync(file, text)
  } catch (error) {
    attempt(() => unlinkSync(path))
    throw error
  } finally {
    closeSync(file)
  }
}

/** The lock that lies there; `before` if nothing has changed since. Undefined: there is none. */
export function look(path: string, before: Seen | undefined): Seen | undefined {
  const changedAtMs = statOf(path)?.mtimeMs
  if (changedAtMs === undefined) return undefined
  const text = textOf(path)
  const work = workOf(ownerIn(text))
  const same = before?.text === text ? before : undefined
  if (same?.changedAtMs === changedAtMs && same.work === work) return same
  const sinceMs = now()
  return { text, changedAtMs, work, sinceMs, heldSinceMs: same?.heldSinceMs ?? sinceMs }
}

/** Whose lock it is. */
export const ownerIn = (text: string): string => text.split(' ')[0] ?? ''

/** What is in it; nothing if that cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
