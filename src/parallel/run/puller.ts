/** Pulls for an engine, once at a time, however often it is asked to. */
import type { Run } from './run.js'

/** What an engine does with its input. */
export interface Pulled {
  /** Pull and run, for as long as there is room. */
  pump(): Promise<void>
  /** Whether more may be pulled now. */
  hasRoom(): boolean
}

export class Puller {
  readonly #run: Run
  readonly #pulled: Pulled
  #isPulling = false

  constructor(run: Run, pulled: Pulled) {
    this.#run = run
    this.#pulled = pulled
  }

  /** There may be room. */
  pull(): void {
    if (this.#isPulling) return
    this.#isPulling = true
    this.#pulled
      .pump()
      .catch((error: unknown) => this.#run.fail(error))
      .finally(() => {
        this.#isPulling = false
        this.#run.progressed()
        // Room may have come up while the last of it was being made.
        if (this.#pulled.hasRoom()) this.pull()
      })
  }
}
