/** A function that is sent again and again is read as it is now, though the engine is not always asked again. */
import { runInThisContext } from 'node:vm'
import { beforeAll, describe, expect, test } from 'vitest'
import { createDescriber, prepareDescribe } from '../../src/function/describe/describe.js'
import * as inspector from '../../src/function/engine/inspector.js'
import { createReviver } from '../../src/function/revive/revive.js'

type Fn = (...args: unknown[]) => unknown

const sent = async (fn: Fn): Promise<Fn> => (await createReviver().revive(createDescriber().describe(fn, 'it'))) as Fn

/** What `fn` gives where it arrives, sent so many times before. */
const answers = async (fn: Fn, times = 4): Promise<unknown[]> => {
  const given: unknown[] = []
  for (let i = 0; i < times; i++) given.push((await sent(fn))())
  return given
}

const made = <T>(text: string): T => runInThisContext(`'use strict'; (() => { ${text} })()`) as T

beforeAll(prepareDescribe)

describe('a function that was sent three times', () => {
  test('has the value that a variable has by now', async () => {
    const { read, set } = made<{ read: Fn; set: Fn }>('let count = 1; return { read: () => count, set: (n) => { count = n } }')
    expect(await answers(read)).toEqual([1, 1, 1, 1])
    set(5)
    expect(await answers(read)).toEqual([5, 5, 5, 5])
  })

  test('has what a constant object holds by now', async () => {
    const { read, settings } = made<{ read: Fn; settings: { n: number } }>(
      'const settings = { n: 1 }; return { read: () => settings.n, settings }',
    )
    expect(await answers(read)).toEqual([1, 1, 1, 1])
    settings.n = 2
    expect(await answers(read)).toEqual([2, 2, 2, 2])
  })

  test('has the value of a constant that was not there yet', async () => {
    const { read, next } = made<{ read: Fn; next: Fn }>(
      'function* run() { class Late { get() { return late } } yield () => [late, new Late().get()]; const late = 5; yield } const it = run(); return { read: it.next().value, next: () => it.next() }',
    )
    await Promise.allSettled([1, 2, 3, 4].map(async () => (await sent(read))()))
    next()
    expect(await answers(read)).toEqual([1, 2, 3, 4].map(() => [5, 5]))
  })

  test('has the value that a `var` gets when its line runs, and when it runs again', async () => {
    const steps = made<{ read: Fn; next: Fn }>(
      'const read = () => turn; const next = () => { }; const all = { read, next: null }; function* run() { for (const i of [1, 2]) { yield; var turn = i } yield } const it = run(); all.next = () => it.next(); return all',
    )
    steps.next()
    // The generator has a variable of its own by that name: the one that is read here was never declared, so reading it throws there as it does here.
    await expect(answers(steps.read)).rejects.toThrow(ReferenceError)
    const turns = made<{ read: Fn; next: Fn }>(
      'var reads; function* run() { const read = () => turn; for (const i of [1, 2, 3]) { var turn = i; yield read } } const it = run(); reads = it.next().value; return { read: reads, next: () => it.next() }',
    )
    expect(await answers(turns.read)).toEqual([1, 1, 1, 1])
    turns.next()
    expect(await answers(turns.read)).toEqual([2, 2, 2, 2])
  })

  test('has what another function has assigned under its own name', async () => {
    const { fib, wrap } = made<{ fib: Fn; wrap: Fn }>(
      'function value() { return 1 } function fib(depth = 1) { return depth === 0 ? "inner" : fib(0) } return { fib, wrap: () => { fib = () => "wrapped" } }',
    )
    expect(await answers(fib)).toEqual(['inner', 'inner', 'inner', 'inner'])
    wrap()
    expect(await answers(fib)).toEqual(['wrapped', 'wrapped', 'wrapped', 'wrapped'])
  })

  test('has what `eval` has assigned', async () => {
    const { read, set } = made<{ read: Fn; set: Fn }>('let count = 1; return { read: () => count, set: (text) => eval(text) }')
    expect(await answers(read)).toEqual([1, 1, 1, 1])
    set('count = 7')
    expect(await answers(read)).toEqual([7, 7, 7, 7])
  })

  test('has what sloppy code has assigned by `arguments`', async () => {
    const make = runInThisContext('(function (n) { const all = arguments; return { read: () => n, set: (m) => { all[0] = m } } })') as (
      n: number,
    ) => { read: Fn; set: Fn }
    const { read, set } = make(1)
    expect(await answers(read)).toEqual([1, 1, 1, 1])
    set(7)
    expect(await answers(read)).toEqual([7, 7, 7, 7])
  })

  test('keeps its own captures apart from those of a closure of the same text', async () => {
    const make = made<(n: number) => Fn>('return (n) => () => n')
    const [one, two] = [make(1), make(2)]
    expect(await answers(one)).toEqual([1, 1, 1, 1])
    expect(await answers(two)).toEqual([2, 2, 2, 2])
    expect(await answers(one, 1)).toEqual([1])
  })

  test('is not asked of the engine again, if nothing that it captured is ever assigned', async () => {
    const { read } = made<{ read: Fn }>('const [a, b] = [1, { c: 2 }]; return { read: () => a + b.c }')
    expect(await answers(read)).toEqual([3, 3, 3, 3])
    const calls = callsDuring(() => void createDescriber().describe(read, 'it'))
    expect(calls).toBe(0)
  })

  test('is a class like any other: its instances do not have it asked of the engine again, unless something may be assigned', () => {
    const { Fixed, Tied, Renamed } = made<Record<string, new () => object>>(
      'const base = 1; let step = 1; class Fixed { at = base; static made = 0 } class Tied { next() { return step++ } } class Renamed {} const rename = () => { Renamed = null }; return { Fixed, Tied, Renamed }',
    )
    const callsFor = (Class = Fixed) => {
      for (let i = 0; i < 4; i++) createDescriber().describe(new (Class as new () => object)(), 'it')
      return callsDuring(() => void createDescriber().describe(new (Class as new () => object)(), 'it'))
    }
    expect(callsFor(Fixed)).toBe(0)
    expect(callsFor(Tied)).toBeGreaterThan(0)
    expect(callsFor(Renamed)).toBeGreaterThan(0)
  })

  test('is a class, and arrives with what its static fields are by now', () => {
    const Counted = made<{ made: number }>(
      'const first = 1; return class Counted { static made = first; static get twice() { return 2 * Counted.made } }',
    )
    const propsOf = () =>
      JSON.stringify(
        createDescriber()
          .describe(Counted, 'it')
          .nodes.filter(({ t }) => t === 'class'),
      )
    for (let i = 0; i < 4; i++) expect(propsOf()).toContain('["made",1')
    Counted.made = 5
    expect(propsOf()).toContain('["made",5')
  })
})

/** How often the inspector is called. */
function callsDuring(work: () => void): number {
  const session = inspector.opened()
  const { post } = session
  let calls = 0
  session.post = ((...args: Parameters<typeof post>) => {
    calls += 1
    return post.apply(session, args)
  }) as typeof post
  try {
    work()
    return calls
  } finally {
    session.post = post
  }
}
