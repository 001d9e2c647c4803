/** Arguments with views on memory that `shared` made, which is only read: such tasks travel together, as small ones do. */
import { isSharedView } from '../../codec/shared-memory.js'
import { notCopied, snapshot } from '../../codec/snapshot.js'

/**
 * A copy of `args` but for the views among them; {@link notCopied} if there are none, or the others are too large for that.
 *
 * @param send Is told of the memory of each view.
 */
export function snapshotAround(args: readonly unknown[], send: (memory: SharedArrayBuffer) => void): unknown {
  const views = args.map((arg) => (isSharedView(arg) ? arg : undefined))
  if (views.every((view) => view === undefined)) return notCopied
  const copy = snapshot(args.map((arg, i) => (views[i] === undefined ? arg : undefined)))
  if (copy === notCopied) return notCopied
  for (const view of views) if (view !== undefined) send(view.buffer)
  return (copy as readonly unknown[]).map((arg, i) => views[i] ?? arg)
}
