/** What of one thing that travels goes beside its bytes, and what of it is handed over. */
import type { Carrier, Crate, GivenCrate } from '../../codec/crate.js'
import { type Handover, handOver } from '../../codec/move.js'
import { type SharedCrate, sharedEntry } from '../../codec/shared-memory.js'
import { isDebugging } from '../../debugging.js'
import type { Freight, FreightPlan, Sent } from './freight.js'

/** Carries large memory for as long as one thing is written. */
export class Packing implements Carrier {
  readonly cargo: Sent[] = []
  readonly #freight: Freight
  readonly #plan: FreightPlan
  readonly #moved: ReadonlySet<ArrayBuffer>
  readonly #given: Handover[] = []

  constructor(freight: Freight, plan: FreightPlan, moved: ReadonlySet<ArrayBuffer>) {
    this.#freight = freight
    this.#plan = plan
    this.#moved = moved
  }

  wantsBare(buffer: ArrayBuffer): boolean {
    return buffer.byteLength >= this.#plan.minBytes || this.#moved.has(buffer)
  }

  crateFor(buffer: ArrayBuffer, offset: number, length: number): Crate | undefined {
    if (this.#moved.has(buffer) && length === buffer.byteLength) return this.#move(buffer)
    return length < this.#plan.minBytes ? undefined : this.#keep(this.#freight.send(buffer, offset, length))
  }

  crateForShared(memory: SharedArrayBuffer): SharedCrate | undefined {
    const { files } = this.#plan
    if (files !== undefined) return files.crateForShared(memory)
    const id = sharedEntry(memory)?.id
    const view = new Uint8Array(memory)
    return id === undefined ? undefined : { kind: 'shared', id, bytes: view.byteLength, memory: view, watched: isDebugging() }
  }

  /** All is written: what is handed over is taken. */
  finish(): void {
    handOver(this.#given)
  }

  #move(buffer: ArrayBuffer): Crate | undefined {
    const { files, minBytes } = this.#plan
    if (buffer.byteLength === 0) return undefined
    if (files === undefined) {
      const crate: GivenCrate = { kind: 'given', buffer }
      this.#given.push([buffer, crate])
      return crate
    }
    this.#given.push([buffer, undefined])
    return buffer.byteLength < minBytes ? undefined : this.#keep(this.#freight.make(new Uint8Array(buffer)))
  }

  #keep(sent: Sent | undefined): Crate | undefined {
    if (sent !== undefined) this.cargo.push(sent)
    return sent?.crate
  }
}
