/** The script a function was compiled from: what kind it is, and where in it the function stands. */

import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as types from 'node:util/types'
import type { Inspected } from '../engine/inspect.js'
import { inspect, inspectAll } from '../engine/inspect.js'
import { whyNoInspector } from '../engine/inspector.js'
import type { LoadedScript, Script } from '../engine/scripts.js'
import { isForeign, scriptAt } from '../engine/scripts.js'
import { withoutQuery } from '../found/entry.js'
import { loadedModule } from '../found/loaded.js'
import { provenanceOf } from '../found/provenance.js'
import { isCompiledStrict } from '../revive/compile.js'
import type { ImportedName, ModuleSyntax } from '../source/module-syntax.js'
import { readModule, wordsImported } from '../source/module-syntax.js'
import { keptInspection } from './kept-inspection.js'
import type { RunFacts } from './run-facts.js'
import { inspectSibling } from './siblings.js'

/** A script, with what is asked about it more than once. */
export interface ScriptFacts {
  readonly script: Script
  readonly text: string
  /** `node`: Node's own. `other`: compiled by a tool (vite, jest) or from a string. */
  readonly kind: 'esm' | 'cjs' | 'node' | 'other'
  /** The file, where there is one. */
  readonly file: string | undefined
  /** Whether it starts with `'use strict'`, or is a module. */
  readonly strict: boolean
  readonly syntax: () => ModuleSyntax
  /** What it imports as `name`. */
  readonly importOf: (name: string) => ImportedName | undefined
  readonly lineStarts: () => readonly number[]
  /** Where an offset of the text lies, as the engine counts. */
  readonly placeAt: (offset: number) => Omit<Start, 'offset'>
}

/** Where the text of a function begins. */
export interface Start {
  /** In the script's text; -1 if it is not found there. */
  readonly offset: number
  /** From 0, as the engine counts. */
  readonly line: number
  readonly column: number
}

/** What the engine knows about `fn`, read once a run. */
export function inspectOnce(fn: object, run: RunFacts): Inspected {
  let known = run.inspected.get(fn)
  if (known === undefined) {
    const sighting = run.sightings.get(fn)
    known = keptInspection(fn) ?? (sighting && inspectSibling(fn, sighting)) ?? inspect(fn)
    run.inspected.set(fn, known)
  }
  return known
}

/** Inspect what is about to be asked for, as far as it is functions of which nothing is known. */
export function inspectAhead(values: readonly object[], { inspected, sightings }: RunFacts): void {
  if (values.length < 2) return
  const fns = values.filter((value) => isUnknownFunction(value) && !inspected.has(value) && !sightings.has(value))
  if (fns.length < 2) return
  inspectAll(fns).forEach((one, i) => inspected.set(fns[i] as object, one))
}

const isUnknownFunction = (value: object): boolean =>
  typeof value === 'function' &&
  keptInspection(value) === undefined &&
  !types.isProxy(value) &&
  whyNoInspector() === undefined &&
  provenanceOf(value) === undefined &&
  !native.test(Function.prototype.toString.call(value))

const factsOf = new WeakMap<LoadedScript, ScriptFacts>()

/** The script that `fn` with source text `source` was compiled in; `undefined` for natives. */
export function scriptOfFunction(source: string, { place, scopes }: Inspected): ScriptFacts | undefined {
  if (place === undefined) return undefined
  const loaded = scriptAt(
    place,
    source,
    scopes.some(({ kind }) => kind === 'Module'),
  )
  if (loaded === undefined) return undefined
  let facts = factsOf.get(loaded)
  if (facts === undefined) factsOf.set(loaded, (facts = readFacts(loaded)))
  return facts
}

const native = /\{\s*\[native code\]\s*\}\s*$/

/** Whether `value` is a function of the program's own, as far as that is known without any search. */
export function isOfProgram(value: object, run: RunFacts): boolean {
  if (typeof value !== 'function' || types.isProxy(value) || whyNoInspector() !== undefined) return false
  if (native.test(Function.prototype.toString.call(value))) return false
  const { place } = inspectOnce(value, run)
  return place !== undefined && isForeign(place.scriptId)
}

/** Whether `fn` is native or Node's own. */
export function isNodeInternal(fn: object, run: RunFacts): boolean {
  const source = Function.prototype.toString.call(fn)
  if (native.test(source)) return true
  try {
    return scriptOfFunction(source, inspectOnce(fn, run))?.kind === 'node'
  } catch {
    return false
  }
}

/** Find the text of a function in its script. V8 gives the place of the parameters; the text starts at or before it. */
export function startOf(source: string, { place }: Inspected, { script, text, lineStarts, placeAt }: ScriptFacts): Start {
  if (place === undefined) return { offset: -1, line: 0, column: 0 }
  const starts = lineStarts()
  const line = place.line - script.startLine
  const at = (starts[line] ?? 0) + place.column - (line === 0 ? script.startColumn : 0)
  const offset = text.lastIndexOf(source, at)
  if (offset < 0 || offset + source.length < at) return { offset: -1, line: place.line, column: place.column }
  return { offset, ...placeAt(offset) }
}

const startsStrict = /^(?:#!.*\n)?(?:\s|\/\/.*\n|\/\*(?:[^*]|\*(?!\/))*\*\/)*(['"])use strict\1/

function readFacts(loaded: LoadedScript): ScriptFacts {
  const { script, text } = loaded
  const file = fileOf(script.url)
  const syntax = once(() => readModule(text, script.isModule))
  const words = once(() => wordsImported(text))
  const lineStarts = once(() => startsOfLines(text))
  return {
    script,
    text,
    file,
    kind: kindOf(script, file),
    strict: script.isModule || startsStrict.test(text) || isCompiledStrict(text),
    syntax,
    importOf: (name) => (words().has(name) ? syntax().imports.get(name) : undefined),
    lineStarts,
    placeAt: (offset) => {
      const row = lineAt(lineStarts(), offset)
      const inRow = offset - (lineStarts()[row] ?? 0)
      return { line: row + script.startLine, column: row === 0 ? inRow + script.startColumn : inRow }
    },
  }
}

function kindOf({ url, isModule }: Script, file: string | undefined): ScriptFacts['kind'] {
  if (url.startsWith('node:')) return 'node'
  if (isModule) return 'esm'
  return file !== undefined && loadedModule(file) !== undefined ? 'cjs' : 'other'
}

function fileOf(url: string): string | undefined {
  if (url.startsWith('file:')) return fileURLToPath(withoutQuery(url))
  return isAbsolute(url) ? withoutQuery(url) : undefined
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

const startsOfLines = (text: string): number[] => [
  0,
  ...[...text.matchAll(/\r\n|[\n\r\u2028\u2029]/g)].map(({ 0: end, index }) => index + end.length),
]

function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
