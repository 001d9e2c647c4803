/** What the text of a function says where it stands; the same for all closures that were made there. */

import type { Inspected } from '../engine/inspect.js'
import type { Analysis } from '../source/analysis.js'
import type { ScriptFacts, Start } from './function-script.js'
import { startOf } from './function-script.js'
import { isStrict } from './strictness.js'

/** A text at its place in a script. */
export interface TextFacts {
  readonly source: string
  readonly strict: boolean
  readonly analysis: Analysis
  readonly start: Start
}

const known = new WeakMap<ScriptFacts, Map<number, TextFacts>>()
// Each keeps a syntax tree, and `analyze` has a cache of its own: this one is for the closures that a loop makes.
const maxPlaces = 16
const maxColumns = 2 ** 32

/** The facts of the text of `fn`; `read` analyses it, if that is not done yet. */
export function textFactsOf(
  fn: object,
  { source, inspected, facts }: { source: string; inspected: Inspected; facts: ScriptFacts },
  read: (source: string, strict: boolean) => Analysis,
): TextFacts {
  const { line, column } = inspected.place ?? { line: -1, column: 0 }
  const place = line * maxColumns + column
  const places = placesOf(facts)
  const found = places.get(place)
  if (found?.source === source) return found
  const strict = isStrict(fn, source, { inspected, facts })
  const made = { source, strict, analysis: read(source, strict), start: startOf(source, inspected, facts) }
  if (places.size >= maxPlaces) places.clear()
  places.set(place, made)
  return made
}

function placesOf(facts: ScriptFacts): Map<number, TextFacts> {
  let places = known.get(facts)
  if (places === undefined) known.set(facts, (places = new Map()))
  return places
}
