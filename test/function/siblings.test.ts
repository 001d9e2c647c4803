import { runInThisContext } from 'node:vm'
import { beforeAll, expect, test } from 'vitest'
import { createDescriber, prepareDescribe } from '../../src/function/describe/describe.js'
import { createReviver } from '../../src/function/revive/revive.js'

/** What `make` gives is what travels: enough functions of one script that it is worth reading as a whole. */
const library = `(() => {
  function make(base) {
    ${Array.from({ length: 40 }, (_, i) => `function f${i}() { return base + f${i + 1}() }`).join('\n')}
    var f40 = function () { return base }
    const arrow = () => f0() * 2
    let assigned = function () { return 'old' }
    assigned = function () { return 'new ' + base }
    var twice = function () { return 'first' }
    if (base) { var twice = function () { return 'second ' + base } }
    function looped() { const all = []; for (const i of [1, 2]) { const each = () => i * base; all.push(() => each()) } return all }
    const borrow = (f3) => () => f3()
    const withinTemplate = (f5) => \`\${(() => f5())()}\`
    const named = function f7(depth = 1) { return depth === 0 ? 'itself' : f7(depth - 1) }
    class Counter { static start = base; next() { return Counter.start + f39() } }
    return { f3, borrow, withinTemplate, answers: () => [arrow(), assigned(), twice(), ...looped().map((f) => f()), named(), new Counter().next()], loops: looped() }
  }
  return make
})()`

interface Library {
  readonly f3: () => number
  readonly borrow: (f: () => number) => () => number
  readonly withinTemplate: (f: () => number) => string
  readonly answers: () => unknown[]
  readonly loops: (() => number)[]
}

const make = runInThisContext(library) as (base: number) => Library

const sent = async <T>(value: T): Promise<T> => (await createReviver().revive(createDescriber().describe(value, 'it'))) as T

beforeAll(prepareDescribe)

test('a library of many functions gives the same answers where it arrives', async () => {
  const one = make(3)

  const { answers, loops } = await sent(one)

  expect(answers()).toEqual(one.answers())
  expect(loops.map((f) => f())).toEqual([3, 6])
})

test('two instances of a library stay two', async () => {
  const [one, two] = await sent([make(1), make(1000)] as const)

  expect([one.answers(), two.answers()]).toEqual([make(1).answers(), make(1000).answers()])
})

test('a function of one instance that another one was given is that of the first', async () => {
  const [one, two] = [make(1), make(1000)]
  // All that is known of the script by then comes from the first instance.
  const [, borrowed, text] = await sent([one.answers, one.borrow(two.f3), () => one.withinTemplate(two.f3)] as const)

  expect([borrowed(), text()]).toEqual([two.f3(), String(two.f3())])
})
