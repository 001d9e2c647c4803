/** Events of runs for whoever subscribes to `node:diagnostics_channel`, in the same program and without a reference to the run. */
import type { Channel } from 'node:diagnostics_channel'
import type { Listener, RunEvent } from '../events.js'

/**
 * What subscribers hear: an event, and the number of its run in this program, from 1.
 *
 * @example
 * ```ts
 * import { subscribe } from 'node:diagnostics_channel'
 * import { type DiagnosticsMessage, delayed, Parallel } from 'joblet'
 *
 * subscribe('joblet:run-settled', (message) => {
 *   const event = message as DiagnosticsMessage
 *   if (event.type === 'run-settled') console.error(`run ${event.run}: ${event.done} done, ${event.failed} failed`)
 * })
 * await Parallel({ nJobs: 2 })([delayed(Math.sqrt)(4)])
 * ```
 * @category What happens
 */
export type DiagnosticsMessage = RunEvent & { readonly run: number }

const types: { readonly [Type in RunEvent['type']]: true } = {
  'run-started': true,
  'worker-started': true,
  'batch-sent': true,
  'batch-assigned': true,
  'batch-settled': true,
  'batch-sized': true,
  'task-settled': true,
  'task-retried': true,
  'task-progress': true,
  'worker-lost': true,
  stalled: true,
  'input-ended': true,
  'run-settled': true,
}

let channels: ReadonlyMap<string, Channel> | undefined

/** A listener that publishes the events of run number `run`; undefined when nobody has subscribed to any. */
export function channelListener(run: number): Listener | undefined {
  channels ??= openChannels()
  let isHeard = false
  for (const channel of channels.values()) isHeard ||= channel.hasSubscribers
  return isHeard ? (event) => publish(run, event) : undefined
}

function publish(run: number, event: RunEvent): void {
  const channel = channels?.get(event.type)
  if (channel?.hasSubscribers === true) channel.publish({ ...event, run } satisfies DiagnosticsMessage)
}

// Loaded when the first run begins: most programs have it by then.
function openChannels(): ReadonlyMap<string, Channel> {
  const { channel } = process.getBuiltinModule('node:diagnostics_channel')
  return new Map(Object.keys(types).map((type) => [type, channel(`joblet:${type}`)]))
}
