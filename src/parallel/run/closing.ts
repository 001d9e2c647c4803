/** What comes after the end of a run: all that it holds is let go. */
export class Closing {
  #closed: Promise<unknown> | undefined
  #finish: () => void = () => undefined
  /** Resolves when the run has ended and nothing of it is left; never rejects. */
  readonly finished: Promise<void>

  constructor() {
    this.finished = new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  /** The run has ended. @param closing What it holds, being let go. */
  begin(closing: readonly (Promise<void> | undefined)[]): void {
    this.#closed = Promise.all(closing)
    this.#closed.catch(() => undefined).finally(() => this.#finish())
  }

  /** Resolves when nothing of the run, which has ended, is left. */
  async closed(): Promise<void> {
    await this.#closed
  }
}
