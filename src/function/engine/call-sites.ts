/** Script numbers and the files behind them, learned from call stacks: that spares the debugger domain for untransformed files. */

import { pathToFileURL } from 'node:url'
import { unmarked } from '../parcel/shifts.js'
import { isInspecting, post, whyNoInspector } from './inspector.js'

interface CallSite {
  readonly scriptId?: string
  readonly scriptName: string
}

// On Node 22 and later; Node 20 and Bun have no such function. Not imported: what `import` of 'node:util' makes takes 5 ms.
const { getCallSites } = (process.getBuiltinModule?.('node:util') ?? {}) as { getCallSites?: (frames: number) => CallSite[] }
const urls = new Map<string, string>()
const files = new Set<string>()

/** Stacks that were taken and not read: taking one costs 2 us, reading it 40. */
const unread: Error[] = []
const maxUnread = 4

// On Node 20 the inspector is asked, at 0.2 ms. A run takes three looks; later ones are spared, since all runs are mostly of the same files.
let looksLeft = 6

/** Remember the scripts on the call stack. Once a run, not once a task. */
export function noteCallSites(): void {
  if (getCallSites === undefined) {
    // Where there is an inspector, nobody asks for the files.
    if (whyNoInspector() !== undefined) noteUnread()
    else if (looksLeft-- > 0) noteFrames()
    return
  }
  if (isSpared()) return
  const known = urls.size
  for (const { scriptId, scriptName } of getCallSites(10)) {
    if (scriptId !== undefined && urls.has(scriptId)) continue
    if (!/^(file:|\/)/.test(scriptName)) continue
    files.add(urlOf(scriptName))
    if (scriptId !== undefined) urls.set(scriptId, unmarked(scriptName))
  }
  looksInVain = urls.size === known ? looksInVain + 1 : 0
}

// A look costs 12 to 30 us, and a run takes three. Once so many in a row have shown nothing new, one in so many is taken.
const [enoughInVain, oneIn] = [12, 16]
let looksInVain = 0
let spared = 0

/** Whether to go without a look. A script that is missed so costs a look of the debugger, once; where there is none, every look counts. */
const isSpared = (): boolean => looksInVain >= enoughInVain && isInspecting() && ++spared % oneIn !== 0

function noteUnread(): void {
  if (unread.push(new Error()) > maxUnread) unread.shift()
}

/** The file or URL of a script that was seen on a call stack. */
export const seenUrl = (scriptId: string): string | undefined => urls.get(scriptId)

/** File URLs of all scripts seen on call stacks, ours among them. */
export function seenFiles(): string[] {
  for (const { stack } of unread.splice(0)) noteStack(stack ?? '')
  return [...files]
}

function noteStack(stack: string): void {
  for (const [, path = ''] of stack.matchAll(/\(?((?:file:\/\/)?\/[^\s()]+?):\d+:\d+\)?$/gm)) files.add(urlOf(path))
}

const urlOf = (name: string): string => {
  const file = unmarked(name)
  return file.startsWith('/') ? pathToFileURL(file).href : file
}

interface Thrown {
  readonly exceptionDetails?: {
    readonly stackTrace?: { readonly callFrames: readonly { readonly scriptId: string; readonly url: string }[] }
  }
}

/**
 * The numbers of the scripts on the call stack, by an exception that the inspector catches: while the `Runtime` domain is on, it comes with
 * its stack. That costs 0.3 ms; what it spares, switching the debugger on, costs 25 ms.
 */
function noteFrames(): void {
  if (abortsOnThrow()) return
  post('Runtime.enable')
  try {
    const { exceptionDetails } = post('Runtime.evaluate', { expression: 'throw 0', silent: true, returnByValue: true }) as Thrown
    for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? [])
      if (url.startsWith('file:')) urls.set(scriptId, unmarked(url))
  } finally {
    post('Runtime.disable')
  }
}

/** Whether V8 ends the program, with a core dump, at an exception that no code of the program catches: the inspector's catching does not count. */
const abortsOnThrow = (): boolean =>
  [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''].some((flags) => /--abort[-_]on[-_]uncaught[-_]exception/.test(flags))
