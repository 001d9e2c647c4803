/** Names that every Node thread has. A list of our own: the live global object also holds what programs and test frameworks put there. */

const list = (names: string): readonly string[] => names.trim().split(/\s+/)

/** Globals that Node loads when they are first touched (up to 40 ms): recognized by their name, never by looking at them. */
export const lazyGlobals = new Set(
  list(`
  FormData Headers Request Response MessageEvent WebSocket EventSource CloseEvent ErrorEvent Blob File ReadableStream WritableStream TransformStream
  ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController ReadableStreamDefaultController
  WritableStreamDefaultWriter WritableStreamDefaultController TransformStreamDefaultController ByteLengthQueuingStrategy CountQueuingStrategy
  TextEncoderStream TextDecoderStream CompressionStream DecompressionStream crypto Crypto CryptoKey SubtleCrypto navigator Navigator localStorage
  sessionStorage Storage BroadcastChannel WebAssembly URLPattern PerformanceResourceTiming Temporal`),
)

const eagerGlobals = list(`
  Object Function Array Number parseFloat parseInt Infinity NaN undefined Boolean String Symbol Date Promise RegExp Error AggregateError EvalError
  RangeError ReferenceError SyntaxError TypeError URIError SuppressedError DisposableStack AsyncDisposableStack globalThis JSON Math Intl ArrayBuffer
  Atomics Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array BigUint64Array BigInt64Array Uint8ClampedArray Float16Array Float32Array
  Float64Array DataView Map BigInt Set Iterator WeakMap WeakSet WeakRef Proxy Reflect FinalizationRegistry SharedArrayBuffer decodeURI
  decodeURIComponent encodeURI encodeURIComponent escape unescape eval isFinite isNaN console process global Buffer queueMicrotask structuredClone
  atob btoa performance fetch setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate URL URLSearchParams MessageChannel
  MessagePort AbortController AbortSignal Event EventTarget CustomEvent DOMException TextEncoder TextDecoder Performance PerformanceEntry
  PerformanceMark PerformanceMeasure PerformanceObserver PerformanceObserverEntryList QuotaExceededError`)

/** All names that a worker's global object has as well. */
export const standardGlobals: ReadonlySet<string> = new Set([...eagerGlobals, ...lazyGlobals])
