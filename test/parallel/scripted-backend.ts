/** A backend in which nothing happens but what a script says: which call gets an answer, which batch is lost, and when. It keeps the model: what each task came to. */
import type { Backend, Batch, BatchEnd, CallFailure, Reply } from 'joblet'

/** What a task came to. */
export type End = 'value' | 'thrown' | 'crashed' | 'timed-out' | 'unsendable'

/** Something that happens to one of the batches that are under way; `pick` and `count` choose which, and how much of it. */
export interface Happening {
  readonly what: 'answer' | 'throw' | 'finish' | 'lose' | 'lose unknown' | 'time out' | 'return' | 'give back' | 'refuse'
  readonly pick: number
  readonly count: number
}

interface UnderWay {
  readonly batch: Batch
  readonly onReply: (reply: Reply) => void
  readonly onGiven: (from: number) => void
  readonly end: (how: BatchEnd) => void
  /** Calls that are its own, and how many of them have an answer. */
  owned: number
  answered: number
}

/** What task `index` gives. */
export const tenfold = (index: number): number => index * 10

export class ScriptedBackend {
  /** What each task came to, by its index: the first time counts, and there must be no second. */
  readonly ends = new Map<number, End>()
  cancelled = false
  closed = 0
  #underWay: UnderWay[] = []

  readonly backend: Backend = {
    name: 'scripted',
    open: () => ({
      run: (batch, onReply, onGiven = () => undefined) =>
        new Promise((end) => this.#underWay.push({ batch, onReply, onGiven, end, owned: batch.size, answered: 0 })),
      cancel: () => {
        this.cancelled = true
        for (const { end } of this.#underWay.splice(0)) end({ kind: 'cancelled' })
      },
      close: async () => void this.closed++,
    }),
  }

  get isIdle(): boolean {
    return this.#underWay.length === 0
  }

  /** Let it happen, to one of the batches that are under way, if there is any. */
  happen({ what, pick, count }: Happening): void {
    const one = this.#underWay[pick % this.#underWay.length]
    if (one === undefined) return
    const left = one.owned - one.answered
    const at = one.answered + (count % left)
    if (what === 'answer') this.#answer(one, Math.min(count, left), false)
    else if (what === 'throw') this.#answer(one, Math.min(count, left), true)
    else if (what === 'finish') this.#answer(one, left, false)
    else if (what === 'lose') this.#end(one, { kind: 'lost', at, how: { exitCode: 3, signal: undefined } }, at, 'crashed')
    else if (what === 'lose unknown') this.#lose(one)
    else if (what === 'time out') this.#end(one, { kind: 'timed-out', at }, at, 'timed-out')
    else if (what === 'return') this.#end(one, { kind: 'returned' })
    else if (what === 'give back') this.#giveBack(one, at)
    else this.#refuse(one)
  }

  /** The next `count` calls have an answer; the last of them may have thrown. */
  #answer(one: UnderWay, count: number, throws: boolean): void {
    if (count === 0) return
    const from = one.answered
    const failures: CallFailure[] = throws ? [{ at: from + count - 1, kind: 'thrown', error: { raw: 'thrown' } }] : []
    const values = Array.from({ length: count }, (_, i) => tenfold(indexIn(one.batch, from + i)))
    for (let i = 0; i < count; i++) this.#note(one, from + i, throws && i === count - 1 ? 'thrown' : 'value')
    one.answered += count
    const done = one.answered === one.owned
    one.onReply({ type: 'reply', batch: one.batch.id, from, count, values: { values, parcels: [] }, failures, busyMs: 1, loadMs: 0, done })
    if (done) this.#end(one, { kind: 'done' })
  }

  #lose(one: UnderWay): void {
    const isGuilty = one.batch.alone === true && one.owned - one.answered === 1
    const how = { exitCode: undefined, signal: 'SIGKILL' }
    this.#end(one, { kind: 'lost', at: undefined, how }, isGuilty ? one.answered : undefined, 'crashed')
  }

  /** What cannot be sent has not begun. */
  #refuse(one: UnderWay): void {
    if (one.answered > 0 || one.owned < one.batch.size) return
    this.#end(one, { kind: 'unsendable', error: 'too heavy' }, one.batch.size === 1 ? 0 : undefined, 'unsendable')
  }

  /** Calls from `at` on go elsewhere; a batch that has none left is done. */
  #giveBack(one: UnderWay, at: number): void {
    if (at === one.answered) return
    one.owned = at
    one.onGiven(at)
  }

  #end(one: UnderWay, how: BatchEnd, at?: number, end: End = 'value'): void {
    this.#underWay = this.#underWay.filter((other) => other !== one)
    if (at !== undefined) this.#note(one, at, end)
    one.end(how)
  }

  #note({ batch }: UnderWay, at: number, end: End): void {
    const index = indexIn(batch, at)
    if (this.ends.has(index)) throw new Error(`task ${index} ran again although it had come to ${this.ends.get(index)}`)
    this.ends.set(index, end)
  }
}

const indexIn = ({ indices }: Batch, at: number): number => (typeof indices === 'number' ? indices + at : (indices[at] ?? -1))
