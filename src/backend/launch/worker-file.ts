/** The file that workers load. */
import { existsSync } from 'node:fs'
import { OptionError } from '../../errors.js'

/** @throws {OptionError} If it is not there. */
export function checkWorkerFile(workerUrl: URL, where: string): void {
  if (workerUrl.protocol === 'file:' && existsSync(workerUrl)) return
  throw new OptionError(where, [
    `joblet's worker file is not at ${workerUrl.href}; in a bundled app, set \`workerUrl\` to the file that \`import.meta.resolve('joblet/worker')\` names when joblet is not bundled, or to a copy of it that keeps the files beside it`,
  ])
}
