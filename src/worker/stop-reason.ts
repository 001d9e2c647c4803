/** Why a task is told to stop, on its way to a worker. Worker-safe. What cannot go at once, without anything being loaded, becomes an AbortError. */
import { notCopied, snapshot } from '../codec/snapshot.js'

/** A reason as plain data. */
export type StopReason = { readonly raw: unknown } | { readonly error: PlainError }

interface PlainError {
  /** A DOMException, as `AbortSignal.timeout` gives. */
  readonly isDom: boolean
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: string | number
}

/** The reason of a task whose run has ended, where no caller gave one. */
export const endedReason = (why: string): DOMException => new DOMException(`cannot go on with this task: ${why}`, 'AbortError')

/** `reason` as plain data. */
export function packReason(reason: unknown): StopReason {
  try {
    if (reason instanceof Error) return { error: plainError(reason) }
    const raw = snapshot(reason)
    if (raw !== notCopied) return { raw }
  } catch {
    // An error with a getter that throws.
  }
  return { error: plainError(endedReason('its run was called off, for a reason that cannot travel')) }
}

function plainError(error: Error): PlainError {
  const { name, message, stack } = error
  const code: unknown = 'code' in error ? error.code : undefined
  return {
    isDom: error instanceof DOMException,
    name: String(name),
    message: String(message),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
  }
}

const natives = [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]

/** The reason again; of an error of a class of its own, an Error with its name, message, code and stack. */
export function unpackReason(reason: StopReason): unknown {
  if ('raw' in reason) return reason.raw
  const { isDom, name, message, stack, code } = reason.error
  if (isDom) return new DOMException(message, name)
  const Native = natives.find((native) => native.name === name)
  const error = new (Native ?? Error)(message)
  const hidden = { ...(Native === undefined ? { name } : {}), ...(stack === undefined ? {} : { stack }) }
  for (const [key, value] of Object.entries(hidden))
    Object.defineProperty(error, key, { value, configurable: true, writable: true, enumerable: false })
  return code === undefined ? error : Object.assign(error, { code })
}
