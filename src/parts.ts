/** Bytes in parts, as they go into one file. Pure. */
import { maxPart } from './limits.js'

/** What `parts` weigh. */
export const weightOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.byteLength, 0)

/** The parts as one, in memory of their own. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(weightOf(parts))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.byteLength
  }
  return whole
}

/** The beginning of `parts` that is written at once. */
export function beginningOf(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const beginning: Uint8Array[] = []
  let room = maxPart
  for (const part of parts) {
    if (room === 0) break
    beginning.push(part.subarray(0, room))
    room -= Math.min(room, part.byteLength)
  }
  return beginning
}
