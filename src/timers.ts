/**
 * Timers as they were when joblet was imported: fake timers in a caller's tests freeze nothing. Such libraries replace what `node:timers` exports
 * too, so a file that is loaded later must not ask there.
 */
import { clearTimeout, setImmediate, setTimeout } from 'node:timers'

export { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers'

/** Some libraries fake this too. */
export const { queueMicrotask } = globalThis

/** Resolves when other work of this thread has had a turn. */
export const nextTurn = (): Promise<undefined> => new Promise((resolve) => setImmediate(() => resolve(undefined)))

/** Resolves after `ms` milliseconds, or when `signal` aborts. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const timer = setTimeout(wake, ms)
    signal?.addEventListener('abort', wake)
    if (signal?.aborted === true) wake()
  })
}

/** Resolves when `done` does, or `ms` milliseconds later. It keeps no program alive. */
export async function within(ms: number, done: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined
  await Promise.race([done, new Promise((resolve) => (timer = setTimeout(resolve, ms).unref()))])
  clearTimeout(timer)
}
