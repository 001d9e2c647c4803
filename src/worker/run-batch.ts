/** Run the calls of a batch, one after another. Worker-safe; never rejects: whatever a call does is an outcome. */
import { now } from '../clock.js'
import { ContextError } from '../errors.js'
import { unloadableModule } from '../function/unloadable.js'
import type { Batch } from './batch.js'
import { defineAll, type RunScope } from './functions.js'
import { Outbox, type OutboxTarget } from './outbox.js'
import { Pulse } from './pulse.js'
import { Rows } from './rows.js'
import { wasWritten, watchArrivals } from './shared-watch.js'
import { enterTask } from './task-context.js'

/** What a batch needs of the place where it runs. */
export interface BatchHost extends OutboxTarget {
  readonly workerId: number
  /** What the initializer returned. */
  readonly state: unknown
  /** A call is about to start. */
  started(at: number): void
  /** The call has ended; what it gave is yet to be packed. */
  over(at: number): void
  /** Whether the call at `at` may begin; else the batch ends before it. */
  mayBegin(at: number): boolean
  /** Read the messages that wait, every few milliseconds: where nothing else reaches a worker that is busy. */
  readonly listen?: (() => Promise<void>) | undefined
}

const listenMs = 5

/** Run `batch` and send what its calls come to. */
export async function runBatch(batch: Batch, scope: RunScope, host: BatchHost): Promise<void> {
  const begun = now()
  const outbox = new Outbox(batch, host, begun)
  const pulse = new Pulse(begun)
  await defineAll(scope, batch.define)
  const rows = await Rows.read(batch, scope)
  const watches = watchArrivals()
  const context = { index: 0, attempt: 1, workerId: host.workerId, state: host.state }
  enterTask(context)
  let heardMs = begun
  for (let at = 0; at < batch.size; at++) {
    const atMs = pulse.look()
    // Whoever may end this worker for a call that takes too long keeps what was finished before.
    if (batch.timeouts !== undefined) outbox.flush()
    else if (atMs !== undefined) outbox.flushWhenDue(atMs)
    if (host.listen !== undefined && atMs !== undefined && atMs - heardMs >= listenMs) {
      await host.listen()
      heardMs = now()
    }
    if (!host.mayBegin(at)) break
    context.index = indexOf(batch, at)
    context.attempt = (batch.attempts?.[at] ?? 0) + 1
    host.started(at)
    // Only a promise is awaited: a plain call costs 0.01 us, an awaited one ten times that.
    const pending = runCall({ batch, scope, rows, host, outbox, watches }, at)
    if (pending !== undefined) await pending
  }
  enterTask(undefined)
  outbox.flush(true)
}

interface Course {
  readonly batch: Batch
  readonly scope: RunScope
  readonly rows: Rows
  readonly host: BatchHost
  readonly outbox: Outbox
  /** Whether tasks that write to shared memory are looked for. */
  readonly watches: boolean
}

function runCall(course: Course, at: number): Promise<void> | undefined {
  const { batch, scope, rows, host, outbox, watches } = course
  const fn = scope.functions.get(typeof batch.fns === 'number' ? batch.fns : (batch.fns[at] ?? -1))
  if (typeof fn !== 'function') return refuse(outbox, fn?.error)
  if (rows.unreadable.has(at)) return refuse(outbox, rows.unreadable.get(at))
  let value: unknown
  let later: boolean
  try {
    value = rows.call(fn, at)
    later = isThenable(value)
  } catch (error) {
    host.over(at)
    return outbox.fail('thrown', watches && wasWritten() ? writerError(course, at) : error)
  }
  if (later) return settle(value as PromiseLike<unknown>, course, at)
  host.over(at)
  if (watches && wasWritten()) return outbox.fail('thrown', writerError(course, at))
  return outbox.add(value)
}

/** The call cannot begin. */
function refuse(outbox: Outbox, error: unknown): Promise<void> | undefined {
  const module = unloadableModule(error)
  return module === undefined ? outbox.fail('unsendable', error) : outbox.unloadable(module, error)
}

async function settle(promise: PromiseLike<unknown>, course: Course, at: number): Promise<void> {
  const { host, outbox, watches } = course
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    host.over(at)
    return outbox.fail('thrown', watches && wasWritten() ? writerError(course, at) : error)
  }
  host.over(at)
  if (watches && wasWritten()) return outbox.fail('thrown', writerError(course, at))
  return outbox.add(value)
}

function writerError({ batch, scope }: Course, at: number): Error {
  const fn = scope.functions.get(typeof batch.fns === 'number' ? batch.fns : (batch.fns[at] ?? -1))
  const name = typeof fn === 'function' && fn.name !== '' ? fn.name : '(anonymous)'
  return new ContextError(
    `cannot trust shared memory: task ${indexOf(batch, at)} ('${name}') wrote to memory that \`shared\` made, which all tasks read; let it write to a copy`,
  )
}

const indexOf = ({ indices }: Batch, at: number): number => (typeof indices === 'number' ? indices + at : (indices[at] ?? 0))

/** Whether a call gave a promise, of whatever kind. */
export const isThenable = (value: unknown): boolean =>
  ((typeof value === 'object' && value !== null) || typeof value === 'function') && typeof (value as { then?: unknown }).then === 'function'
