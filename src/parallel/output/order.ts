/** Puts results that arrive in any order back into the order of their tasks. Pure. */

/** Results of tasks that follow one another. */
export interface Ordered {
  /** Index of the first task. */
  readonly first: number
  readonly count: number
}

/** Holds what came too early. Every index must arrive once. */
export class OrderBuffer<Segment extends Ordered> {
  #next = 0
  readonly #early = new Map<number, Segment>()

  /** Everything before this index has arrived. */
  get next(): number {
    return this.#next
  }

  /** Segments that are in order now that `segment` is here. */
  push(segment: Segment): readonly Segment[] {
    if (segment.first !== this.#next) {
      this.#early.set(segment.first, segment)
      return []
    }
    const ready: Segment[] = []
    for (let next: Segment | undefined = segment; next !== undefined; next = this.#take(this.#next)) {
      ready.push(next)
      this.#next = next.first + next.count
    }
    return ready
  }

  /** What came too early and still waits, by index. */
  waiting(): readonly Segment[] {
    return [...this.#early.values()].sort((a, b) => a.first - b.first)
  }

  #take(first: number): Segment | undefined {
    const segment = this.#early.get(first)
    this.#early.delete(first)
    return segment
  }
}
