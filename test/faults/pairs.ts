/** All pairs: the fewest cells, or nearly, in which any two factors take every two values that go together. Pure. */

type Value = string | number

/** One value for each factor. */
export type Combination = Readonly<Record<string, Value>>

/** Every combination of values of `factors`; the last factor changes first. */
export function combinations<Factors extends Readonly<Record<string, readonly Value[]>>>(
  factors: Factors,
): { readonly [K in keyof Factors]: Factors[K][number] }[] {
  let cells: Record<string, Value>[] = [{}]
  for (const [name, values] of Object.entries(factors)) {
    cells = cells.flatMap((cell) => values.map((value) => ({ ...cell, [name]: value })))
  }
  return cells as { readonly [K in keyof Factors]: Factors[K][number] }[]
}

/** The pairs of values in a cell, each as a text. */
export function pairsOf(cell: Combination): string[] {
  const values = Object.entries(cell).map(([name, value]) => `${name}=${value}`)
  return values.flatMap((one, i) => values.slice(i + 1).map((other) => `${one} ${other}`))
}

/**
 * Cells that hold every pair that any of `cells` holds: always the one next that holds most of those that are missing, the first among equals.
 * Two runs choose the same. O(cells x chosen).
 */
export function coverPairs<Cell extends Combination>(cells: readonly Cell[]): Cell[] {
  const missing = new Set(cells.flatMap(pairsOf))
  const pairs = new Map(cells.map((cell) => [cell, pairsOf(cell)]))
  const chosen: Cell[] = []
  while (missing.size > 0) {
    let best: { cell: Cell; gain: number } | undefined
    for (const [cell, held] of pairs) {
      const gain = held.filter((pair) => missing.has(pair)).length
      if (gain > (best?.gain ?? 0)) best = { cell, gain }
    }
    if (best === undefined) break
    for (const pair of pairs.get(best.cell) ?? []) missing.delete(pair)
    pairs.delete(best.cell)
    chosen.push(best.cell)
  }
  return chosen
}
