/** A file that calls in workers wait for; see `waitForFile` of the fixtures. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from '../support/temporary.js'

/** Closed until `open()`. */
export function gate(): { readonly path: string; readonly open: () => void } {
  const path = join(temporaryFolder(), 'open')
  return { path, open: () => writeFileSync(path, '') }
}
