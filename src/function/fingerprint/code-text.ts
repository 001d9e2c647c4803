/** The canonical text of a function while it is written: its parts, and the slots between them. */
import type { CanonicalCode, CodeSlot } from './canonical-code.js'

export class CodeText {
  readonly #parts: string[] = []
  readonly #slots: CodeSlot[] = []
  #part = ''

  add(text: string): void {
    this.#part += ` ${text}`
  }

  slot(slot: CodeSlot): void {
    this.#parts.push(this.#part)
    this.#part = ''
    this.#slots.push(slot)
  }

  /** No more follows. */
  end(): CanonicalCode {
    return { parts: [...this.#parts, this.#part], slots: this.#slots }
  }
}
