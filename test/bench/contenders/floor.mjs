/** The floor: bare `worker_threads`, chunks cut by hand, two of them always on their way to each worker; records in one message. */
import { Worker } from 'node:worker_threads'
import { chunksOf } from '../work/functions.mjs'

const script = new URL('../work/floor-worker.mjs', import.meta.url)
const onTheirWay = 2

export async function open(count) {
  const workers = Array.from({ length: count }, () => new Worker(script))
  return {
    map: (name, inputs) => runChunks(workers, name, name === 'keep' ? [inputs] : chunksOf(inputs, count)),
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  }
}

function runChunks(workers, name, chunks) {
  const results = new Array(chunks.length)
  let [sent, settled] = [0, 0]
  return new Promise((resolve, reject) => {
    const send = (worker) => {
      if (sent < chunks.length) worker.postMessage({ at: sent, name, inputs: chunks[sent++] })
    }
    for (const worker of workers) {
      worker.removeAllListeners()
      worker.once('error', reject)
      worker.on('message', (reply) => {
        results[reply.at] = reply.results
        send(worker)
        if (++settled === chunks.length) resolve(results.flat())
      })
    }
    for (let i = 0; i < onTheirWay; i++) for (const worker of workers) send(worker)
  })
}
