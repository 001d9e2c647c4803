/**
 * Scripts by their number: where they come from and what their text is.
 *
 * Only the `Debugger` domain tells, and while it is on, `await` and `throw` cost 3 to 10 times as much. So it is switched on when an
 * unknown script turns up, at most once per {@link withDebugger}, and off again at its end.
 */
import { readFileSync } from 'node:fs'
import * as nodeModule from 'node:module'
import { fileURLToPath } from 'node:url'
import { isEntryHere, withoutQuery } from '../found/entry.js'
import { loadedModule } from '../found/loaded.js'
import { unmarked } from '../parcel/shifts.js'
import { isCompiled } from '../revive/compile.js'
import { seenUrl } from './call-sites.js'
import type { Place } from './inspect.js'
import { opened, post } from './inspector.js'

/** A script that V8 has compiled. */
export interface Script {
  readonly id: string
  readonly url: string
  readonly isModule: boolean
  readonly startLine: number
  readonly startColumn: number
  readonly sourceMapUrl: string | undefined
}

/** A script with its text. */
export interface LoadedScript {
  readonly script: Script
  readonly text: string
}

const scripts = new Map<string, Script>()
const loaded = new Map<string, LoadedScript>()
let depth = 0
let on = false

/** Run `work`; the debugger domain, should it be needed, is switched on once and off at the end. */
export function withDebugger<T>(work: () => T): T {
  depth++
  try {
    return work()
  } finally {
    if (--depth === 0 && on && !coverageRuns()) switchOff()
  }
}

/** Switch the debugger domain on, within {@link withDebugger}. */
export function needDebugger(): void {
  if (on) return
  opened().on('Debugger.scriptParsed', note)
  post('Debugger.enable')
  on = true
}

/** The script of a function, from disk where its text is surely the one that was compiled, from the debugger otherwise. */
export function scriptAt(place: Place, source: string, hasModuleScope: boolean): LoadedScript | undefined {
  const known = loaded.get(place.scriptId) ?? fromDisk(place, source, hasModuleScope) ?? fromDebugger(place.scriptId)
  if (known !== undefined) loaded.set(place.scriptId, known)
  return known
}

/** The script of `url` that functions were sent from, the latest if there were several; never one that {@link compile} made from a part of it. */
export const loadedAt = (url: string): LoadedScript | undefined =>
  [...loaded.values()].findLast(({ script, text }) => script.url === url && !isCompiled(text))

/** Whether it is known already, without switching anything on, that a script is not one of Node's own. */
export const isForeign = (id: string): boolean => seenUrl(id) !== undefined || loaded.get(id)?.script.url.startsWith('node:') === false

/** Where a script comes from. */
export function scriptOf(id: string): Script | undefined {
  if (!scripts.has(id)) withDebugger(needDebugger)
  return scripts.get(id)
}

/** Whether this thread has loaded `url` as a native ES module. */
export function isLoadedModule(url: string): boolean {
  const found = (): boolean => [...scripts.values()].some((script) => script.isModule && script.url === url)
  if (found()) return true
  withDebugger(needDebugger)
  return found()
}

function fromDebugger(id: string): LoadedScript | undefined {
  return withDebugger(() => {
    const script = scriptOf(id)
    if (script === undefined) return undefined
    needDebugger()
    const { scriptSource } = post('Debugger.getScriptSource', { scriptId: id }) as { scriptSource: string }
    return { script, text: scriptSource }
  })
}

function fromDisk(place: Place, source: string, hasModuleScope: boolean): LoadedScript | undefined {
  const url = seenUrl(place.scriptId)
  if (url === undefined) return undefined
  const isCommon = !hasModuleScope && loadedModule(pathOf(url)) !== undefined
  // A module whose variables no function captures has no such scope. The entry is a module nevertheless; another file that
  // neither of Node's loaders seems to have loaded may stand for a script that a tool (vite, jest) made of it.
  const isModule = hasModuleScope || (!isCommon && isEntryHere(url))
  if (!isCommon && !isModule) return undefined
  try {
    const text = readAsCompiled(url)
    const at = offsetIn(text, place)
    const start = text.lastIndexOf(source, at)
    if (start < 0 || start + source.length < at) return undefined
    return { script: { id: place.scriptId, url, isModule, startLine: 0, startColumn: 0, sourceMapUrl: undefined }, text }
  } catch {
    return undefined
  }
}

/** The text Node compiles for a file: as it is, or with its types blanked out. */
function readAsCompiled(url: string): string {
  const text = readFileSync(pathOf(url), 'utf8')
  const { stripTypeScriptTypes } = nodeModule as { stripTypeScriptTypes?: (text: string) => string }
  return /\.[mc]?ts$/.test(url) && stripTypeScriptTypes !== undefined ? silently(() => stripTypeScriptTypes(text)) : text
}

const pathOf = (url: string): string => (url.startsWith('file:') ? fileURLToPath(withoutQuery(url)) : url)

// Stripping types warns that it is experimental, once; the user did not ask for it, so it is not theirs to read.
function silently<T>(work: () => T): T {
  const { emitWarning } = process
  process.emitWarning = () => undefined
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

function offsetIn(text: string, { line, column }: Place): number {
  let start = 0
  for (let i = 0; i < line; i++) start = text.indexOf('\n', start) + 1
  return start + column
}

interface ScriptParsed {
  readonly params: { scriptId: string; url: string; isModule?: boolean; startLine: number; startColumn: number; sourceMapURL?: string }
}

function note({ params }: ScriptParsed): void {
  const { scriptId: id, url, isModule = false, startLine, startColumn, sourceMapURL } = params
  scripts.set(id, { id, url: unmarked(url), isModule, startLine, startColumn, sourceMapUrl: sourceMapURL })
}

function switchOff(): void {
  on = false
  opened().off('Debugger.scriptParsed', note)
  post('Debugger.disable')
}

/** Switching the domain off throws away block coverage that was collected; then it stays on. */
function coverageRuns(): boolean {
  const vitest = (globalThis as { __vitest_worker__?: { config?: { coverage?: { enabled?: boolean } } } }).__vitest_worker__
  return process.env['NODE_V8_COVERAGE'] !== undefined || vitest?.config?.coverage?.enabled === true
}
