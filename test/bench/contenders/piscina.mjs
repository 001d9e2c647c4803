/** piscina, one `run` per input. */
import { Piscina } from 'piscina'

const filename = new URL('../work/functions.mjs', import.meta.url).href

export async function open(workers) {
  const pool = new Piscina({ filename, minThreads: workers, maxThreads: workers })
  return { map: (name, inputs) => Promise.all(inputs.map((input) => pool.run(input, { name }))), close: () => pool.destroy() }
}
