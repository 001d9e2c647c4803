/** Random values that hold each other in every way, and a comparison that sees who is who. */
import fc from 'fast-check'

type Make = (parts: readonly unknown[]) => unknown
type Fill = (made: never, parts: readonly unknown[]) => void

const keys = fc.oneof(
  fc.string({ maxLength: 5 }),
  fc.constantFrom(
    '',
    '.',
    'a.b',
    '\\',
    '\\.',
    '0',
    '@ref',
    '@',
    'json',
    'meta',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    '\ud800',
  ),
)
const bytes = fc.uint8Array({ maxLength: 24 })

/** Primitives of every kind. */
const primitives = fc.oneof(
  fc.constantFrom(
    undefined,
    null,
    true,
    false,
    Number.NaN,
    -0,
    0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '',
    'text',
    '\ud800',
  ),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.string({ unit: 'binary' }),
)

const leaves = fc.oneof(
  fc.oneof(fc.date({ noInvalidDate: false }), fc.date({ min: new Date(-8.64e15), max: new Date(8.64e15) })),
  fc.constantFrom(/a\/b[/]/giu, /\n./y, /(?:)/, /\//).map((regexp) => new RegExp(regexp)),
  fc.webUrl().map((url) => new URL(url)),
  bytes.map((array) => array.slice().buffer),
  bytes.map((array) => Buffer.from(array)),
  bytes.map((array) => array.slice()),
  bytes.map((array) => new DataView(array.slice().buffer)),
  fc.array(fc.double()).map((numbers) => new Float64Array(numbers)),
  fc.array(fc.float()).map((numbers) => new Float32Array(numbers)),
  fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((numbers) => new BigInt64Array(numbers)),
  fc.array(fc.integer()).map((numbers) => new Uint8ClampedArray(numbers)),
)

const kinds: Record<string, readonly [Make, Fill]> = {
  record: [() => ({}), (made: object, parts) => parts.forEach((part, i) => define(made, `k${i}`, part))],
  bare: [() => Object.create(null), (made: object, parts) => parts.forEach((part, i) => define(made, `k${i}`, part))],
  array: [() => [], (made: unknown[], parts) => void made.push(...parts)],
  sparse: [
    () => [],
    (made: unknown[], parts) => {
      parts.forEach((part, i) => void (made[2 * i + 1] = part))
      made.length += 1
    },
  ],
  map: [() => new Map(), (made: Map<unknown, unknown>, parts) => parts.forEach((part, i) => void made.set(part, parts[i + 1]))],
  set: [() => new Set(), (made: Set<unknown>, parts) => parts.forEach((part) => void made.add(part))],
  error: [() => new RangeError('no'), (made: Error, parts) => void Object.assign(made, { code: 'E', cause: parts[0], list: [...parts] })],
}

/** Stands for the object of this number. */
class Link {
  readonly node: number

  constructor(node: number) {
    this.node = node
  }
}

const define = (object: object, key: string, value: unknown): void =>
  void Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })

const nodes = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.keys(kinds)),
    parts: fc.array(fc.oneof({ weight: 3, arbitrary: fc.nat(12).map((node) => new Link(node)) }, primitives, leaves), { maxLength: 5 }),
    named: fc.dictionary(keys, primitives, { maxKeys: 3, noNullPrototype: true }),
  }),
  { minLength: 1, maxLength: 12 },
)

/** A graph of objects of every kind, nested, shared and cyclic. */
export const graphs: fc.Arbitrary<unknown> = nodes.map((list) => {
  const made = list.map(({ kind }) => kinds[kind]?.[0]([]) as object)
  list.forEach(({ kind, parts, named }, i) => {
    const values = parts.map((part) => (part instanceof Link ? made[part.node % made.length] : part))
    kinds[kind]?.[1](made[i] as never, values)
    if (kind === 'record' || kind === 'bare') for (const [key, value] of Object.entries(named)) define(made[i] as object, key, value)
  })
  return made[0]
})

/** Where two values differ, in structure, in a leaf, or in what is one object and what two; `undefined` if nowhere. */
export function difference(left: unknown, right: unknown): string | undefined {
  const pairs = new Map<unknown, unknown>()
  const back = new Map<unknown, unknown>()
  const pending: [unknown, unknown, string][] = [[left, right, 'root']]
  for (const [a, b, path] of pending) {
    if (!isObject(a) || !isObject(b)) {
      if (!Object.is(a, b)) return path
      continue
    }
    if (pairs.has(a) || back.has(b)) {
      if (pairs.get(a) !== b || back.get(b) !== a) return `${path} (identity)`
      continue
    }
    pairs.set(a, b)
    back.set(b, a)
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return `${path} (prototype)`
    const [partsOfA, partsOfB] = [partsOf(a), partsOf(b)]
    if (partsOfA.length !== partsOfB.length) return `${path} (size)`
    partsOfA.forEach(([key, part], i) =>
      pending.push([key, partsOfB[i]?.[0], `${path} (key)`], [part, partsOfB[i]?.[1], `${path}.${isObject(key) ? i : String(key)}`]),
    )
  }
  return undefined
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function partsOf(object: object): (readonly [unknown, unknown])[] {
  if (object instanceof Map) return [...object]
  if (object instanceof Set) return [...object].map((item) => ['', item])
  if (object instanceof Date) return [['time', object.getTime()]]
  if (object instanceof URL) return [['href', object.href]]
  if (object instanceof ArrayBuffer) return [['bytes', Buffer.from(object).toString('hex')]]
  if (ArrayBuffer.isView(object)) return [['bytes', Buffer.from(object.buffer, object.byteOffset, object.byteLength).toString('hex')]]
  const own = Reflect.ownKeys(object).map((key) => [key, Reflect.get(object, key)] as const)
  return object instanceof RegExp ? [...own, ['text', String(object)]] : own
}
