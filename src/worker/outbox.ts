/** Collects what the calls of a batch come to and sends it on, together while that is quick, at once when it is not. Worker-safe. */
import { now } from '../clock.js'
import { notCopied, snapshot } from '../codec/snapshot.js'
import type { Parcel } from '../function/parcel.js'
import type { CallFailure, Packed, Reply } from './batch.js'
import { isPrimitive, ValueList } from './column.js'
import { pack, packError } from './pack.js'

/** Where replies go. `send` throws when the wire cannot carry one. */
export interface OutboxTarget {
  /** Milliseconds after which finished calls are sent on, although others of their batch still run. */
  readonly flushMs: number
  send(reply: Reply): void
}

// Looking at the clock costs as much as a call to Math.sqrt (0.05 us), so quick calls look only every so often.
const maxCallsPerLook = 64

export class Outbox {
  readonly #batch: number
  readonly #target: OutboxTarget
  readonly #begun = now()
  #from = 0
  #values = new ValueList()
  #parcels: (readonly [number, Parcel])[] = []
  #failures: CallFailure[] = []
  #sentAt = this.#begun
  #lookedAt = this.#begun
  #callsPerLook = 1
  #callsUntilLook = 1

  constructor(batch: number, target: OutboxTarget) {
    this.#batch = batch
    this.#target = target
  }

  /** A call gave `value`. A promise is returned only when describing the value takes one. */
  add(value: unknown): Promise<void> | undefined {
    if (isPrimitive(value)) {
      this.#values.push(value)
      return undefined
    }
    const copy = snapshot(value)
    if (copy === notCopied) return this.#addLarge(value)
    this.#values.push(copy)
    return undefined
  }

  /** A call gave no value. */
  async fail(kind: CallFailure['kind'], error: unknown): Promise<void> {
    const packed = isPrimitive(error) ? { raw: error } : await packError(error)
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
  flushWhenDue(): void {
    if (--this.#callsUntilLook > 0) return
    const atMs = now()
    const quick = atMs - this.#lookedAt < 0.05
    this.#callsPerLook = quick ? Math.min(maxCallsPerLook, this.#callsPerLook * 2) : 1
    this.#callsUntilLook = this.#callsPerLook
    this.#lookedAt = atMs
    if (atMs - this.#sentAt >= this.#target.flushMs) this.flush()
  }

  /** Send what there is; `done` ends the batch. */
  flush(done = false): void {
    if (this.#values.length === 0 && !done) return
    const reply = this.#take(done)
    try {
      this.#target.send(reply)
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
    this.#values = new ValueList()
    this.#parcels = []
    this.#failures = []
    this.#sentAt = atMs
    return { type: 'reply', batch: this.#batch, from, count, values, failures, busyMs: atMs - this.#begun, done }
  }

  /** The wire refused a reply: find the values it cannot carry; the others arrive. */
  #sendOneByOne(reply: Reply, cause: unknown): void {
    if (reply.count <= 1) {
      this.#target.send(refused(reply, cause))
      return
    }
    for (let i = 0; i < reply.count; i++) {
      const one = oneOf(reply, i)
      try {
        this.#target.send(one)
      } catch (error) {
        this.#target.send(refused(one, error))
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
      values: [reply.values.values?.[i]],
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
