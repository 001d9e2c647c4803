/** What a run asks of a pool, and hears from it. */
import type { PoolRequest, PrintedLine } from '../../backend/backend.js'
import type { RunEvent } from '../../events.js'
import type { OutputLine } from '../../report/output-line.js'
import { indexOfCall } from '../../worker/batch.js'
import type { Run } from '../run/run.js'
import type { Flight } from './flight.js'

/** @param flights The run's batches that are under way. */
export function requestOf(run: Run, flights: ReadonlySet<Flight>): PoolRequest {
  const { nJobs, onOutput } = run.options
  return {
    nJobs,
    tasks: run.reader.total,
    onWorkerLost: ({ exitCode, signal }, worker) => {
      run.meter.workersLost += 1
      tellInFlow(run, { type: 'worker-lost', atMs: run.atMs, worker, exitCode, signal })
    },
    onRide: (ride) => run.meter.rode(ride),
    ...(onOutput === undefined ? {} : { onOutput: outputTeller(run, flights, onOutput) }),
    onWorkerStarted: ({ worker, pid, threadId, bootMs }) => {
      run.meter.moves += 1
      if (run.isHeard) tellInFlow(run, { type: 'worker-started', atMs: run.atMs, worker, pid, threadId, bootMs })
    },
    onAssigned: (batch, worker) => {
      run.meter.moves += 1
      if (run.isHeard) tellInFlow(run, { type: 'batch-assigned', atMs: run.atMs, batch, worker })
    },
  }
}

/** A pool that runs share speaks in the flow that happened to start it. */
const tellInFlow = (run: Run, event: RunEvent): void => run.flow.runInAsyncScope(() => run.tell(event))

function outputTeller(run: Run, flights: ReadonlySet<Flight>, onOutput: (line: OutputLine) => void): (line: PrintedLine) => void {
  return (line) => {
    if (run.end !== undefined) return
    const flight = line.batch === undefined ? undefined : flightOf(line.batch, flights)
    try {
      run.flow.runInAsyncScope(() => onOutput(outputLine(line, flight)))
    } catch (error) {
      run.fail(error)
    }
  }
}

/** Batches that run are among the oldest: they are found at once, however many wait. */
function flightOf(id: number, flights: ReadonlySet<Flight>): Flight | undefined {
  for (const flight of flights) if (flight.batch.id === id) return flight
  return undefined
}

function outputLine({ text, stream, worker, at }: PrintedLine, flight: Flight | undefined): OutputLine {
  if (flight === undefined || at === undefined) return { text, stream, index: undefined, workerId: worker, attempt: undefined }
  const index = indexOfCall(flight.batch, at)
  const label = flight.options.get(index)?.label
  return { text, stream, index, ...(label === undefined ? {} : { label }), workerId: worker, attempt: flight.attemptsOf(at) }
}
