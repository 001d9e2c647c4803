/** The functions that contenders run. */

/** A task that costs nothing. */
export const sqrt = (n) => Math.sqrt(n)

/** A task whose cost grows along the input. */
export function isPerfect(n) {
  let sum = 0
  for (let divisor = 1; divisor < n; divisor++) if (n % divisor === 0) sum += divisor
  return n > 1 && sum === n
}

/** A task that costs next to nothing, or some ten microseconds. */
export function isPrime(n) {
  for (let divisor = 2; divisor * divisor <= n; divisor++) if (n % divisor === 0) return false
  return n > 1
}

const side = 1_000
const deepest = 200

/** A row of a picture of the Mandelbrot set: a task that costs a millisecond or two, and gives an array. */
export function mandelbrot(row) {
  const counts = new Uint16Array(side)
  const imaginary = (row / side) * 2 - 1
  for (let column = 0; column < side; column++) {
    const real = (column / side) * 3 - 2
    let [x, y, count] = [0, 0, 0]
    while (x * x + y * y <= 4 && count < deepest) {
      const next = x * x - y * y + real
      y = 2 * x * y + imaginary
      x = next
      count++
    }
    counts[column] = count
  }
  return counts
}

/** A task that takes a small record and gives it back. */
export const keep = (record) => record

/** How many tasks share one large array. */
export const parts = 20

/** A task that reads its part of a large array. */
export function sumPart({ numbers, part }) {
  const length = numbers.length / parts
  let sum = 0
  for (let at = part * length; at < (part + 1) * length; at++) sum += numbers[at]
  return sum
}

/** A task that gives 8 MB. */
export const fill = (value) => new Float64Array(1e6).fill(value)

/** A task that gives a small record. */
export const describeRow = (id) => ({ id, name: `row ${id}`, tags: ['a', 'b'], text: 'x'.repeat(900), at: [id, id + 1] })

/** All of them, by name. */
export const functions = { sqrt, isPerfect, isPrime, mandelbrot, keep, sumPart, fill, describeRow }

/** Many calls at once, for contenders whose chunks are cut by hand. */
export const chunk = ({ name, inputs }) => inputs.map(functions[name])

const longestChunk = 1_000
const chunksPerWorker = 32

/** Inputs in chunks: enough of them to keep workers evenly busy, none longer than a thousand. */
export function chunksOf(inputs, workers) {
  const size = Math.max(1, Math.min(longestChunk, Math.ceil(inputs.length / (workers * chunksPerWorker))))
  return Array.from({ length: Math.ceil(inputs.length / size) }, (_, i) => inputs.slice(i * size, (i + 1) * size))
}
