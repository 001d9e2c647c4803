/** Classification trees on rows of numbers, two classes: enough of CART for a forest. */

/** Rows of `width` numbers, and a label of 0 or 1 for each. */
export interface Data {
  readonly features: Float64Array
  readonly labels: Uint8Array
  readonly width: number
}

/** A leaf gives a label; a node asks whether a feature lies below a threshold. */
export type Tree = number | { readonly feature: number; readonly below: number; readonly yes: Tree; readonly no: Tree }

export interface Growth {
  readonly seed: number
  /** Questions from the root to a leaf, at most. */
  readonly depth: number
  /** Rows of a leaf, at least. */
  readonly least: number
}

/** Points in a ring, and points in a wider one around it, with noise that overlaps, and two features that say nothing. */
export function twoRings(rows: number, seed: number): Data {
  const random = randomFrom(seed)
  const width = 4
  const features = new Float64Array(rows * width)
  const labels = new Uint8Array(rows)
  for (let row = 0; row < rows; row++) {
    const label = row % 2
    const radius = 1 + label + 0.8 * (random() + random() - 1)
    const angle = 2 * Math.PI * random()
    features.set([radius * Math.cos(angle), radius * Math.sin(angle), random(), random()], row * width)
    labels[row] = label
  }
  return { features, labels, width }
}

/** A tree from a sample of the rows, drawn with replacement; each question looks at two features drawn at random. */
export function grow(data: Data, { seed, depth, least }: Growth): Tree {
  const random = randomFrom(seed)
  const sample = Uint32Array.from({ length: data.labels.length }, () => Math.floor(random() * data.labels.length))
  return growFrom(data, sample, { depth, least, random })
}

/** What a tree says of a point. */
export function predict(tree: Tree, point: readonly number[]): number {
  let at = tree
  while (typeof at === 'object') at = (point[at.feature] ?? 0) < at.below ? at.yes : at.no
  return at
}

interface Growing {
  readonly depth: number
  readonly least: number
  readonly random: () => number
}

function growFrom(data: Data, rows: Uint32Array, { depth, least, random }: Growing): Tree {
  const ones = rows.reduce((sum, row) => sum + (data.labels[row] ?? 0), 0)
  const majority = ones * 2 > rows.length ? 1 : 0
  if (depth === 0 || ones === 0 || ones === rows.length) return majority
  const best = bestSplit(data, rows, { least, random })
  if (best === undefined) return majority
  const { feature, below } = best
  const isBelow = (row: number): boolean => (data.features[row * data.width + feature] ?? 0) < below
  const next = { depth: depth - 1, least, random }
  return {
    feature,
    below,
    yes: growFrom(data, rows.filter(isBelow), next),
    no: growFrom(
      data,
      rows.filter((row) => !isBelow(row)),
      next,
    ),
  }
}

function bestSplit({ features, labels, width }: Data, rows: Uint32Array, { least, random }: Omit<Growing, 'depth'>) {
  let best: { readonly impurity: number; readonly feature: number; readonly below: number } | undefined
  for (let tries = 0; tries < 2; tries++) {
    const feature = Math.floor(random() * width)
    const featureOf = (row: number): number => features[row * width + feature] ?? 0
    const sorted = rows.toSorted((a, b) => featureOf(a) - featureOf(b))
    const ones = sorted.reduce((sum, row) => sum + (labels[row] ?? 0), 0)
    let onesBelow = 0
    for (let at = 1; at < sorted.length; at++) {
      const [before = 0, row = 0] = [sorted[at - 1], sorted[at]]
      onesBelow += labels[before] ?? 0
      if (featureOf(before) === featureOf(row) || at < least || sorted.length - at < least) continue
      const impurity = gini(onesBelow, at) + gini(ones - onesBelow, sorted.length - at)
      if (best === undefined || impurity < best.impurity) best = { impurity, feature, below: (featureOf(before) + featureOf(row)) / 2 }
    }
  }
  return best
}

/** Gini impurity, weighed by the number of rows. */
const gini = (ones: number, rows: number): number => (2 * ones * (rows - ones)) / rows

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed * 2_654_435_761
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
