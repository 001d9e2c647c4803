/** The way from a value to one of its parts, as messages show it. */

/** A key on the way to a value: a property, an index, or words of our own. */
export type Step = string | number | { readonly words: () => string }

/** The way as it is written in code, such as ` at .options.list[3]`; nothing for the value itself. Of a very long way, both ends. */
export function wordsForPath(steps: readonly Step[]): string {
  const shown = steps.length > 40 ? [...steps.slice(0, 20), { words: () => ' … ' }, ...steps.slice(-19)] : steps
  const way = shown.map(wordsFor).join('').trimStart()
  return way === '' ? '' : ` at ${way}`
}

function wordsFor(step: Step): string {
  if (typeof step === 'number') return `[${step}]`
  if (typeof step === 'object') return step.words()
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
}
