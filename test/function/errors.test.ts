import { EventEmitter } from 'node:events'
import { createReadStream } from 'node:fs'
import { Socket } from 'node:net'
import { afterAll, expect, test } from 'vitest'
import { ShippingError } from '../../src/errors.js'
import { describeIt } from './trip.js'

const socket = new Socket()
const stream = createReadStream('/dev/null')
const timer = setTimeout(() => undefined, 60_000)
timer.unref()
class Private {
  #value = 1
  read(): number {
    return this.#value
  }
}
afterAll(() => {
  clearTimeout(timer)
  stream.destroy()
})

const messageFor = async (value: unknown, what = 'argument 2 of task 7'): Promise<string> => {
  const error: unknown = await describeIt(value, what).catch((caught: unknown) => caught)
  expect(error).toBeInstanceOf(ShippingError)
  return (error as ShippingError).message
}

test('the message walks from the function to the culprit', async () => {
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

test.each<[string, unknown, RegExp]>([
  ['a promise', { p: Promise.resolve(1) }, /property 'p': it is a Promise; await it/],
  ['a running generator', [(function* () {})()], /item 0: it is a generator that is already running/],
  ['a live iterator', { i: new Map().entries() }, /it is an iterator that is already running/],
  ['a proxy', { p: new Proxy({}, {}) }, /it is a Proxy/],
  ['a proxy of a function', { p: new Proxy(() => 1, {}) }, /it is a Proxy around a function/],
  ['a WeakRef', { w: new WeakRef({}) }, /it is a WeakRef/],
  ['a timer', { t: timer }, /it is a Timeout \(lives in this process only\)/],
  ['an event emitter', { e: new EventEmitter() }, /it is an EventEmitter/],
  ['an instance of a subclass of a host class', { e: new (class Bus extends EventEmitter {})() }, /it is an EventEmitter/],
  ['an AbortSignal', { s: new AbortController().signal }, /it is an AbortSignal/],
  ['a message port', { s: new MessageChannel().port1 }, /it is a MessagePort/],
  ['private fields', { p: new Private() }, /class Private, whose private fields \(#value\).*joblet\.reduce/],
  ['private fields of a superclass', { p: new (class Sub extends Private {})() }, /private fields \(#value\)/],
  // biome-ignore lint/security/noGlobalEval: eval is what this case is about
  ['eval', { f: (code: string) => eval(code) as unknown }, /it calls eval/],
  [
    'a method that uses super',
    {
      f: {
        __proto__: { a: () => 1 },
        a(): unknown {
          return super.toString()
        },
      }.a,
    },
    /it uses 'super'/,
  ],
  ['a method that uses a private name', { f: Private.prototype.read }, /private name #value/],
  [
    'new.target',
    {
      f: new (class {
        f: unknown
        constructor() {
          this.f = () => new.target
        }
      })().f,
    },
    /new\.target/,
  ],
  [
    'an unnamed native function',
    {
      f: (() => {
        let r: unknown
        void new Promise((resolve) => {
          r = resolve
        })
        return r
      })(),
    },
    /it is native/,
  ],
])('%s cannot travel', async (_, value, message) => {
  expect(await messageFor(value)).toMatch(message)
})

test('a part of an error that cannot travel is left behind, visibly, and the error travels', async () => {
  const parcel = await describeIt(Object.assign(new Error('no answer'), { socket, status: 5 }))

  expect(JSON.stringify(parcel.nodes)).toContain('[left behind: cannot send a value')
})
