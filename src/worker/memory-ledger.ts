/**
 * What a thread and its program write down for each other, in memory that they share. Worker-safe.
 *
 * A call begins by being counted, in one atomic step that also says whether calls were taken back since the batch was sent: mostly none were, and a
 * second step would cost another 15 ns of each call. Who takes calls back lowers the limit first, and then marks the count, in one step that also
 * says what has begun; from then on a call asks for the limit as well.
 */
import type { EnteredBatch, Entry, Ledger, LedgerKeeper } from './ledger.js'

const running = 0
const cells = 5
const begunCell = (entry: Entry): number => 1 + 2 * entry
const limitCell = (entry: Entry): number => 2 + 2 * entry

/** The mark of a count: calls were taken back. */
const limited = 1 << 30
const callsOf = (begun: number): number => begun & ~limited

/** Memory for a ledger; all of it is zero: nothing runs, nothing may begin. */
export const newLedgerMemory = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * cells))

/** The thread's side. */
export class MemoryLedgerKeeper implements LedgerKeeper {
  readonly isBroken = false
  readonly #memory: Int32Array
  #begun = begunCell(0)
  #limit = limitCell(0)
  /** What the limit was when the batch began: it is only ever lowered. */
  #highest = 0

  constructor(memory: Int32Array) {
    this.#memory = memory
  }

  enter({ id, entry = 0 }: EnteredBatch): void {
    this.#begun = begunCell(entry)
    this.#limit = limitCell(entry)
    this.#highest = Atomics.load(this.#memory, this.#limit)
    Atomics.store(this.#memory, running, id)
  }

  mayBegin(at: number): boolean {
    if (at >= this.#highest) return false
    const before = Atomics.add(this.#memory, this.#begun, 1)
    // Looked at each time, though it seldom counts: for what it had never seen happen, V8 gave up the loop of `Course`, some 12 ms of compiling. A plain
    // read, of a nanosecond, will do: where it counts, the step before it has seen the mark, which was made after the limit was lowered.
    const isWithin = at < (this.#memory[this.#limit] as number)
    return before === at || isWithin
  }

  leave(): void {
    Atomics.store(this.#memory, running, 0)
  }
}

/** The program's side. */
export class MemoryLedger implements Ledger {
  readonly isExact = true
  readonly #memory: Int32Array

  constructor(memory: Int32Array) {
    this.#memory = memory
  }

  get running(): number {
    return Atomics.load(this.#memory, running)
  }

  begun(entry: Entry): number {
    return callsOf(Atomics.load(this.#memory, begunCell(entry)))
  }

  unbegun(entry: Entry): number {
    return Math.max(0, Atomics.load(this.#memory, limitCell(entry)) - this.begun(entry))
  }

  hidden(): number {
    return 0
  }

  admit(entry: Entry, calls: number): void {
    Atomics.store(this.#memory, begunCell(entry), 0)
    Atomics.store(this.#memory, limitCell(entry), calls)
  }

  takeBack(entry: Entry, from: number): number {
    Atomics.store(this.#memory, limitCell(entry), from)
    return Math.max(from, callsOf(Atomics.or(this.#memory, begunCell(entry), limited)))
  }
}
