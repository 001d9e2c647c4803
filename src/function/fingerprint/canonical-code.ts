/**
 * A function's code as a text that does not tell how it was formatted or which compiler it went through: no positions, comments, quotes, parentheses,
 * directives, and nothing of what tsx, esbuild and vite add. Its free variables are left open, to be filled with what they hold.
 */
import type { Analysis } from '../source/analysis.js'
import { CodeWriter } from './code-writer.js'

/** A place in the text that depends on what is around the function. */
export type CodeSlot =
  /** A free variable, or a member of one, since of a namespace only the member counts. */
  | { readonly t: 'variable'; readonly name: string; readonly member: string | undefined }
  | { readonly t: 'superclass' }
  /** What the function's own name means within it. */
  | { readonly t: 'self'; readonly name: string }
  | { readonly t: 'import'; readonly specifier: string }

/** A text with open places: `parts[0] slots[0] parts[1] …`. */
export interface CanonicalCode {
  readonly parts: readonly string[]
  readonly slots: readonly CodeSlot[]
}

const byAnalysis = new WeakMap<Analysis, CanonicalCode>()

/** The canonical text of an analyzed function; kept as long as its analysis. */
export function canonicalCode(analysis: Analysis): CanonicalCode {
  let known = byAnalysis.get(analysis)
  if (known === undefined) byAnalysis.set(analysis, (known = new CodeWriter(analysis).write()))
  return known
}
