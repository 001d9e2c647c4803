/** tinypool, one `run` per input. Equal numbers of threads at least and at most, or it stops idle workers all the time. */
import Tinypool from 'tinypool'

const filename = new URL('../work/functions.mjs', import.meta.url).href

export const openPool = (workers) => new Tinypool({ filename, minThreads: workers, maxThreads: workers })

export async function open(workers) {
  const pool = openPool(workers)
  return { map: (name, inputs) => Promise.all(inputs.map((input) => pool.run(input, { name }))), close: () => pool.destroy() }
}
