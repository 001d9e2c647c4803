/** Plain data of a parcel that is nested too deeply for the wire. */
import { Flattener } from './flatten.js'
import type { ParcelNode, Slot } from './parcel.js'

type Raw = ParcelNode & { t: 'raw'; value: object }

/** Collects it while a parcel is written, and puts it into one node at the end. */
export class DeepData {
  #flattener: Flattener | undefined
  #isUsed = false

  /** Whether `object` is part of what was added. */
  has(object: object): boolean {
    return this.#flattener?.has(object) ?? false
  }

  /** Take `object` in if all that it holds is plain; whether it is. */
  add(object: object, tainted: Set<object>): boolean {
    const plain = (this.#flattener ??= new Flattener()).add(object, tainted)
    this.#isUsed ||= plain
    return plain
  }

  /** Some of what was added is not part of the parcel after all. */
  forget(): void {
    if (this.#flattener !== undefined) this.#flattener = new Flattener()
  }

  /** `nodes` as they can travel. Once anything is flat, all plain data is, since parts may be shared. */
  finish(nodes: ParcelNode[]): ParcelNode[] {
    const flattener = this.#flattener
    if (flattener === undefined || !this.#isUsed) return nodes
    const raw = nodes.filter((node): node is Raw => node.t === 'raw' && flattener.add(node.value as object, new Set()))
    const flat = new Set<ParcelNode>(raw)
    const of: Slot = { $: nodes.length }
    let at = 0
    const all = nodes.map((node): ParcelNode => (flat.has(node) ? { t: 'item', of, at: at++ } : node))
    all.push({ t: 'flat', flat: flattener.flat(raw.map(({ value }) => value)), leaves: { $: nodes.length + 1 } })
    all.push({ t: 'raw', value: flattener.leaves })
    return all
  }
}
