/** When a worker's messages pass: after what the worker had printed before them. */
import { MessageChannel } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { OutputGate } from '../../src/backend/output/output-gate.js'

const never = () => false

/** Keep this thread from hearing anything, as a write to a full pipe does. */
const block = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

test('a message waits for what was printed before it, and those behind it wait too', () => {
  const passed: string[] = []
  const gate = new OutputGate(never)
  gate.pass(undefined, () => passed.push('first'))
  gate.pass([5, 2], () => passed.push('second'))
  gate.pass(undefined, () => passed.push('third'))
  gate.heard(0, 5)
  expect(passed).toEqual(['first'])
  gate.heard(1, 2)
  expect(passed).toEqual(['first', 'second', 'third'])
})

test('time in which this thread was busy does not count as silence', async () => {
  const story: string[] = []
  const gate = new OutputGate(never)
  const { port1, port2 } = new MessageChannel()
  const passed = new Promise<void>((resolve) => {
    gate.pass([5, 0], () => resolve(void story.push('passed')))
  })
  port1.once('message', () => {
    story.push('printed')
    gate.heard(0, 5)
  })
  port2.postMessage('output')
  block(700)
  await passed
  port1.close()
  expect(story).toEqual(['printed', 'passed'])
})

test('time in which our own output stands still does not count either', async () => {
  let looks = 0
  const gate = new OutputGate(() => ++looks <= 10)
  await new Promise<void>((resolve) => gate.pass([5, 0], resolve))
  expect(looks).toBe(15)
})

test('output that never comes holds nothing back for ever', async () => {
  const gate = new OutputGate(never)
  await expect(new Promise((resolve) => gate.pass([5, 0], () => resolve('passed')))).resolves.toBe('passed')
})
