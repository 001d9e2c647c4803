/** Who hears what happens in a run. */
import { isDebugging } from '../../debugging.js'
import type { Listener } from '../../events.js'
import { channelListener } from '../../report/channels.js'
import { progressListener } from '../../report/progress.js'
import { storyListener } from '../../report/story.js'
import { verboseListener } from '../../report/verbose.js'
import { workerContext } from '../../worker/context.js'
import type { ResolvedOptions } from '../options/parallel-options.js'

/** One listener for all who listen to run number `run`; undefined where nobody does. */
export function listenerFor({ onProgress, verbose, nJobs }: ResolvedOptions, run: number): Listener | undefined {
  const listeners: Listener[] = []
  if (onProgress !== undefined) listeners.push(progressListener(onProgress))
  if (verbose > 0) listeners.push(verboseListener({ verbose, nJobs }))
  if (isDebugging()) listeners.push(storyListener(run, whereabouts()))
  const channels = channelListener(run)
  if (channels !== undefined) listeners.push(channels)
  if (listeners.length === 0) return undefined
  return (event) => {
    for (const listener of listeners) listener(event)
  }
}

function whereabouts(): string {
  const here = workerContext()
  return here === undefined ? '' : `in worker ${here.workerId}: `
}
