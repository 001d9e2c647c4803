/** Columns as a batch holds them. */
import type { Column } from '../../src/worker/batch.js'
import { ValueList } from '../../src/worker/column.js'

export function columnOf(values: readonly unknown[], parcels: Column['parcels'] = []): Column {
  const list = new ValueList()
  for (const value of values) list.push(value)
  return list.toColumn(parcels)
}
