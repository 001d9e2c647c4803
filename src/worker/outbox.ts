/** Collects what the calls of a batch come to and sends it on, together while that is quick, at once when it is not. Worker-safe. */
import { now } from '../clock.js'
import { isSmallView, notCopied, snapshot, type Tally } from '../codec/snapshot.js'
import type { Make } from '../codec/wire.js'
import type { Parcel } from '../function/parcel/parcel.js'
import type { Batch, CallFailure, Packed, Reply } from './batch.js'
import { columnValues, isPrimitive, ValueList } from './column.js'
import { pack, packError } from './pack.js'

/** Where replies go. */
export interface OutboxTarget {
  /** See {@link Batch.flushMs}, which comes first. */
  readonly flushMs: number
  /**
   * @param make What it is made of.
   * @throws When the wire cannot carry it.
   */
  send(reply: Reply, make: Make): void
}

// Copies that wait are memory.
const maxBytes = 1 << 20

export class Outbox {
  readonly #batch: number
  readonly #target: OutboxTarget
  readonly #flushMs: number
  readonly #begun: number
  #from = 0
  readonly #size: number
  #values: ValueList
  #parcels: (readonly [number, Parcel])[] = []
  #failures: CallFailure[] = []
  #make: Make = 'flat'
  readonly #tally: Tally = { bytes: 0 }
  #sentAt: number
  readonly #loadMs: number

  /** @param begun When the batch began, in milliseconds. @param loadMs See {@link Reply.loadMs}. */
  constructor({ id, flushMs, size }: Pick<Batch, 'id' | 'flushMs' | 'size'>, target: OutboxTarget, begun: number, loadMs: number) {
    this.#batch = id
    this.#size = size
    this.#values = new ValueList(size)
    this.#target = target
    this.#flushMs = flushMs ?? target.flushMs
    this.#begun = begun
    this.#loadMs = loadMs
    this.#sentAt = begun
  }

  /** A call gave `value`. A promise is returned only when describing the value takes one. */
  add(value: unknown): Promise<void> | undefined {
    if (isPrimitive(value)) {
      this.#values.push(value)
      return undefined
    }
    if (isSmallView(value)) {
      this.#tally.bytes += value.byteLength
      this.#values.pushView(value)
    } else {
      const copy = snapshot(value, this.#tally)
      if (copy === notCopied) return this.#addLarge(value)
      this.#values.push(copy)
    }
    if (this.#make === 'flat') this.#make = 'plain'
    if (this.#tally.bytes > maxBytes) this.flush()
    return undefined
  }

  /** A call gave no value. */
  async fail(kind: CallFailure['kind'], error: unknown): Promise<void> {
    const packed = isPrimitive(error) ? { raw: error } : await packError(error)
    if (!isPrimitive(error)) this.#make = 'any'
    this.#failures.push({ at: this.#from + this.#values.length, kind, error: packed })
    this.#values.push(undefined)
    this.flush()
  }

  /** A call did not begin, since `module` could not be loaded. Not sent at once: the calls after it will mostly say the same. */
  unloadable(module: string, error: unknown): undefined {
    const shipping = error instanceof Error ? error.message : String(error)
    this.#failures.push({ at: this.#from + this.#values.length, kind: 'unsendable', error: { shipping }, module })
    this.#values.push(undefined)
  }

  /** Send what there is if it has waited long enough. */
  flushWhenDue(atMs: number): void {
    if (atMs - this.#sentAt >= this.#flushMs) this.flush()
  }

  /** Send what there is; `done` ends the batch. */
  flush(done = false): void {
    if (this.#values.length === 0 && !done) return
    const taken = this.#make
    const reply = this.#take(done)
    // Whoever unpacks arrays keeps none of the message.
    const make = taken === 'plain' && reply.values.views !== undefined ? 'flat' : taken
    try {
      this.#target.send(reply, make)
    } catch (cause) {
      this.#sendOneByOne(reply, cause)
    }
  }

  /** A value too large to copy, or not plain: it is written to the wire before anything can change it. */
  async #addLarge(value: unknown): Promise<void> {
    let packed: Packed
    try {
      packed = await pack(value, 'the result')
    } catch (error) {
      return this.fail('unsendable', error)
    }
    this.#make = 'any'
    if ('parcel' in packed) this.#parcels.push([this.#values.length, packed.parcel])
    this.#values.push('raw' in packed ? packed.raw : undefined)
    this.flush()
  }

  #take(done: boolean): Reply {
    const atMs = now()
    const from = this.#from
    const count = this.#values.length
    const values = this.#values.toColumn(this.#parcels)
    const failures = this.#failures
    this.#from += count
    this.#values = new ValueList(this.#size - this.#from)
    this.#parcels = []
    this.#failures = []
    this.#make = 'flat'
    this.#tally.bytes = 0
    this.#sentAt = atMs
    return { type: 'reply', batch: this.#batch, from, count, values, failures, busyMs: atMs - this.#begun, loadMs: this.#loadMs, done }
  }

  /** The wire refused a reply: find the values it cannot carry; the others arrive. */
  #sendOneByOne(reply: Reply, cause: unknown): void {
    if (reply.count <= 1) {
      this.#target.send(refused(reply, cause), 'any')
      return
    }
    for (let i = 0; i < reply.count; i++) {
      const one = oneOf(reply, i)
      try {
        this.#target.send(one, 'any')
      } catch (error) {
        this.#target.send(refused(one, error), 'any')
      }
    }
  }
}

function oneOf(reply: Reply, i: number): Reply {
  const { parcels } = reply.values
  const at = reply.from + i
  return {
    ...reply,
    from: at,
    count: 1,
    values: {
      values: [columnValues(reply.values)[i]],
      parcels: parcels.filter(([place]) => place === i).map(([, parcel]) => [0, parcel] as const),
    },
    failures: reply.failures.filter((failure) => failure.at === at),
    done: reply.done && i === reply.count - 1,
  }
}

function refused(reply: Reply, cause: unknown): Reply {
  if (reply.count === 0) return reply
  const reason = cause instanceof Error ? cause.message : String(cause)
  const shipping = `cannot send the result: ${reason}; return plain data`
  const failure: CallFailure = { at: reply.from, kind: 'unsendable', error: { shipping } }
  return { ...reply, values: { values: [undefined], parcels: [] }, failures: [failure] }
}
