/** What somebody may have meant by a misspelt name. */

/** `did you mean ...?` for a misspelt `name`, or the empty string if none of `known` is near it. */
export function didYouMean(name: string, known: readonly string[], quote: string): string {
  const near = meant(name, known)
  return near === undefined ? '' : `did you mean ${quote}${near}${quote}?`
}

/**
 * The one of `known` that `name` is probably meant to be: its other case (`n_jobs` for `nJobs`), or a letter in three apart at most.
 *
 * @returns Undefined if none is close enough.
 */
export function meant(name: string, known: readonly string[]): string | undefined {
  const wanted = plain(name)
  const allowed = Math.max(1, Math.floor(wanted.length / 3))
  const distances = known.map((candidate) => editDistance(wanted, plain(candidate)))
  const least = Math.min(...distances)
  return least <= allowed ? known[distances.indexOf(least)] : undefined
}

// Longer than any name of ours; the distance takes time with the product of both lengths.
const longestName = 60

const plain = (name: string): string =>
  name
    .slice(0, longestName)
    .toLowerCase()
    .replaceAll(/[_\- ]/g, '')

/**
 * Letters to insert, delete, replace, or swap with their neighbour, to get from `a` to `b`. O(n m) time, three rows of space.
 *
 * @see Optimal string alignment: Damerau, A technique for computer detection and correction of spelling errors, CACM 7(3), 1964
 */
export function editDistance(a: string, b: string): number {
  let beforeLast: readonly number[] = []
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(last, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(beforeLast, j - 2) + 1 : replaced
      row.push(Math.min(replaced, swapped, at(row, j - 1) + 1, at(last, j) + 1))
    }
    beforeLast = last
    last = row
  }
  return at(last, b.length)
}

const at = (row: readonly number[], j: number): number => row[j] ?? Number.POSITIVE_INFINITY
