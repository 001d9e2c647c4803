/** tinypool, with chunks cut by hand. */
import { chunksOf } from '../work/functions.mjs'
import { openPool } from './tinypool.mjs'

export async function open(workers) {
  const pool = openPool(workers)
  return {
    map: async (name, inputs) =>
      (await Promise.all(chunksOf(inputs, workers).map((chunk) => pool.run({ name, inputs: chunk }, { name: 'chunk' })))).flat(),
    close: () => pool.destroy(),
  }
}
