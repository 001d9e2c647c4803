/**
 * The file in which a process leaves word of the calls that it begins, read only when it has died, and in which it and its program settle who has a
 * batch that waits. It has a name until the process has opened it, so nothing is left behind, whoever dies.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { takeClaim, wordFileBytes } from '../../worker/claims.js'
import type { Entry } from '../../worker/ledger.js'
import { readStretch, type Stretch, stretchBytes } from '../../worker/stretch.js'
import { type TempFile, tempFilesIn } from './temp-files.js'

export class WordFile {
  #file: TempFile | undefined
  #descriptor: number | undefined

  /**
   * A new file in the place of the last.
   *
   * @returns What the process is told of it: nothing, where there is no room or no handle; then nobody knows which call ran when it dies, and it is
   * asked for what waits.
   */
  renew(): { readonly wordFile?: string } {
    this.close()
    this.#file = tempFilesIn(undefined).writeFor('words', new Uint8Array(wordFileBytes))
    if (this.#file === undefined) return {}
    try {
      this.#descriptor = openSync(this.#file.path, 'r+')
      return { wordFile: this.#file.path }
    } catch {
      this.close()
      return {}
    }
  }

  /** The process has opened it, or never will. Windows, where an open file keeps its place, frees that when both have closed it. */
  unname(): void {
    this.#file?.remove()
    this.#file = undefined
  }

  /** Take a batch that waits in the process. @returns Whether that has not begun it, and never will. */
  take(batch: number, entry: Entry): boolean {
    if (this.#descriptor === undefined) return false
    try {
      return takeClaim(this.#descriptor, batch, entry)
    } catch {
      return false
    }
  }

  /** The calls that may have run when the process died. */
  get stretch(): Stretch | undefined {
    if (this.#descriptor === undefined) return undefined
    const memory = new Int32Array(stretchBytes / Int32Array.BYTES_PER_ELEMENT)
    try {
      return readSync(this.#descriptor, memory, 0, stretchBytes, 0) === stretchBytes ? readStretch(memory) : undefined
    } catch {
      return undefined
    }
  }

  close(): void {
    this.unname()
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}
