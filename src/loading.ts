/**
 * A thread that is ended while Node opens a file for it leaves that open, and one that is ended within a `require` of an ES module takes the
 * whole program along (Node 20). So a thread writes down in shared memory that it loads files, and whoever ends it waits for that. Worker-safe.
 *
 * The thread says that it loads, and only then asks whether it may; who ends it says so, and only then asks whether it loads.
 */

const loads = 0
const isShut = 1

/** Memory for a thread and its program. The thread is about to load its own file. */
export function newLoadMemory(): Int32Array {
  const memory = new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT))
  memory[loads] = 1
  return memory
}

let own: Int32Array | undefined

/** This is a thread whose own file is loaded, and its program looks there. */
export function noteLoadsIn(memory: Int32Array): void {
  own = memory
  Atomics.sub(memory, loads, 1)
}

/** What `load` gives; in a thread that is about to be ended it does not begin, and nothing comes of it. */
export async function loading<T>(load: () => Promise<T>): Promise<T> {
  if (own === undefined) return load()
  if (!mayBegin(own)) return new Promise(() => undefined)
  try {
    return await load()
  } finally {
    isOver(own)
  }
}

/** As {@link loading}, of what is loaded without waiting. */
export function loadingAtOnce<T>(load: () => T): T {
  if (own === undefined) return load()
  // It is ended while it waits.
  while (!mayBegin(own)) Atomics.wait(own, isShut, 1)
  try {
    return load()
  } finally {
    isOver(own)
  }
}

const waiting: (() => void)[] = []

function isOver(memory: Int32Array): void {
  if (Atomics.sub(memory, loads, 1) === 1) for (const goOn of waiting.splice(0)) goOn()
}

/**
 * When this thread loads nothing any more; undefined if it does not now. Asked before calls, each of which may end the thread: a cached function that was
 * made in it loads what it will need, whoever calls it in the end.
 */
export function loadsOver(): Promise<void> | undefined {
  if (own === undefined || Atomics.load(own, loads) === 0) return undefined
  return new Promise((resolve) => waiting.push(resolve))
}

/** Whether a load may begin; if it may, it has. While another is on, which may be what needs this one, that is waited for anyway. */
function mayBegin(memory: Int32Array): boolean {
  if (Atomics.add(memory, loads, 1) > 0 || Atomics.load(memory, isShut) === 0) return true
  Atomics.sub(memory, loads, 1)
  return false
}

/** The program's side: let no load begin. @returns Whether none is on. */
export function shutLoads(memory: Int32Array): boolean {
  Atomics.store(memory, isShut, 1)
  return Atomics.load(memory, loads) === 0
}

/** The program's side: the thread has ended. */
export function endLoads(memory: Int32Array): void {
  Atomics.store(memory, loads, 0)
}
