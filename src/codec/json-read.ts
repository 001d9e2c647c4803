/** From the tree that superjson gives back to the value; see `json-form.ts`. The text may come from anywhere: nothing in it is taken for granted. */
import { CodecError } from '../errors.js'
import { errorNames } from './json-form.js'
import { viewNames } from './views.js'

/**
 * The value that `tree` stands for.
 *
 * @throws {Error} If it is no tree that we write.
 */
export function fromTree(tree: unknown): unknown {
  return new TreeReader(tree).read()
}

/** Makes each part as an empty shell and fills it later, so that cycles cost nothing and depth does not matter. */
class TreeReader {
  readonly #table: readonly unknown[]
  readonly #made = new Map<object, unknown>()
  readonly #unfilled: (() => void)[] = []

  constructor(tree: unknown) {
    const [tag, content] = isObject(tree) ? tagOf(tree) : []
    this.#table = tag === '@shared' ? list(content) : [tree]
  }

  read(): unknown {
    const root = this.value(this.#table[0])
    for (const fill of this.#unfilled) fill()
    return root
  }

  /** What a part stands for; possibly a shell yet. */
  value(tree: unknown): unknown {
    if (!isObject(tree)) return tree
    if (this.#made.has(tree)) return this.#made.get(tree)
    const made = this.#make(tree)
    this.#made.set(tree, made)
    return made
  }

  /** The part of this number. */
  shared(number: unknown): unknown {
    const tree = this.#table[number as number]
    if (!isObject(tree) || tagOf(tree)[0] === '@ref') throw damaged(`there is no part ${String(number)}`)
    return this.value(tree)
  }

  /** Do `work` when all shells around are made. */
  later(work: () => void): void {
    this.#unfilled.push(work)
  }

  #make(tree: object): unknown {
    if (Array.isArray(tree)) return this.#makeArray(tree)
    // superjson's own leaves: Date, URL, bytes.
    if (Object.getPrototypeOf(tree) !== Object.prototype) return tree
    const [tag, content] = tagOf(tree)
    if (tag === undefined) return this.#makeRecord(tree)
    const make = readers.get(tag)
    if (make === undefined) throw damaged(`it has a part of the unknown kind ${tag}`)
    return make(content, this)
  }

  #makeArray(tree: readonly unknown[]): unknown {
    const array: unknown[] = []
    this.later(() => {
      for (const item of tree) array.push(this.value(item))
    })
    return array
  }

  #makeRecord(tree: object): unknown {
    const record = {}
    this.later(() => {
      for (const [key, value] of Object.entries(tree)) define(record, key, this.value(value))
    })
    return record
  }
}

const readers = new Map<string, (content: unknown, from: TreeReader) => unknown>([
  ['@ref', (number, from) => from.shared(number)],
  ['@object', (properties, from) => withProperties({}, properties, from)],
  ['@bare', (properties, from) => withProperties(Object.create(null) as object, properties, from)],
  ['@array', readSparse],
  ['@map', readMap],
  ['@set', readSet],
  ['@date', () => new Date(Number.NaN)],
  ['@regexp', readRegExp],
  ['@view', readView],
  ['@error', readError],
])

/** Defines and never assigns, so that no setter and no `__proto__` runs. */
function withProperties(object: object, properties: unknown, from: TreeReader): object {
  from.later(() => {
    for (const [key, value, hidden] of list(properties).map(list)) define(object, text(key), from.value(value), hidden === true)
  })
  return object
}

const define = (object: object, key: string | number, value: unknown, hidden = false): void =>
  void Object.defineProperty(object, key, { value, writable: true, enumerable: !hidden, configurable: true })

function readSparse(content: unknown, from: TreeReader): unknown {
  const [length, items] = list(content)
  const array: unknown[] = []
  // Not `new Array(length)`: a damaged length would take the memory at once.
  array.length = length as number
  from.later(() => {
    for (const [index, item] of list(items).map(list)) {
      if (!Number.isInteger(index) || (index as number) < 0 || (index as number) >= array.length)
        throw damaged('an array has no such index')
      define(array, index as number, from.value(item))
    }
  })
  return array
}

function readMap(entries: unknown, from: TreeReader): unknown {
  const map = new Map<unknown, unknown>()
  from.later(() => {
    for (const [key, value] of list(entries).map(list)) map.set(from.value(key), from.value(value))
  })
  return map
}

function readSet(items: unknown, from: TreeReader): unknown {
  const set = new Set<unknown>()
  from.later(() => {
    for (const item of list(items)) set.add(from.value(item))
  })
  return set
}

function readRegExp(content: unknown, from: TreeReader): unknown {
  const [source, flags, lastIndex] = list(content)
  const regexp = new RegExp(text(source), text(flags))
  from.later(() => {
    regexp.lastIndex = from.value(lastIndex) as number
  })
  return regexp
}

function readView(content: unknown, from: TreeReader): unknown {
  const [name, tree] = list(content)
  const buffer = from.value(tree)
  if (!(buffer instanceof ArrayBuffer)) throw damaged('a view has no buffer')
  if (name === 'Buffer') return Buffer.from(buffer)
  const View = viewNames.includes(text(name))
    ? (Reflect.get(globalThis, text(name)) as (new (buffer: ArrayBuffer) => object) | undefined)
    : undefined
  if (View === undefined) throw damaged(`this version of Node has no ${text(name)}`)
  return new View(buffer)
}

/** An error without what its constructor puts there: its own properties follow. */
function readError(content: unknown, from: TreeReader): unknown {
  const [base, properties] = list(content)
  if (!errorNames.includes(text(base))) throw damaged(`there is no error ${text(base)}`)
  const error = base === 'AggregateError' ? new AggregateError([]) : new (Reflect.get(globalThis, text(base)) as ErrorConstructor)()
  for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key)
  return withProperties(error, properties, from)
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

function tagOf(tree: object): readonly [tag?: string, content?: unknown] {
  const keys = Object.keys(tree)
  const tag = keys.find((key) => key.startsWith('@'))
  if (tag === undefined) return []
  if (keys.length > 1) throw damaged(`${tag} stands beside other keys`)
  return [tag, Reflect.get(tree, tag)]
}

function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw damaged('a list is missing')
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw damaged('a name is missing')
}

const damaged = (why: string): CodecError =>
  new CodecError(`cannot read the JSON text: ${why}; it is damaged, or no text of json.stringify of this version of joblet`)
