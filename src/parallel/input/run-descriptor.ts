/** The function that a task made from a descriptor calls, wherever it runs. */
import { decode, encode } from '../../codec/wire.js'
import { CodecError, ContextError } from '../../errors.js'
import { isEntry } from '../../function/found/entry.js'
import type { Parcel } from '../../function/parcel/parcel.js'
import { createReviver } from '../../function/revive/revive.js'
import { own } from '../../own.js'
import type { AnyFunction } from '../../task.js'
import { workerContext } from '../../worker/context.js'
import type { TaskDescriptor } from './descriptor.js'
import { hasChanged, referenceIn } from './descriptor-fingerprint.js'

/**
 * Revives what a checked descriptor holds, and calls it.
 *
 * @throws {CodecError} If the module that its function comes from has changed.
 * @throws What the function throws, and what its modules throw while they are loaded.
 */
export const runDescriptor = own('runDescriptor', async (descriptor: TaskDescriptor): Promise<unknown> => {
  refuseEntry(descriptor)
  const reviver = createReviver({ onLoad: setLoading })
  const fn = await reviver.revive(privateCopy(descriptor.fn))
  if (typeof fn !== 'function') throw new CodecError('cannot run a task descriptor: it holds no function; make it with toDescriptor')
  if (descriptor.fingerprint !== undefined && (await hasChanged(fn, descriptor.fingerprint))) throw changed(descriptor)
  const args = (await reviver.revive(privateCopy(descriptor.args))) as readonly never[]
  return (fn as AnyFunction)(...args)
})

/** A task may change its arguments, and on the caller's own event loop these would be the descriptor's. */
const privateCopy = (parcel: Parcel): Parcel => decode(encode(parcel, false)) as Parcel

function changed({ fn }: TaskDescriptor): CodecError {
  const { name, module } = referenceIn(fn) ?? { name: '', module: '' }
  return new CodecError(
    `cannot run a task descriptor: '${name}' of ${module} is not what it was when it was described: its code, a function that it calls or a constant that it uses has changed; describe the task anew with toDescriptor`,
  )
}

/** In a worker, the script that was started would run once more; here, it may be waiting for this very task. */
function refuseEntry({ fn }: TaskDescriptor): void {
  const reference = referenceIn(fn)
  if (reference === undefined || !isEntry(reference.module)) return
  throw new ContextError(
    `cannot run a task descriptor: its function '${reference.name}' is an export of the script that was started, which cannot be loaded again; move the function to a module of its own`,
  )
}

function setLoading(loading: boolean): void {
  const context = workerContext()
  if (context !== undefined) context.loading = loading
}
