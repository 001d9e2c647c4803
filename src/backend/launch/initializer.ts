/** An initializer that a worker could not load: the same, with what its module exports by value. */
import { createDescriber, prepareDescribe } from '../../function/describe/describe.js'
import { refersTo } from '../../function/found/module-of.js'
import { neitherWay } from '../../function/found/unloadable.js'
import { createReviver } from '../../function/revive/revive.js'
import type { SetupReply, WorkerSetup } from '../../worker/messages.js'
import { unpackError } from '../../worker/unpack.js'

/**
 * What to start a worker with instead of `setup`, after it replied so; `undefined` if that would help nothing.
 *
 * @throws {ShippingError} If the initializer cannot travel by value either.
 */
export async function setupInstead(setup: WorkerSetup, reply: SetupReply): Promise<WorkerSetup | undefined> {
  const { initializer } = setup
  if (reply.ok || reply.module === undefined || initializer === undefined || !refersTo(initializer, reply.module)) return undefined
  const { module } = reply
  const error = await unpackError(reply.error, createReviver())
  try {
    await prepareDescribe()
    const again = await createDescriber().redescribe(initializer, module)
    if (refersTo(again, module)) throw new Error('it uses more of the module than its functions; export those alone')
    return { ...setup, initializer: again }
  } catch (cause) {
    throw neitherWay('the initializer', { module, why: error instanceof Error ? error.message : String(error) }, cause)
  }
}
