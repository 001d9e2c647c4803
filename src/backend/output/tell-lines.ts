/** Whose lines they are that a worker printed: a run's that listens, or the program's own. */
import type { PoolRequest } from '../backend.js'
import { linesIn } from './line-buffer.js'
import type { WorkerLines } from './worker-output.js'

interface Hearer {
  readonly request: PoolRequest
  readonly runs: readonly number[]
}

interface Printer {
  readonly id: number
  /** First the batch that runs. */
  readonly inFlight: readonly { readonly batch: { readonly id: number; readonly run: number } }[]
}

/** Tell the run that listens, if there is one. @returns Whether the lines are not for the program's own output. */
export function tellLines(leases: readonly Hearer[], worker: Printer, { stream, bytes, call }: WorkerLines): boolean {
  const hearer = hearerOf(leases, worker, call?.batch)
  // Somebody listened, and has what he wanted: a task that prints while it is being stopped.
  if (hearer === undefined) return call !== undefined
  const { onOutput } = hearer.request
  for (const text of linesIn(bytes)) onOutput?.({ text, stream: stream === 0 ? 'stdout' : 'stderr', worker: worker.id, ...call })
  return true
}

/** What no task of its own printed goes to the run that its worker is busy with; of an idle worker, to any run that listens. */
function hearerOf(leases: readonly Hearer[], { inFlight }: Printer, batch: number | undefined): Hearer | undefined {
  const shipment = batch === undefined ? inFlight[0] : inFlight.find((other) => other.batch.id === batch)
  const listening = leases.filter(({ request }) => request.onOutput !== undefined)
  if (shipment === undefined) return batch === undefined ? listening[0] : undefined
  return listening.find(({ runs }) => runs.includes(shipment.batch.run))
}
