/**
 * Columns that edits have moved. Shipped code mentions some variables by other names than the user's, and wider ones; a stack has to point at
 * the user's text all the same. So such code runs under a name with a mark behind it, and an error on its way out is put right. Worker-safe.
 */

/** A piece of a text to be replaced. */
export interface Edit {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** An edit as the engine counts, from 0: `[line, from, to, by]`. What lies from `from` up to `to` stood at the beginning of it; what lies behind, `by` columns before. */
export type Shift = readonly [line: number, from: number, to: number, by: number]

/** What `edits` (sorted, none within another) do to positions in `text`, whose first character stands at `line` and `column`. */
export function shiftsOf(text: string, edits: readonly Edit[], { line, column }: { line: number; column: number }): Shift[] {
  const shifts: Shift[] = []
  const place = { line, old: column, fresh: column }
  let at = 0
  for (const edit of edits) {
    pass(place, text.slice(at, edit.start), text.slice(at, edit.start))
    const from = place.fresh
    const lineBefore = place.line
    const byBefore = place.fresh - place.old
    pass(place, text.slice(edit.start, edit.end), edit.text)
    at = edit.end
    const by = place.fresh - place.old
    if (by !== byBefore || place.line !== lineBefore)
      shifts.push([place.line, place.line === lineBefore ? from : 0, place.fresh + calledBehind(text, edit), by])
  }
  // One that moves nothing is of use only behind one that does.
  return shifts.some(([, , , by]) => by !== 0) ? shifts : []
}

function pass(place: { line: number; old: number; fresh: number }, old: string, fresh: string): void {
  const [lines, freshLines] = [old.split('\n'), fresh.split('\n')]
  const isOneLine = lines.length === 1
  place.line += lines.length - 1
  place.old = (isOneLine ? place.old : 0) + (lines.at(-1) ?? '').length
  place.fresh = (isOneLine ? place.fresh : 0) + (freshLines.at(-1) ?? '').length
}

/** The engine places the call of a name at the name, and that of `(0,a.b)` at its arguments: how far these reach behind the edit. */
function calledBehind(text: string, { end, text: fresh }: Edit): number {
  return fresh.startsWith('(0,') ? (/^[^\S\n]*./.exec(text.slice(end, end + 200))?.[0].length ?? 0) : 0
}

const marked = new Map<string, readonly Shift[]>()
let marks = 0
const maxMarks = 10_000

/** The name for code of `file` in which columns have moved. */
export function mark(file: string, shifts: readonly Shift[]): string {
  if (marked.size >= maxMarks) marked.clear()
  const name = `${file}#joblet-${++marks}`
  marked.set(name, shifts)
  return name
}

/** A script's name without its mark. */
export const unmarked = (name: string): string => (name.includes('#joblet-') ? name.replace(/#joblet-\d+$/, '') : name)

/** `stack` with the user's names and columns for code that is marked. */
export function unshiftStack(stack: string): string {
  if (!stack.includes('#joblet-')) return stack
  return stack.replace(/([^\s()]+#joblet-\d+):(\d+):(\d+)/g, (_, name: string, line: string, column: string) => {
    const original = unshift(marked.get(name) ?? [], Number(line) - 1, Number(column) - 1)
    return `${unmarked(name)}:${line}:${original + 1}`
  })
}

function unshift(shifts: readonly Shift[], line: number, column: number): number {
  let before = 0
  for (const [at, from, to, by] of shifts) {
    if (at !== line) continue
    if (column < from) break
    if (column < to) return from - before
    before = by
  }
  return column - before
}
