/** What makes the garbage collector feel shared memory. Worker-safe. */

/** Pieces this small are left to what else is collected: 64 KiB are copied in the time that a weight takes, 20 us. */
const smallest = 1 << 16

const weights = new WeakMap<SharedArrayBuffer, ArrayBuffer | undefined>()

// A large weight starts a collection at once, 5 to 10 ms: of runs that share 80 MB each, every third one pays it, and not the first.
const most = 3
const mostBytes = 192 * 1024 ** 2
let waiting: WeakRef<SharedArrayBuffer>[] = []
let waitingBytes = 0

/**
 * Weigh shared memory down with a buffer as large, which is never touched and so takes no memory. V8 does not count shared memory, so what nobody
 * holds stays for long: 500 runs with an argument of 3 MB left 1.1 GB, and 140 MB with weights. A few pieces wait for theirs.
 *
 * @returns The memory.
 */
export function weighted(memory: SharedArrayBuffer): SharedArrayBuffer {
  if (memory.byteLength < smallest || weights.has(memory)) return memory
  weights.set(memory, undefined)
  waitingBytes += memory.byteLength
  if (waiting.push(new WeakRef(memory)) > most || waitingBytes > mostBytes) weigh()
  return memory
}

function weigh(): void {
  for (const ref of waiting) {
    const memory = ref.deref()
    if (memory !== undefined) weights.set(memory, weightOf(memory.byteLength))
  }
  waiting = []
  waitingBytes = 0
}

// One that could grow is mapped by itself, and nothing of it is touched: 300 weights of 3 MB came to 96 MB at the most, plain ones to 173.
function weightOf(maxByteLength: number): ArrayBuffer | undefined {
  try {
    return Reflect.construct(ArrayBuffer, [maxByteLength, { maxByteLength }])
  } catch {
    // A program that may map no more goes on without.
    return undefined
  }
}
