/** Attempts that wait for their time. Nothing waits for them but their run. */
import { clearTimeout, setTimeout } from '../../timers.js'

interface Wait {
  readonly due: () => void
  timer: ReturnType<typeof setTimeout> | undefined
}

export class Waiting<Item> {
  readonly #waits = new Map<Item, Wait>()

  get size(): number {
    return this.#waits.size
  }

  /**
   * Call `due` after `delayMs`.
   *
   * @param after Has to resolve before that time begins.
   */
  add(item: Item, due: () => void, delayMs: number, after?: Promise<unknown>): void {
    const wait: Wait = { due, timer: undefined }
    const begin = () => {
      if (this.#waits.get(item) === wait) wait.timer = setTimeout(() => this.hurry(item), delayMs)
    }
    this.#waits.set(item, wait)
    if (after === undefined) begin()
    else after.then(begin, begin)
  }

  /** Its time has come. */
  hurry(item: Item): void {
    const wait = this.#waits.get(item)
    if (wait === undefined) return
    this.#waits.delete(item)
    clearTimeout(wait.timer)
    wait.due()
  }

  /** Nobody waits any more. @returns Those that did. */
  clear(): Item[] {
    const items = [...this.#waits.keys()]
    for (const { timer } of this.#waits.values()) clearTimeout(timer)
    this.#waits.clear()
    return items
  }
}
