/** A graph of {@link toGraph} as the value it stands for. Whatever the graph says, no code runs but that of registered classes, and nothing but what is made here is touched. */
import { codecOf } from '../function/found/class-registry.js'
import type { Classes } from './classes.js'
import type { Field, Graph, Node, Slot } from './graph.js'
import { errorBases } from './graph-kinds.js'

/**
 * The value of a graph.
 *
 * @throws {Error} If it is no graph of ours, or names a class that `classes` does not know.
 */
export function fromGraph(graph: Graph, classes: Classes): unknown {
  if (!Array.isArray((graph as Partial<Graph> | undefined)?.nodes)) throw new Error('it is no graph')
  return new GraphReader(graph.nodes, classes).value(graph.root)
}

const ordinary = { writable: true, enumerable: true, configurable: true } as const

class GraphReader {
  readonly #nodes: readonly Node[]
  readonly #classes: Classes
  readonly #values = new Map<number, unknown>()

  constructor(nodes: readonly Node[], classes: Classes) {
    this.#nodes = nodes
    this.#classes = classes
  }

  value(slot: Slot): unknown {
    if (typeof slot !== 'object' || slot === null) return slot
    if (this.#values.has(slot.$)) return this.#values.get(slot.$)
    const node = this.#nodes[slot.$]
    if (node === undefined) throw new Error('a part is missing')
    if (node.t === 'registered') return this.#decoded(slot.$, node)
    const shell = this.#shell(node)
    this.#values.set(slot.$, shell)
    if (node.t !== 'raw' && node.t !== 'url') this.#fill(shell as object, node)
    return shell
  }

  #decoded(number: number, node: Node & { t: 'registered' }): unknown {
    const codec = codecOf(this.#class(String(node.class)))
    if (codec === undefined) throw new Error(`the class '${String(node.class)}' is not registered with a decoder here`)
    const value = codec.decode(this.value(node.state) as never)
    this.#values.set(number, value)
    return value
  }

  #class(name: string): { readonly prototype: object } & object {
    const Class = this.#classes.named(name)
    if (Class === undefined)
      throw new Error(`it holds an instance of the class '${name}', which was not registered and which the function does not reach`)
    return Class as { readonly prototype: object } & object
  }

  #shell(node: Exclude<Node, { t: 'registered' }>): unknown {
    switch (node.t) {
      case 'raw':
        return node.value
      case 'url':
        return new URL(node.href)
      case 'object':
        return this.#dressed({}, node)
      case 'array':
        return this.#dressed(new Array<unknown>(node.length), node)
      case 'map':
        return this.#dressed(new Map(), node)
      case 'set':
        return this.#dressed(new Set(), node)
      case 'date':
        return this.#dressed(new Date(node.time), node)
      case 'error':
        return this.#dressed(emptyError(node.base), node)
      default:
        throw new Error('it has a part of an unknown kind')
    }
  }

  #dressed(shell: object, node: Node): object {
    if (node.class === undefined) return shell
    return Object.setPrototypeOf(shell, node.class === null ? null : this.#class(node.class).prototype) as object
  }

  #fill(shell: object, node: Node): void {
    if (node.t === 'map') for (const [key, value] of node.entries) Map.prototype.set.call(shell, this.value(key), this.value(value))
    if (node.t === 'set') for (const item of node.items) Set.prototype.add.call(shell, this.value(item))
    for (const field of node.fields ?? []) this.#define(shell, field)
    if (node.lock === 'frozen') Object.freeze(shell)
    else if (node.lock === 'sealed') Object.seal(shell)
    else if (node.lock === 'closed') Object.preventExtensions(shell)
  }

  /** Never assigns: no setter runs, and `__proto__` is a name like any other. */
  #define(shell: object, [key, slot, hidden]: Field): void {
    Object.defineProperty(shell, key, { ...ordinary, enumerable: hidden !== true, value: this.value(slot) })
  }
}

function emptyError(name: string): Error {
  const Base = errorBases.get(name)
  if (Base === undefined) throw new Error('it has an error of an unknown kind')
  const error = name === 'AggregateError' ? new AggregateError([]) : new Base()
  for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key)
  return error
}
