/** Run the calls of a batch, one after another. Worker-safe; never rejects: whatever a call does is an outcome. */
import { now } from '../clock.js'
import { loadsOver } from '../loading.js'
import type { Batch } from './batch.js'
import type { BatchHost } from './batch-host.js'
import { Course } from './course.js'
import { defineAll, type RunScope } from './functions.js'
import { Outbox } from './outbox.js'
import { Rows } from './rows.js'
import { RunningTask, type TaskPlace } from './running-task.js'
import { watchArrivals } from './shared-watch.js'
import { enterTask } from './task-context.js'

/** Run `batch` and send what its calls come to. */
export async function runBatch(batch: Batch, scope: RunScope, host: BatchHost): Promise<void> {
  const begun = now()
  await defineAll(scope, batch.define)
  const outbox = new Outbox(batch, host, begun, now() - begun)
  const rows = await Rows.read(batch, scope)
  const loads = loadsOver()
  if (loads !== undefined) await loads
  const task = new RunningTask(host.workerId, host.state, batch.isHeard === true ? hearing(host) : deaf)
  enterTask(task)
  const course = new Course({ batch, scope, rows, host, outbox, task, watches: watchArrivals() }, begun)
  for (let pending = course.advance(); pending !== undefined; pending = course.advance()) await pending
  enterTask(undefined)
  outbox.flush(true)
}

const deaf: TaskPlace = {}

const hearing = (host: BatchHost): TaskPlace => ({ told: ({ at }, progress) => host.reported?.(at, progress) })
