/** workerpool with a worker file, one `exec` per input. */
import { fileURLToPath } from 'node:url'
import workerpool from 'workerpool'

const script = fileURLToPath(new URL('../work/workerpool-worker.mjs', import.meta.url))

export async function open(workers) {
  const pool = workerpool.pool(script, { workerType: 'thread', minWorkers: workers, maxWorkers: workers })
  return { map: (name, inputs) => Promise.all(inputs.map((input) => pool.exec(name, [input]))), close: () => pool.terminate() }
}
