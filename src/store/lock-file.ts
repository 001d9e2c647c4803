/** The file of a lock: made whole or not at all, read however it may look. */
import { closeSync, lstatSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs'
import { now } from '../clock.js'

/** A lock that somebody else holds, as it was first seen. */
export interface Seen {
  readonly text: string
  readonly changedAtMs: number
  readonly sinceMs: number
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

/** The lock that lies there; `before` if it has not changed since. Undefined: there is none. */
export function look(path: string, before: Seen | undefined): Seen | undefined {
  const changedAtMs = statOf(path)?.mtimeMs
  if (changedAtMs === undefined) return undefined
  const text = textOf(path)
  return before?.text === text && before.changedAtMs === changedAtMs ? before : { text, changedAtMs, sinceMs: now() }
}

/** What is in it; nothing if that cannot be read. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
