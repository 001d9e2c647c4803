/** What a run on workers waits for. */
import type { RunningBatch } from '../../backend/backend.js'
import type { RunningTask } from '../../events.js'
import { indexOfCall } from '../../worker/batch.js'
import type { Waiting } from '../run/engine.js'
import type { Run } from '../run/run.js'
import type { Flight } from './flight.js'

interface Place {
  /** Undefined while it is being made. */
  readonly pool: { running(): readonly RunningBatch[] | undefined } | undefined
  /** Whether tasks wait for their next attempt. */
  readonly hasRetries: boolean
}

/** @param flights Its batches that are under way. */
export function waitingOf(run: Run, flights: ReadonlySet<Flight>, { pool, hasRetries }: Place): Waiting {
  const under = [...flights]
  if (under.length === 0) {
    const waitingFor = pool === undefined ? 'workers' : hasRetries ? 'retry' : run.mayPull() ? 'input' : 'consumer'
    return { waitingFor, tasks: [] }
  }
  // A backend that does not tell what runs: any of them may.
  const running = pool?.running() ?? under.map(({ batch }) => ({ batch: batch.id, worker: undefined, at: undefined, forMs: undefined }))
  const tasks = running.flatMap((batch) => {
    const flight = under.find((other) => other.batch.id === batch.batch)
    return flight === undefined ? [] : runningTask(flight, batch)
  })
  return { waitingFor: tasks.length > 0 ? 'tasks' : 'workers', tasks }
}

type Unsure<T> = { readonly [K in keyof T]: T[K] | undefined }

function runningTask(flight: Flight, { at, worker, forMs }: Unsure<RunningBatch>): RunningTask[] {
  const first = Math.max(at ?? 0, flight.answered)
  const last = at === undefined ? flight.owned - 1 : first
  // All its calls have an answer: the end of the batch is on its way.
  if (first >= flight.owned) return []
  const index = indexOfCall(flight.batch, first)
  return [{ index, lastIndex: indexOfCall(flight.batch, last), label: flight.options.get(index)?.label, worker, forMs }]
}
