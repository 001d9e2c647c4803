/** The least that a worker thread can do: one message in, one message out. */
import { parentPort } from 'node:worker_threads'
import { chunk } from './functions.mjs'

parentPort.on('message', ({ at, name, inputs }) => parentPort.postMessage({ at, results: chunk({ name, inputs }) }))
