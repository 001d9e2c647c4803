/** When the end of a line that has not come is not waited for any more. */
import { expect, test } from 'vitest'
import { WorkerOutput } from '../../src/backend/output/worker-output.js'

const text = (words: string, from = 0, call?: { batch: number; at: number }) => ({
  stream: 0 as const,
  bytes: Buffer.from(words),
  call,
  from,
})

/** All that was written, and all that was taken. */
function newOutput(isFull: () => boolean = () => false) {
  const written: string[] = []
  let heard: () => void = () => undefined
  const output = new WorkerOutput(
    ({ bytes, call }) => {
      if (call !== undefined) written.push(`${call.batch}/${call.at} ${Buffer.from(bytes)}`)
      return call !== undefined
    },
    {
      write: (_, bytes) => {
        written.push(Buffer.from(bytes).toString())
        heard()
      },
      isFull,
    },
  )
  return { output, written, next: () => new Promise<void>((resolve) => (heard = resolve)) }
}

test('a line in pieces goes as one', () => {
  const { output, written } = newOutput()
  output.add(text('a', 0))
  output.add(text('b\nc', 1))
  expect(written).toEqual(['ab\n'])
  output.settle()
  expect(written).toEqual(['ab\n', 'c'])
})

test('the line of a task that has begun since is not cut by the answer of the one before', () => {
  const { output, written } = newOutput()
  output.add(text('first\nsecond', 0))
  output.settle([6, 0])
  expect(written).toEqual(['first\n'])
  output.settle([12, 0])
  expect(written).toEqual(['first\n', 'second'])
})

test('what a bar shows goes after a while, and then the rest of its line', async () => {
  const { output, written, next } = newOutput()
  output.add(text('\r50 %'))
  await next()
  output.add(text('\r100 %\n', 5))
  expect(written).toEqual(['\r50 %', '\r100 %\n'])
})

test('a line is not cut while our own reader keeps us from reading the rest of it', async () => {
  let asked = 0
  const { output, written, next } = newOutput(() => ++asked <= 20)
  output.add(text('begun'))
  await next()
  expect(asked).toBeGreaterThan(20)
  expect(written).toEqual(['begun'])
})

test('a line that is still coming is not cut; one that has been coming for long is', async () => {
  let pieces = 0
  const { output, written, next } = newOutput(() => {
    output.add(text('.', ++pieces))
    return false
  })
  output.add(text('.'))
  const beganMs = performance.now()
  await next()
  expect(performance.now() - beganMs).toBeGreaterThan(900)
  expect(written.join('')).toMatch(/^\.{10,}$/)
  output.settle()
})

test('a line of one task ends where the next task prints', () => {
  const { output, written } = newOutput()
  output.add(text('a', 0, { batch: 1, at: 0 }))
  output.add(text('b\n', 1, { batch: 1, at: 1 }))
  expect(written).toEqual(['1/0 a', '1/1 b\n'])
})
