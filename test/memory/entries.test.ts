/** What entries hold, and what they can never do. */
import { type Key, Memory, registerClass, type Store } from 'joblet'
import { expect, test } from 'vitest'
import { encodeEntry } from '../../src/codec/entry.js'
import { encodeSections } from '../../src/codec/sections.js'
import { listener, temporaryFolder } from './folder.js'

class Point {
  readonly x: number
  constructor(x: number) {
    this.x = x
  }
  get double(): number {
    return 2 * this.x
  }
}
class Stack extends Array<number> {
  top(): number | undefined {
    return this.at(-1)
  }
}
class Refusal extends RangeError {
  readonly code = 'ERR_REFUSED'
}

const origin = new Point(0)
const everything = (x: number) => {
  const error = new Refusal(`not ${x}`, { cause: new TypeError('why') })
  const point = new Point(x)
  const cyclic: { self?: unknown; point: Point } = { point }
  cyclic.self = cyclic
  return {
    point,
    again: point,
    origin: x > 0 ? new Point(origin.x) : undefined,
    stack: Stack.from([1, 2, x]) as Stack,
    error,
    cyclic,
    map: new Map<unknown, unknown>([[point, new Set([point])]]),
    url: new URL('https://example.org/a?b'),
    bare: Object.assign(Object.create(null) as object, { a: point }),
    frozen: Object.freeze({ a: [1], p: point }),
    date: new Date(5),
    plain: { view: new Float32Array([x]), text: 'ß' },
  }
}

test('instances of classes that the function reaches come back as such, with all that they share', async () => {
  const location = temporaryFolder()
  const { story, onEvent } = listener()
  await Memory({ location }).cache(everything)(3)
  const found = await Memory({ location, onEvent }).cache(everything)(3)

  expect(story()).toEqual(['hit'])
  expect(found).toStrictEqual(everything(3))
  expect([found.point.double, found.again === found.point, found.stack.top(), found.map.has(found.point)]).toEqual([6, true, 3, true])
  expect([found.cyclic.self === found.cyclic, found.error instanceof Refusal, (found.error.cause as Error).message]).toEqual([
    true,
    true,
    'why',
  ])
  expect([Object.isFrozen(found.frozen), Object.getPrototypeOf(found.bare), found.url.href]).toEqual([
    true,
    null,
    'https://example.org/a?b',
  ])
})

test('instances of registered classes come back by what their class says', async () => {
  class Money {
    readonly #cents: number
    constructor(cents: number) {
      this.#cents = cents
    }
    get cents(): number {
      return this.#cents
    }
  }
  registerClass(Money, { name: 'test Money', encode: (money) => [money.cents], decode: ([cents = 0]) => new Money(cents) })
  const location = temporaryFolder()
  const make = (cents: number) => ({ list: [new Money(cents)] })
  await Memory({ location }).cache(make)(5)
  expect((await Memory({ location }).cache(make)(5)).list[0]?.cents).toBe(5)
})

test('what holds anything else is returned and not stored, with one event that names the path', async () => {
  const makers = { hidden: () => ({}) as unknown }
  const outside = ((): (() => unknown) => {
    class Outside {
      readonly n = 1
    }
    return () => new Outside()
  })()
  // What the function reaches is not followed through this.
  const made = Object.assign(() => outside(), { [Symbol.for('joblet.identity')]: () => ['makes something'] })
  const cases: readonly (readonly [() => unknown, RegExp, string])[] = [
    [() => ({ a: [made()] }), /instance of Outside, which the function does not reach/, 'result.a[0]'],
    [() => () => 1, /a function/, 'result'],
    [() => ({ key: Symbol('s') }), /a symbol/, 'result.key'],
    [() => [new WeakMap()], /WeakMap|clone|lives in this process/, 'result[0]'],
    [
      () => ({
        get now() {
          return Symbol.iterator
        },
      }),
      /./,
      'result',
    ],
    [() => new Proxy({ a: () => makers.hidden() }, {}), /Proxy/, 'result'],
  ]
  for (const [make, reason, path] of cases) {
    const { events, story, onEvent } = listener()
    const memory = Memory({ location: temporaryFolder(), onEvent })
    const cached = memory.cache(make)
    expect(typeof (await cached())).toBe(typeof make())
    expect(story()).toEqual(['miss', 'computed', 'uncacheable'])
    expect(events.at(-1)).toMatchObject({ reason: expect.stringMatching(reason), path: expect.stringContaining(path) })
    expect((await memory.stats()).items).toBe(0)
  }
})

