/** What the frames of a stack point at. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Thrower } from '../fixtures/shipping/throwers.js'

/** Expect the frames that lie in files of `folder` to point, in order, at what `frames` say: file, line and column, as the user sees them. */
export function expectFrames(stack = '', { message, frames, folder }: Omit<Thrower, 'fn'> & { folder: string }): void {
  expect(stack).toContain(message)
  expect(textsAt(stack, folder).slice(0, frames.length)).toEqual(frames.map((frame) => expect.stringMatching(frame) as string))
}

function textsAt(stack: string, folder: string): string[] {
  return [...stack.matchAll(/((?:file:\/\/)?\/[^\s():]+):(\d+):(\d+)/g)]
    .map(([, place = '', line, column]) => ({ file: place.startsWith('file:') ? fileURLToPath(place) : place, line, column }))
    .filter(({ file }) => file.startsWith(folder))
    .map(
      ({ file, line, column }) =>
        readFileSync(file, 'utf8')
          .split('\n')
          [Number(line) - 1]?.slice(Number(column) - 1) ?? `no line ${line}`,
    )
}
