/**
 * The file in which a process leaves word of the calls that it begins; read only when it has died. It has a name until the process has opened
 * it, so nothing is left behind, whoever dies.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { readStretch, type Stretch, stretchBytes } from '../../worker/stretch.js'
import { type TempFile, tempFilesIn } from './temp-files.js'

export class StretchFile {
  #file: TempFile | undefined
  #descriptor: number | undefined

  /**
   * A new file in the place of the last.
   *
   * @returns What the process is told of it: nothing, where there is no room or no handle; then nobody knows which call ran when it dies.
   */
  renew(): { readonly stretchFile?: string } {
    this.close()
    this.#file = tempFilesIn(undefined).writeFor('stretch', new Uint8Array(stretchBytes))
    if (this.#file === undefined) return {}
    try {
      this.#descriptor = openSync(this.#file.path, 'r')
      return { stretchFile: this.#file.path }
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

  /** What the process wrote last. */
  read(): Stretch | undefined {
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
