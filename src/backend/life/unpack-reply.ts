/** A worker's reply as the run takes it. */
import { isArrayBuffer } from 'node:util/types'
import { MessageChannel, type MessagePort } from 'node:worker_threads'
import type { Reply } from '../../worker/batch.js'
import { unpackViews } from '../../worker/packed-views.js'

/** Typed arrays that came end to end, in memory of their own; what brought them is let go of, unless it is part of a process's message. */
export function unpackReply(reply: Reply): Reply {
  const { views, parcels } = reply.values
  if (views === undefined) return reply
  const values = unpackViews(views)
  const { buffer, byteLength } = views.packed
  if (isArrayBuffer(buffer) && buffer.byteLength === byteLength) letGo(buffer)
  return { ...reply, values: { values, parcels } }
}

let nowhere: MessagePort | undefined

/**
 * Free memory at once: what is handed to a closed port is. Else V8 counts it until it collects, and collects everything once it has counted enough: rows
 * of the Mandelbrot set (test/bench) made 12 full collections in 60 runs, 7 so, and took 1 to 2 % longer. Node 20 has no `transfer` of an ArrayBuffer.
 */
function letGo(buffer: ArrayBuffer): void {
  if (nowhere === undefined) {
    nowhere = new MessageChannel().port1
    nowhere.close()
  }
  nowhere.postMessage(undefined, [buffer])
}
