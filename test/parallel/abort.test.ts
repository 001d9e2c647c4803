/** Many runs listen to one signal. */
import { getEventListeners } from 'node:events'
import { expect, test } from 'vitest'
import { onAbort } from '../../src/parallel/run/abort.js'

const listeners = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length

test('however many runs a signal serves, it has one listener, and each hears the abort once', () => {
  const controller = new AbortController()
  const heard: number[] = []
  for (let run = 0; run < 30; run++) onAbort(controller.signal, () => heard.push(run))
  expect(listeners(controller.signal)).toBe(1)
  controller.abort()
  expect(heard).toEqual(Array.from({ length: 30 }, (_, run) => run))
  expect(listeners(controller.signal)).toBe(0)
})

test('a run that is over hears nothing, and the last one leaves no listener behind', () => {
  const controller = new AbortController()
  const heard: string[] = []
  const ignore = [onAbort(controller.signal, () => heard.push('first')), onAbort(controller.signal, () => heard.push('second'))]
  ignore[0]?.()
  ignore[0]?.()
  expect(listeners(controller.signal)).toBe(1)
  ignore[1]?.()
  expect(listeners(controller.signal)).toBe(0)
  onAbort(controller.signal, () => heard.push('third'))
  controller.abort()
  expect(heard).toEqual(['third'])
})

test('a run that ends while others are told does not keep them from hearing', () => {
  const controller = new AbortController()
  const heard: string[] = []
  const ignoreSelf = onAbort(controller.signal, () => {
    heard.push('first')
    ignoreSelf()
    ignoreSecond()
  })
  const ignoreSecond = onAbort(controller.signal, () => heard.push('second'))
  onAbort(controller.signal, () => heard.push('third'))
  controller.abort()
  expect(heard).toEqual(['first', 'third'])
})
