/** Run the calls of a batch, one after another. Worker-safe; never rejects: whatever a call does is an outcome. */
import { now } from '../clock.js'
import { ContextError } from '../errors.js'
import { unloadableModule } from '../function/found/unloadable.js'
import { loadsOver } from '../loading.js'
import { isThenable } from '../soon.js'
import { type Batch, indexOfCall } from './batch.js'
import { type Defined, defineAll, type RunScope } from './functions.js'
import type { TaskProgress } from './messages.js'
import { Outbox, type OutboxTarget } from './outbox.js'
import { Pulse } from './pulse.js'
import { Rows } from './rows.js'
import { RunningTask, type TaskPlace } from './running-task.js'
import { wasWritten, watchArrivals } from './shared-watch.js'
import { enterTask } from './task-context.js'

/** What a batch needs of the place where it runs. */
export interface BatchHost extends OutboxTarget {
  readonly workerId: number
  /** What the initializer returned. */
  readonly state: unknown
  /** A call that has a timeout is about to start. */
  started(at: number): void
  /** The same call has ended; what it gave is yet to be packed. */
  over(at: number): void
  /** Whether the call at `at` may begin; else the batch ends before it. @param atMs The time, where somebody has just looked. */
  mayBegin(at: number, atMs: number | undefined): boolean
  /** Whether the worker uses too much memory to begin another call of this batch; not asked where there is no limit. */
  readonly isFull?: ((atMs: number) => boolean) | undefined
  /** The call tells how far it has come. */
  readonly reported?: ((at: number, progress: TaskProgress) => void) | undefined
  /** Read the messages that wait, every few milliseconds: where nothing else reaches a worker that is busy. */
  readonly listen?: (() => Promise<void>) | undefined
}

const listenMs = 5

/** Run `batch` and send what its calls come to. */
export async function runBatch(batch: Batch, scope: RunScope, host: BatchHost): Promise<void> {
  const begun = now()
  const pulse = new Pulse(begun)
  await defineAll(scope, batch.define)
  const outbox = new Outbox(batch, host, begun, now() - begun)
  const rows = await Rows.read(batch, scope)
  const loads = loadsOver()
  if (loads !== undefined) await loads
  const watches = watchArrivals()
  const task = new RunningTask(host.workerId, host.state, batch.isHeard === true ? hearing(host) : deaf)
  enterTask(task)
  const only = typeof batch.fns === 'number' ? scope.functions.get(batch.fns) : undefined
  const course: Course = { batch, scope, only, rows, host, outbox, watches, task, isTimed: batch.timeouts !== undefined }
  let heardMs = begun
  for (let at = 0; at < batch.size; at++) {
    const atMs = pulse.look()
    // Whoever may end this worker for a call that takes too long keeps what was finished before.
    if (course.isTimed) outbox.flush()
    else if (atMs !== undefined) outbox.flushWhenDue(atMs)
    if (host.listen !== undefined && atMs !== undefined && atMs - heardMs >= listenMs) {
      await host.listen()
      heardMs = now()
    }
    // The first call always runs: what comes of too much memory here, for one, would come of it anywhere.
    if (atMs !== undefined && at > 0 && host.isFull?.(atMs) === true) break
    if (!host.mayBegin(at, atMs)) break
    task.at = at
    task.index = indexOfCall(batch, at)
    task.attempt = (batch.attempts?.[at] ?? 0) + 1
    task.isOver = false
    if (course.isTimed) host.started(at)
    // Only a promise is awaited: a plain call costs 0.01 us, an awaited one ten times that.
    const pending = runCall(course, at)
    if (pending !== undefined) await pending
  }
  enterTask(undefined)
  outbox.flush(true)
}

const deaf: TaskPlace = {}

const hearing = (host: BatchHost): TaskPlace => ({ told: ({ at }, progress) => host.reported?.(at, progress) })

interface Course {
  readonly batch: Batch
  readonly scope: RunScope
  /** What all calls use. */
  readonly only: Defined | undefined
  readonly rows: Rows
  readonly host: BatchHost
  readonly outbox: Outbox
  /** Whether tasks that write to shared memory are looked for. */
  readonly watches: boolean
  readonly task: RunningTask
  /** Whether calls have timeouts. */
  readonly isTimed: boolean
}

const functionAt = ({ batch: { fns }, scope, only }: Course, at: number): Defined | undefined =>
  typeof fns === 'number' ? only : scope.functions.get(fns[at] ?? -1)

function runCall(course: Course, at: number): Promise<void> | undefined {
  const { rows, outbox } = course
  const fn = functionAt(course, at)
  if (typeof fn !== 'function') return refuse(outbox, fn?.error)
  if (rows.unreadable.size > 0 && rows.unreadable.has(at)) return refuse(outbox, rows.unreadable.get(at))
  let value: unknown
  let later: boolean
  try {
    value = rows.call(fn, at)
    later = isThenable(value)
  } catch (error) {
    return threw(course, at, error)
  }
  return later ? settle(value as PromiseLike<unknown>, course, at) : gave(course, at, value)
}

/** The call cannot begin. */
function refuse(outbox: Outbox, error: unknown): Promise<void> | undefined {
  const module = unloadableModule(error)
  return module === undefined ? outbox.fail('unsendable', error) : outbox.unloadable(module, error)
}

async function settle(promise: PromiseLike<unknown>, course: Course, at: number): Promise<void> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return threw(course, at, error)
  }
  return gave(course, at, value)
}

function ended({ task, isTimed, host }: Course, at: number): void {
  task.end()
  if (isTimed) host.over(at)
}

function gave(course: Course, at: number, value: unknown): Promise<void> | undefined {
  ended(course, at)
  const written = writerError(course, at)
  return written === undefined ? course.outbox.add(value) : course.outbox.fail('thrown', written)
}

function threw(course: Course, at: number, error: unknown): Promise<void> {
  ended(course, at)
  return course.outbox.fail('thrown', writerError(course, at) ?? error)
}

/** What a call fails with that wrote where nobody may. */
function writerError(course: Course, at: number): Error | undefined {
  if (!course.watches || !wasWritten()) return undefined
  const fn = functionAt(course, at)
  const name = typeof fn === 'function' && fn.name !== '' ? fn.name : '(anonymous)'
  return new ContextError(
    `cannot trust shared memory: task ${indexOfCall(course.batch, at)} ('${name}') wrote to memory that \`shared\` made, which all tasks read; let it write to a copy`,
  )
}
