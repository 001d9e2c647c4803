/** The file of a process's ledger. It has a name until the process has opened it, so nothing is left behind, whoever dies. */
import { closeSync, openSync } from 'node:fs'
import { FileLedger, newLedgerFile } from '../../worker/file-ledger.js'
import { type TempFile, tempFilesIn } from './temp-files.js'

export class LedgerFile {
  /** What stands in it; still to be read when the process is dead. */
  ledger: FileLedger | undefined
  #file: TempFile | undefined
  #descriptor: number | undefined

  /**
   * A new file in the place of the last.
   *
   * @returns What the process is told of it: nothing, where there is no room or no handle; then nobody knows which call ran when it dies, and what it has
   * not begun stays with it.
   */
  renew(): { readonly ledgerFile?: string } {
    this.close()
    this.#file = tempFilesIn(undefined).writeFor('ledger', newLedgerFile())
    if (this.#file === undefined) return {}
    try {
      this.#descriptor = openSync(this.#file.path, 'r+')
    } catch {
      this.close()
      return {}
    }
    this.ledger = new FileLedger(this.#descriptor)
    return { ledgerFile: this.#file.path }
  }

  /** The process has opened it, or never will. Windows, where an open file keeps its place, frees that when both have closed it. */
  unname(): void {
    this.#file?.remove()
    this.#file = undefined
  }

  close(): void {
    this.unname()
    this.ledger = undefined
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }
}
