/** Where results go: an array at the end, or a stream. */
import type { Failure } from '../../failure.js'
import { failed, type Outcome, success } from '../../outcome.js'
import { Gathered } from './gathered.js'
import { OrderBuffer } from './order.js'
import { outcomeAt, type Segment } from './segment.js'

/** Hears how much of which segment has been dealt with. */
export type Consumed = (segment: Segment, count: number) => void

/** Takes what tasks came to, as it arrives. */
export interface Output {
  add(segment: Segment): void
  /** Whether nothing that is still to come matters once the task at `index` has failed. */
  completeUpTo(index: number): boolean
  /** What has arrived and was not handed out, for whoever asks after a failure. */
  outcomes(): (Outcome<unknown> | undefined)[]
}

/** The values of all tasks, in order. */
export class ListOutput implements Output {
  readonly #gathered: Gathered
  readonly #collect: boolean
  readonly #order = new OrderBuffer<Segment>()
  readonly #failures = new Map<number, Failure>()
  readonly #consumed: Consumed

  /**
   * @param collect Whether to gather outcomes rather than values.
   * @param consumed Hears how much of which segment is dealt with.
   * @param expected How many values will come, if that is known.
   */
  constructor(collect: boolean, consumed: Consumed, expected?: number) {
    this.#collect = collect
    this.#gathered = new Gathered(expected)
    this.#consumed = consumed
  }

  /** What has come, up to the first that is missing. Asked at the end. */
  values(): unknown[] {
    return this.#gathered.toArray()
  }

  add(segment: Segment): void {
    for (const next of this.#order.push(segment)) this.#append(next)
    this.#consumed(segment, segment.count)
  }

  /** A list gives no values once a task has failed. */
  completeUpTo(): boolean {
    return true
  }

  outcomes(): (Outcome<unknown> | undefined)[] {
    const outcomes: (Outcome<unknown> | undefined)[] = this.#collect
      ? (this.values() as Outcome<unknown>[])
      : this.values().map((value) => success(value))
    for (const [index, failure] of this.#failures) outcomes[index] = failed(failure)
    for (const segment of this.#order.waiting()) {
      for (let place = 0; place < segment.count; place++) outcomes[segment.first + place] = outcomeAt(segment, place)
    }
    return Array.from(outcomes)
  }

  #append(segment: Segment): void {
    const { values, count, first, failures } = segment
    for (const [place, failure] of failures) this.#failures.set(first + place, failure)
    const asTheyAre = !this.#collect && values.length === count
    this.#gathered.add(asTheyAre ? values : Array.from({ length: count }, (_, at) => (this.#collect ? outcomeAt(segment, at) : values[at])))
  }
}

/** What a stream hands out next: a value or an outcome, or the error it ends with. */
export type StreamItem = { readonly value: unknown } | { readonly failure: Failure }

/** Results one by one, as the consumer asks for them. */
export class StreamOutput implements Output {
  readonly #collect: boolean
  readonly #order: OrderBuffer<Segment> | undefined
  readonly #consumed: Consumed
  #ready: Segment[] = []
  #at = 0
  #place = 0

  /** @param ordered Whether results come in the order of their tasks, or as they finish. */
  constructor(collect: boolean, ordered: boolean, consumed: Consumed) {
    this.#collect = collect
    this.#order = ordered ? new OrderBuffer() : undefined
    this.#consumed = consumed
  }

  add(segment: Segment): void {
    if (this.#order === undefined) this.#ready.push(segment)
    else for (const next of this.#order.push(segment)) this.#ready.push(next)
  }

  completeUpTo(index: number): boolean {
    return this.#order === undefined || this.#order.next > index
  }

  /** The next item; undefined when there is none yet. */
  take(): StreamItem | undefined {
    const segment = this.#ready[this.#at]
    if (segment === undefined) return undefined
    const place = this.#place++
    if (this.#place === segment.count) this.#advance()
    this.#consumed(segment, 1)
    const failure = segment.failures.get(place)
    if (failure !== undefined && !this.#collect) return { failure }
    return { value: this.#collect ? outcomeAt(segment, place) : segment.values[place] }
  }

  outcomes(): (Outcome<unknown> | undefined)[] {
    const outcomes: (Outcome<unknown> | undefined)[] = []
    for (const segment of [...this.#ready.slice(this.#at), ...(this.#order?.waiting() ?? [])]) {
      for (let place = 0; place < segment.count; place++) outcomes[segment.first + place] = outcomeAt(segment, place)
    }
    return Array.from(outcomes)
  }

  #advance(): void {
    this.#place = 0
    this.#at += 1
    if (this.#at < 64) return
    this.#ready = this.#ready.slice(this.#at)
    this.#at = 0
  }
}
