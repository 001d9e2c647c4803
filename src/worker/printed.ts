/** Counts what this worker prints, so that its program can read all of it before it believes that a task is over. Worker-safe. */

/** Bytes written so far to stdout and stderr. */
export type Printed = readonly [out: number, err: number]

/** Start counting; what comes back tells how much has been printed since something was last told, or nothing when that is nothing. */
export function countPrinted(): () => Printed | undefined {
  const counts: [number, number] = [0, 0]
  let told = 0
  ;[process.stdout, process.stderr].forEach((stream, i) => {
    const write = stream.write.bind(stream) as (...args: unknown[]) => boolean
    const counted = (...args: unknown[]) => {
      const [chunk, encoding] = args
      counts[i === 0 ? 0 : 1] += sizeOf(chunk, encoding)
      return write(...args)
    }
    Object.defineProperty(stream, 'write', { value: counted, configurable: true, writable: true })
  })
  return () => {
    const total = counts[0] + counts[1]
    if (total === told) return undefined
    told = total
    return [...counts]
  }
}

function sizeOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8')
  return ArrayBuffer.isView(chunk) ? chunk.byteLength : 0
}