/** A memory whose one entry somebody else wrote: checksums and all are right. */
async function planted(fn: (n: number) => unknown, payload: (head: Uint8Array) => Uint8Array[]) {
  const entries = new Map<Key, Uint8Array>()
  const { story, events, onEvent } = listener()
  const store: Store = {
    get: (key) => entries.get(key)?.slice(),
    put: async (key, parts) => void entries.set(key, new Uint8Array(Buffer.concat(parts))),
    delete: async () => undefined,
    list: async function* () {},
  }
  const cached = Memory({ store, inMemory: false, onEvent }).cache(fn)
  await cached(1)
  const [key = '' as Key] = entries.keys()
  const head = new Uint8Array(8)
  head[0] = 1 // a graph
  entries.set(key, new Uint8Array(Buffer.concat(await encodeEntry({ key, meta: {}, codec: 'v8', payload: payload(head) }))))
  story().length = 0
  events.length = 0
  return { value: await cached(1), story: story(), events }
}

const graph = (nodes: readonly unknown[]) => (head: Uint8Array) => [head, ...encodeSections({ root: { $: 0 }, nodes })]
const ran: string[] = []
Object.assign(globalThis, { jobletPlanted: (what: string) => ran.push(what) })

test.each<[string, readonly unknown[]]>([
  ['a function in source', [{ t: 'function', code: 0, text: 'jobletPlanted("function")' }]],
  ['a constructor by its path', [{ t: 'construct', path: ['Function'], args: ['jobletPlanted("construct")'] }]],
  [
    'a call of a maker',
    [
      { t: 'call', maker: { $: 1 }, args: [] },
      { t: 'global', path: ['jobletPlanted'] },
    ],
  ],
  ['a module to import', [{ t: 'export', url: 'data:text/javascript,jobletPlanted("import")', path: ['default'] }]],
  ['a class that is not reached', [{ t: 'object', class: 'reached Function' }]],
  ['a class by a name that every object has', [{ t: 'object', class: 'reached constructor' }]],
  ['a class that nobody registered', [{ t: 'registered', class: 'registered nobody', state: 'jobletPlanted("registered")' }]],
  ['an error of an unknown kind', [{ t: 'error', base: 'Function' }]],
  ['a part that is missing', [{ t: 'array', length: 1, fields: [['0', { $: 9 }]] }]],
])('a planted entry with %s is a miss, and runs nothing', async (_, nodes) => {
  const { value, story } = await planted((n) => ({ n }), graph(nodes))
  expect(value).toEqual({ n: 1 })
  expect(story).toEqual(['corrupt', 'miss', 'computed', 'stored'])
  expect(ran).toEqual([])
})

test('a planted entry cannot pollute prototypes', async () => {
  const evil = Object.defineProperty({}, '__proto__', { value: { polluted: true }, enumerable: true, configurable: true, writable: true })
  const plain = (head: Uint8Array) => [
    head.fill(0, 0, 1),
    ...encodeSections(JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}')),
  ]
  const field = graph([
    { t: 'object', fields: [['__proto__', { $: 1 }]] },
    { t: 'object', fields: [['polluted', true]] },
  ])
  for (const payload of [plain, field, (head: Uint8Array) => [head, ...encodeSections(evil)]]) {
    const { value } = await planted((n) => ({ n }), payload)
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  }
})

test('the entry of another call under this key is a miss', async () => {
  const entries = new Map<Key, Uint8Array>()
  const { story, onEvent } = listener()
  const store: Store = {
    get: (key) => entries.get(key)?.slice(),
    put: async (key, parts) => void entries.set(key, new Uint8Array(Buffer.concat(parts))),
    delete: async () => undefined,
    list: async function* () {},
  }
  const cached = Memory({ store, inMemory: false, onEvent }).cache((n: number) => n)
  await cached(1)
  await cached(2)
  const [one, two] = [...entries.keys()] as [Key, Key]
  entries.set(two, entries.get(one) ?? new Uint8Array())
  expect(await cached(2)).toBe(2)
  expect(story().slice(-4)).toEqual(['corrupt', 'miss', 'computed', 'stored'])
})

test.each(['v8', 'json'] as const)('a typed array comes back as it was (codec %s)', async (codec) => {
  const location = temporaryFolder()
  const make = (n: number) => Float64Array.from({ length: codec === 'v8' ? 1e6 : 1e3 }, (_, i) => i * n)
  await Memory({ location, codec }).cache(make)(0.5)
  const found = await Memory({ location, codec }).cache(make)(0.5)
  expect(Buffer.from(found.buffer, found.byteOffset, found.byteLength).equals(Buffer.from(make(0.5).buffer))).toBe(true)
})
