/** poolifier's fixed pool of threads with a worker file, one `execute` per input. */
import { fileURLToPath } from 'node:url'
import { FixedThreadPool } from 'poolifier'

const script = fileURLToPath(new URL('../work/poolifier-worker.mjs', import.meta.url))

export async function open(workers) {
  const pool = new FixedThreadPool(workers, script)
  return {
    map: (name, inputs) => Promise.all(inputs.map((input) => pool.execute(input, name))),
    // Its promise may never settle, with nothing left to keep the program alive.
    close: async () => void pool.destroy(),
  }
}
