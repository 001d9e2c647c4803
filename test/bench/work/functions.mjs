/** The functions that contenders run. */

/** A task that costs nothing. */
export const sqrt = (n) => Math.sqrt(n)

/** A task whose cost grows along the input. */
export function isPerfect(n) {
  let sum = 0
  for (let divisor = 1; divisor < n; divisor++) if (n % divisor === 0) sum += divisor
  return n > 1 && sum === n
}

/** Many calls at once, for contenders whose chunks are cut by hand. */
export const chunk = ({ name, inputs }) => inputs.map(name === 'sqrt' ? sqrt : isPerfect)

const longestChunk = 1_000
const chunksPerWorker = 32

/** Inputs in chunks: enough of them to keep workers evenly busy, none longer than a thousand. */
export function chunksOf(inputs, workers) {
  const size = Math.max(1, Math.min(longestChunk, Math.ceil(inputs.length / (workers * chunksPerWorker))))
  return Array.from({ length: Math.ceil(inputs.length / size) }, (_, i) => inputs.slice(i * size, (i + 1) * size))
}
