import { createReadStream } from 'node:fs'
import { Socket } from 'node:net'
import { afterAll, expect, onTestFinished, test } from 'vitest'
import { ShippingError } from '../../src/errors.js'
import { listRefusals } from '../fixtures/shipping/refusals.js'
import { describeIt } from './trip.js'

const { refusals, close } = listRefusals()
afterAll(close)

const socket = new Socket()

const messageFor = async (value: unknown, what = 'argument 2 of task 7'): Promise<string> => {
  const error: unknown = await describeIt(value, what).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ShippingError)
  return (error as ShippingError).message
}

test('the message walks from the function to the culprit', async () => {
  const stream = createReadStream('/dev/null')
  onTestFinished(() => void stream.destroy())
  const conf = { io: stream }
  const render = (): unknown => conf

  expect(await messageFor(render)).toMatch(
    /^cannot send function 'render' \(test\/function\/errors\.test\.ts:\d+\) -> captured variable 'conf' -> property 'io': it is a ReadStream \(lives in this process only\); create it inside the function$/,
  )
})

test('the message begins with what the caller says an argument is', async () => {
  expect(await messageFor([{ a: socket }])).toBe(
    "cannot send argument 2 of task 7 -> item 0 -> property 'a': it is a Socket (lives in this process only); create it inside the function",
  )
})

test('a helper in between is named with its own place', async () => {
  const helper = (): unknown => socket
  const main = (): unknown => helper()

  expect(await messageFor(main)).toMatch(
    /^cannot send function 'main' \(.*\) -> captured variable 'helper' -> function 'helper' \(.*\) -> captured variable 'socket': it is a Socket/,
  )
})

test.each(refusals)('$name cannot travel', async ({ value, says }) => {
  expect(await messageFor(value)).toMatch(says)
})

test('a part of an error that cannot travel is left behind, visibly, and the error travels', async () => {
  const parcel = await describeIt(Object.assign(new Error('no answer'), { socket, status: 5 }))

  expect(JSON.stringify(parcel.nodes)).toContain('[left behind: cannot send a value')
})

test.each([
  ['a socket', socket, 'it is a Socket (lives in this process only); return what you need of it as plain data'],
  ['a promise', { p: Promise.resolve() }, "property 'p': it is a Promise; await it before it is returned"],
  ['a WeakRef', [new WeakRef({})], 'item 0: it is a WeakRef; return what it points to'],
  ['a Blob', new Blob([]), 'it is a Blob (lives in this process only); send its bytes: await blob.arrayBuffer()'],
])('of a result that cannot travel, the message says what to return: %s', async (_, value, says) => {
  const message = await messageFor(value, 'the result')

  expect(message.replace(/^cannot send the result(: | -> )/, '')).toBe(says)
})
