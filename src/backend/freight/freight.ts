/** Large arguments of one run: each buffer is sent once, however many tasks take it. */
import type { Carrier, Crate } from '../../codec/crate.js'
import { fileHolds } from '../../codec/crate-file.js'
import { isDebugging } from '../../debugging.js'
import type { LargeResults } from '../../worker/batch.js'
import { defaultLargeResults } from '../../worker/result-carrier.js'
import { Packing } from './packing.js'
import { keepMemory, takeMemory } from './spare-memory.js'
import { remove, type TempFiles, tempFilesIn } from './temp-files.js'

/** How large arguments of a run travel. */
export interface FreightPlan {
  readonly run: number
  /** From this size on; Infinity for none. */
  readonly minBytes: number
  /** Where workers are processes. */
  readonly files: TempFiles | undefined
  /** Whether a buffer counts as it was when it was first sent: else its bytes are compared each time. */
  readonly isFixed: boolean
}

/** Part of a buffer that was sent. */
export interface Sent {
  readonly crate: Crate & { readonly kind: 'copied' | 'filed' }
  readonly bytes: number
  /** Batches that need it. */
  users: number
  /** Whether a later task may find it again. */
  isCurrent: boolean
  readonly forget: () => void
}

/** What a batch needs of a run's freight, until all its tasks have settled. */
export type Cargo = readonly Sent[]

// What no batch needs at the moment may be wanted by the next: one is always kept, more while they are few and small.
const maxIdle = 8
const maxIdleBytes = 256 * 1024 ** 2

const maxSpare = 2

const noBuffers: ReadonlySet<ArrayBuffer> = new Set()

export class Freight {
  readonly #plan: FreightPlan
  readonly #sent = new WeakMap<ArrayBuffer, Map<string, Sent>>()
  /** The one that was used last is the last. */
  readonly #idle = new Set<Sent>()
  readonly #sentShared = new WeakSet<SharedArrayBuffer>()
  /** Memory that no batch reads any more, for the next: so a stream of arrays leaves nothing to collect. */
  readonly #spare: SharedArrayBuffer[] = []
  #isClosed = false

  constructor(plan: FreightPlan) {
    this.#plan = plan
    plan.files?.begin()
  }

  /** How large results come back, where that is not as workers were told when they started. */
  get largeResults(): LargeResults | undefined {
    const { minBytes, files } = this.#plan
    const isUsual = files === undefined || files === tempFilesIn(undefined)
    if (isUsual && minBytes === defaultLargeResults.minBytes) return undefined
    return { minBytes, folders: files?.folders ?? [] }
  }

  /** Whether a view on what `shared` made may travel among other arguments: threads that are watched get it in a crate. */
  get sendsShared(): boolean {
    return this.#plan.files !== undefined || !isDebugging()
  }

  /** Memory that `shared` made travels with a batch: where the caller chose a folder for files, its own lies there. */
  sendShared(memory: SharedArrayBuffer): void {
    const { files } = this.#plan
    if (files === undefined || files === tempFilesIn(undefined) || this.#sentShared.has(memory)) return
    this.#sentShared.add(memory)
    files.crateForShared(memory)
  }

  /**
   * Write something that travels.
   *
   * @param write Is given the carrier to write with.
   * @param moved Buffers that are handed over: empty afterwards, unless writing throws.
   * @returns What `write` gave, and what must be kept until nobody needs that any more: `release` it then.
   */
  pack<T>(write: (carrier: Carrier) => T, moved: ReadonlySet<ArrayBuffer> = noBuffers): { readonly packed: T; readonly cargo: Cargo } {
    const packing = new Packing(this, this.#plan, moved)
    try {
      const packed = write(packing)
      packing.finish()
      return { packed, cargo: packing.cargo }
    } catch (error) {
      this.release(packing.cargo)
      throw error
    }
  }

  /** What was sent of this part of a buffer, or is sent now; undefined if there is room for it nowhere. */
  send(buffer: ArrayBuffer, offset: number, length: number): Sent | undefined {
    const bytes = new Uint8Array(buffer, offset, length)
    const parts = this.#sent.get(buffer) ?? new Map<string, Sent>()
    const key = `${offset} ${length}`
    const before = parts.get(key)
    if (before !== undefined) {
      if (this.#plan.isFixed || holds(before.crate, bytes)) return this.#take(before)
      this.#outdate(before)
    }
    const sent = this.make(bytes, () => parts.delete(key))
    if (sent === undefined) return undefined
    parts.set(key, sent)
    this.#sent.set(buffer, parts)
    return sent
  }

  /** Bytes as a crate that may be read any number of times. */
  make(bytes: Uint8Array, forget?: () => void): Sent | undefined {
    const crate = this.#crateOf(bytes)
    const rest = { bytes: bytes.byteLength, users: 1, isCurrent: forget !== undefined, forget: forget ?? (() => undefined) }
    return crate === undefined ? undefined : { crate, ...rest }
  }

  /** Nobody needs these any more. */
  release(cargo: Cargo): void {
    if (this.#isClosed) return
    for (const sent of cargo) {
      sent.users -= 1
      if (sent.users > 0) continue
      if (sent.isCurrent) this.#idle.add(sent)
      else this.#drop(sent)
    }
    let bytes = [...this.#idle].reduce((sum, sent) => sum + sent.bytes, 0)
    for (const sent of this.#idle) {
      if (this.#idle.size <= 1 || (this.#idle.size <= maxIdle && bytes <= maxIdleBytes)) break
      bytes -= sent.bytes
      this.#outdate(sent)
    }
  }

  /** The run is over, and nothing of it is on a worker any more; may be said twice. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    const unread = [...this.#idle].flatMap(({ crate }) => (crate.kind === 'copied' ? [crate.from.buffer] : []))
    keepMemory([...this.#spare.splice(0), ...unread])
    this.#idle.clear()
    this.#plan.files?.end(this.#plan.run)
  }

  #take(sent: Sent): Sent {
    sent.users += 1
    this.#idle.delete(sent)
    return sent
  }

  #outdate(sent: Sent): void {
    sent.isCurrent = false
    sent.forget()
    this.#idle.delete(sent)
    if (sent.users === 0) this.#drop(sent)
  }

  #drop({ crate }: Sent): void {
    if (crate.kind === 'filed') remove(crate.file)
    else if (this.#spare.push(crate.from.buffer) > maxSpare) this.#spare.shift()
  }

  #crateOf(bytes: Uint8Array): Sent['crate'] | undefined {
    const { files, run } = this.#plan
    if (files !== undefined) {
      const file = files.write(run, bytes)
      return file === undefined ? undefined : { kind: 'filed', file, bytes: bytes.byteLength }
    }
    const from = takeMemory(this.#spare, bytes.byteLength)
    from.set(bytes)
    return { kind: 'copied', from }
  }
}

const holds = (crate: Sent['crate'], bytes: Uint8Array): boolean =>
  crate.kind === 'copied' ? Buffer.compare(crate.from, bytes) === 0 : fileHolds(crate, bytes)
