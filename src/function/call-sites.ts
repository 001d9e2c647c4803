/** Script numbers and the files behind them, learned from call stacks: that spares the debugger domain for untransformed files. */

import { pathToFileURL } from 'node:url'
import * as util from 'node:util'

interface CallSite {
  readonly scriptId?: string
  readonly scriptName: string
}

// On Node 22 and later; Node 20 and Bun have no such function.
const { getCallSites } = util as { getCallSites?: (frames: number) => CallSite[] }
const urls = new Map<string, string>()
const files = new Set<string>()

/** Remember the scripts on the call stack. About 10 us: once a run, not once a task. */
export function noteCallSites(): void {
  if (getCallSites === undefined) return noteStack(new Error().stack ?? '')
  for (const { scriptId, scriptName } of getCallSites(10)) {
    if (!/^(file:|\/)/.test(scriptName)) continue
    files.add(scriptName.startsWith('/') ? pathToFileURL(scriptName).href : scriptName)
    if (scriptId !== undefined) urls.set(scriptId, scriptName)
  }
}

/** The file or URL of a script that was seen on a call stack. */
export const seenUrl = (scriptId: string): string | undefined => urls.get(scriptId)

/** File URLs of all scripts seen on call stacks, ours among them. */
export const seenFiles = (): string[] => [...files]

function noteStack(stack: string): void {
  for (const [, path = ''] of stack.matchAll(/\(?((?:file:\/\/)?\/[^\s()]+?):\d+:\d+\)?$/gm))
    files.add(path.startsWith('/') ? pathToFileURL(path).href : path)
}
