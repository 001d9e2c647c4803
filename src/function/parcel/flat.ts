/**
 * Plain data of any depth as a few flat columns. The wire's own form is nested as the data is, and the engine's stack ends at some thousand
 * levels, on either side. A list of 1e5 links takes 0.1 to 0.2 s so, and took 1.4 s link by link. Worker-safe and pure.
 */

/** A graph of plain data; objects are known by their number, and leaves (dates, views …), which lie beside it, by the complement of theirs. */
export interface Flat {
  /** Keys of the records of each shape. */
  readonly shapes: readonly (readonly string[])[]
  /** Two numbers for each object: its shape or its {@link flatKinds}, and how many values are its own. */
  readonly layout: Int32Array
  /** The values of all objects, laid end to end. */
  readonly values: readonly unknown[]
  /** Where in `values` an object belongs, and which. */
  readonly links: Int32Array
  /** The objects that were asked for. */
  readonly roots: readonly number[]
}

/** Kinds of objects that have no shape. */
export const flatKinds = {
  array: -1,
  /** An array with holes or names: its length, then keys and values in turn. */
  sparse: -2,
  map: -3,
  set: -4,
} as const

/** The roots of `flat`. @throws {Error} If it is damaged. */
export function unflatten(flat: Flat, leaves: readonly unknown[]): unknown[] {
  const { shapes, layout, links, roots } = flat
  const values = [...flat.values]
  const objects: object[] = []
  let total = 0
  for (let at = 0; at < layout.length; at += 2) {
    objects.push(shellOf(layout[at] as number))
    total += layout[at + 1] as number
  }
  if (total !== values.length) throw new Error('cannot revive a value: its columns do not fit together; it is damaged')
  const target = (number: number): unknown => (number < 0 ? leaves[~number] : objects[number])
  for (let at = 0; at < links.length; at += 2) values[links[at] as number] = target(links[at + 1] as number)
  let from = 0
  objects.forEach((object, number) => {
    const kind = layout[2 * number] as number
    const count = layout[2 * number + 1] as number
    if (kind >= 0) fillRecord(object as Record<string, unknown>, shapes[kind] ?? [], { values, from })
    else fillers[kind]?.(object as never, values.slice(from, from + count))
    from += count
  })
  return roots.map(target)
}

const shellOf = (kind: number): object => (kind === flatKinds.map ? new Map() : kind === flatKinds.set ? new Set() : kind < 0 ? [] : {})

function fillRecord(
  record: Record<string, unknown>,
  shape: readonly string[],
  { values, from }: { values: readonly unknown[]; from: number },
): void {
  for (let i = 0; i < shape.length; i++) {
    const key = shape[i] as string
    if (key === '__proto__') Object.defineProperty(record, key, { value: values[from + i], ...ordinary })
    else record[key] = values[from + i]
  }
}

const ordinary = { writable: true, enumerable: true, configurable: true } as const

const fillers: Readonly<Record<number, (object: never, values: readonly unknown[]) => void>> = {
  [flatKinds.array]: (array: unknown[], values) => {
    for (const value of values) array.push(value)
  },
  [flatKinds.sparse]: (array: unknown[], [length, ...pairs]) => {
    array.length = Number(length)
    for (let i = 0; i < pairs.length; i += 2) Object.defineProperty(array, String(pairs[i]), { value: pairs[i + 1], ...ordinary })
  },
  [flatKinds.map]: (map: Map<unknown, unknown>, values) => {
    for (let i = 0; i < values.length; i += 2) map.set(values[i], values[i + 1])
  },
  [flatKinds.set]: (set: Set<unknown>, values) => {
    for (const value of values) set.add(value)
  },
}
