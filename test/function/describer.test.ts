import { afterEach, expect, test, vi } from 'vitest'
import { registerByValue } from '../../src/function/found/by-value.js'
import { own } from '../../src/own.js'
import * as helpers from '../fixtures/shipping/exports.mjs'
import { describeIt, kindsIn, newDescriber, trip } from './trip.js'

afterEach(() => void vi.restoreAllMocks())

const closure =
  (i: number): (() => number) =>
  () =>
    i

test('the same function again in the same run is the same parcel', async () => {
  const describer = await newDescriber()
  const fn = closure(1)

  expect(describer.describe(fn, 'a value')).toBe(describer.describe(fn, 'a value'))
  expect((await newDescriber()).describe(fn, 'a value')).not.toBe(describer.describe(fn, 'a value'))
})

test('more than 1,000 closures of one text bring one warning', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue()
  const describer = await newDescriber()

  for (let i = 0; i < 1_100; i++) describer.describe(closure(i), 'a value')

  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0]?.[0]).toMatch(/describer\.test\.ts:\d+ were sent in one run.*write one function/)
})

test("joblet's own functions travel by name", async () => {
  const parallel = own('Parallel', () => undefined)

  expect((await describeIt({ parallel })).nodes).toContainEqual({ t: 'own', name: 'Parallel' })
})

test('a module that was registered travels by value', async () => {
  const takeBack = registerByValue(new URL('../fixtures/shipping/', import.meta.url).href)
  try {
    const parcel = await describeIt(helpers.square)
    expect(kindsIn(parcel)).toEqual(['function'])
  } finally {
    takeBack()
  }
  expect(kindsIn(await describeIt(helpers.square))).toEqual(['export'])
})

test('the debugger domain is off when a description ends, also one that fails', async () => {
  const { Session } = process.getBuiltinModule('node:inspector')
  const post = vi.spyOn(Session.prototype, 'post')
  const domain = (): unknown[] =>
    post.mock.calls.map(([method]) => method as string).filter((method) => /^Debugger\.(enable|disable)$/.test(method))
  const describer = await newDescriber()

  describer.describe(new Function('return 1') as () => number, 'a value')
  expect(() => describer.describe({ f: new Function('return 2'), p: Promise.resolve() }, 'a value')).toThrow('it is a Promise')

  expect(domain()).toEqual(['Debugger.enable', 'Debugger.disable', 'Debugger.enable', 'Debugger.disable'])
})

test('the debugger domain stays on where coverage is collected, since switching it off would drop counts', async () => {
  const { Session } = process.getBuiltinModule('node:inspector')
  const post = vi.spyOn(Session.prototype, 'post')
  vi.stubEnv('NODE_V8_COVERAGE', '/tmp/coverage')
  try {
    ;(await newDescriber()).describe(new Function('return 3') as () => number, 'a value')
    expect(post.mock.calls.map(([method]) => method as string)).not.toContain('Debugger.disable')
  } finally {
    vi.unstubAllEnvs()
    ;(await newDescriber()).describe(new Function('return 4') as () => number, 'a value')
  }
  expect(post.mock.calls.map(([method]) => method as string)).toContain('Debugger.disable')
})

test('describing prints nothing and starts nothing', async () => {
  const warn = vi.spyOn(process, 'emitWarning')

  expect(await trip(async () => (await import('node:path')).sep)).toBeTypeOf('function')
  expect(warn).not.toHaveBeenCalled()
})
