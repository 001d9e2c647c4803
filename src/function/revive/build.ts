/**
 * A parcel's nodes as values. Worker-safe.
 *
 * Each node is first made as an empty shell and filled later, so cycles cost nothing and depth does not matter. Only what must be
 * whole at once (a superclass, the arguments of a constructor) is filled before its turn.
 */

import { keepProvenance } from '../found/provenance.js'
import type { Code, ObjectParts, Parcel, ParcelNode, Slot } from '../parcel/parcel.js'
import { defineProperties, lock } from './assemble.js'
import { findReference, isReference } from './find.js'
import { knownCopy, makeFunction } from './make-function.js'
import { shells } from './shells.js'

/** Build the root of a parcel whose modules are loaded. `kept` holds the run's classes and symbols by id. */
export function build(parcel: Parcel, kept: Map<string, object | symbol>): unknown {
  const builder = new Builder(parcel, kept)
  const root = builder.value(parcel.root)
  parcel.nodes.forEach((node, number) => isForEffect(node, builder) && builder.value({ $: number }))
  builder.finish()
  return root
}

/** Nothing may lead to these: a class that is here already comes without what it captured. */
const isForEffect = (node: ParcelNode | undefined, builder: Builder): boolean =>
  node?.t === 'registration' || ((node?.t === 'weak-map' || node?.t === 'weak-set') && knownCopy(node.ids, builder) !== undefined)

const shared: ReadonlySet<string> = new Set<ParcelNode['t']>(['function', 'class', 'prototype', 'symbol'])

/** Values under construction; makers of particular kinds get it in hand. */
export class Builder {
  readonly codes: readonly Code[]
  readonly kept: Map<string, object | symbol>
  readonly #nodes: readonly ParcelNode[]
  readonly #values = new Map<number, unknown>()
  readonly #unfilled: (() => void)[] = []
  readonly #unlocked: (() => void)[] = []

  constructor({ nodes, codes }: Parcel, kept: Map<string, object | symbol>) {
    this.#nodes = nodes
    this.codes = codes
    this.kept = kept
  }

  /** What a slot stands for; possibly a shell yet. */
  value(slot: Slot): unknown {
    return typeof slot === 'object' && slot !== null ? this.#node(slot.$) : slot
  }

  /** Whether this parcel alone makes what a slot stands for: no function, class or prototype that others may have, and nothing that is found. */
  isMade(slot: Slot): boolean {
    const node = typeof slot === 'object' && slot !== null ? this.#nodes[slot.$] : undefined
    return node !== undefined && !isReference(node) && !shared.has(node.t)
  }

  /** Do `work` when its turn comes. */
  later(work: () => void): void {
    this.#unfilled.push(work)
  }

  /** Fill all shells that there are. */
  fill(): void {
    for (let work = this.#unfilled.pop(); work !== undefined; work = this.#unfilled.pop()) work()
  }

  /** Fill everything and close what was closed. */
  finish(): void {
    this.fill()
    for (const close of this.#unlocked) close()
  }

  /** Give `object` its prototype now, its properties and its lock when their turn comes. */
  dress(object: object, { proto, props, lock: how }: ObjectParts): void {
    if (proto !== undefined) Object.setPrototypeOf(object, this.value(proto) as object | null)
    if (props !== undefined) this.later(() => defineProperties(object, props, this))
    if (how !== undefined) this.#unlocked.push(() => lock(object, how))
  }

  #node(number: number): unknown {
    if (this.#values.has(number)) return this.#values.get(number)
    const node = this.#nodes[number]
    if (node === undefined) throw new Error(`cannot revive a value: its parcel has no part ${number}; it is damaged`)
    const keep = <T>(value: T): T => {
      // A class definition on the way here may have needed this very node: the first one made is the one.
      if (!this.#values.has(number)) this.#values.set(number, value)
      return this.#values.get(number) as T
    }
    return keep(this.#make(node, keep))
  }

  #make(node: ParcelNode, keep: <T>(value: T) => T): unknown {
    if (isReference(node)) {
      const found = findReference(node)
      if (node.t === 'export' || node.t === 'import' || node.t === 'require') keepProvenance(found, node)
      return found
    }
    if (node.t === 'function' || node.t === 'class') return makeFunction(node, { builder: this, keep })
    const make = shells[node.t] as ((node: ParcelNode, making: { builder: Builder; keep: typeof keep }) => unknown) | undefined
    if (make === undefined)
      throw new Error(
        `cannot revive a value: its parcel has a part of the unknown kind '${String(node.t)}'; run the same version of joblet on both sides`,
      )
    return make(node, { builder: this, keep })
  }
}
