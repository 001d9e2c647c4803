/** What stands in shipped code where a class names its superclass. */
import type { Edit, SourceForm } from './source-form.js'

/** The edit that puts a variable in place of the superclass's expression, which may use names that exist at its definition only. */
export interface Heritage extends Edit {
  /** The variable. */
  readonly name: string
}

const superName = '$$super'
// Not likely in a text; of any width.
const fillers = ['$', '_', '\u01c2']

/** Replace the expression at `superClass`; what follows stays at its line and column wherever a name of that width is free. */
export function heritageOf({ text, shift }: SourceForm, superClass: { readonly start: number; readonly end: number }): Heritage {
  const [start, end] = [superClass.start - shift, superClass.end - shift]
  const old = text.slice(start, end)
  const name = nameAsWide(old, text) ?? superName
  const [first = '', ...rest] = old.split('\n')
  const fresh = (name === superName ? `(${superName})` : name).padEnd(first.length)
  return { start, end, name, text: [fresh, ...rest.map((line) => ' '.repeat(line.length))].join('\n') }
}

/** For expressions too short for {@link superName}, which bundlers make of most. */
function nameAsWide(old: string, text: string): string | undefined {
  if (old.length >= superName.length + 2 || !/^[\w$]+$/.test(old)) return undefined
  return fillers.map((filler) => filler.repeat(old.length)).find((name) => !text.includes(name))
}
