/** Arguments with views on memory that `shared` made, which is only read: such tasks travel together, as small ones do. */
import { isSharedView } from '../../codec/shared-memory.js'
import { notCopied, snapshot } from '../../codec/snapshot.js'

/** A copy of `args` but for the views among them; {@link notCopied} if there are none, or the others are too large for that. */
export function snapshotAround(args: readonly unknown[]): unknown {
  if (!args.some(isSharedView)) return notCopied
  const copy = snapshot(args.map((arg) => (isSharedView(arg) ? undefined : arg)))
  return copy === notCopied ? notCopied : (copy as readonly unknown[]).map((arg, i) => (isSharedView(args[i]) ? args[i] : arg))
}
