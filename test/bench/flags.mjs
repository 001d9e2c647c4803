/** What benchmarks are told on their command line. A wrong word ends them at once: a run takes many minutes. */

/** The whole number that a flag gives, 1 or more. */
export function countIn(flag, text) {
  const count = Number(text)
  if (Number.isSafeInteger(count) && count >= 1) return count
  return refuse(`${flag} expects a whole number from 1 on, not '${text}'`)
}

/** The words of a flag, between commas; undefined where it was not given. Each has to be one of `known`. */
export function wordsIn(flag, text, known) {
  const words = text?.split(',')
  const wrong = words?.find((word) => !known.includes(word))
  return wrong === undefined ? words : refuse(`${flag} knows no '${wrong}'; there are ${known.join(', ')}`)
}

function refuse(message) {
  console.error(message)
  process.exit(2)
}
