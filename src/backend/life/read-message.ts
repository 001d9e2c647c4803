/** What a worker says, believed once its shape is right: tasks may send messages of their own, and a broken worker anything. */
import * as types from 'node:util/types'
import { type Letter, open } from '../../codec/wire.js'
import type { CallFailure, Column } from '../../worker/batch.js'
import type { FromWorker } from '../../worker/messages.js'
import type { Views } from '../../worker/packed-views.js'

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0

/** Whether a message of each type has what its reader counts on. */
const shapes: { readonly [Type in FromWorker['type']]: (message: Fields) => boolean } = {
  reply: ({ batch, from, count, values, failures, busyMs, loadMs }) =>
    isCount(batch) && isCount(from) && isCount(count) && isTime(busyMs) && isTime(loadMs) && isColumn(values) && areFailures(failures),
  mark: ({ batch, at }) => isCount(batch) && Number.isSafeInteger(at),
  dropped: ({ run }) => isCount(run),
  report: ({ batch, at, progress }) => isCount(batch) && isCount(at) && (typeof progress === 'number' || typeof progress === 'string'),
  full: () => true,
  unread: ({ batch, why }) => isCount(batch) && typeof why === 'string',
  exit: ({ code }) => Number.isSafeInteger(code),
}

function isColumn(value: unknown): value is Column {
  if (!isFields(value) || !Array.isArray(value['parcels'])) return false
  const { numbers, views, values, encoded } = value
  // Not `instanceof`: in a test of jest, globals are those of a context of its own, and what a channel gives is not made of them.
  return Array.isArray(values) || types.isInt32Array(numbers) || types.isFloat64Array(numbers) || areViews(views) || isFields(encoded)
}

const areViews = (value: unknown): value is Views =>
  isFields(value) && types.isTypedArray(value['packed']) && isCount(value['length']) && value['packed'].length % value['length'] === 0

const areFailures = (value: unknown): value is readonly CallFailure[] =>
  Array.isArray(value) && value.every((failure) => isFields(failure) && isCount(failure['at']) && isFields(failure['error']))

/** The message in a letter. @throws {Error} If it cannot be read, or is none that a worker of ours sends. */
export function readMessage(letter: Letter): FromWorker {
  const message: unknown = open(letter)
  const type = isFields(message) ? message['type'] : undefined
  if (!isFields(message) || typeof type !== 'string' || !Object.hasOwn(shapes, type) || !shapes[type as FromWorker['type']](message)) {
    throw new TypeError('a worker sent what no worker sends')
  }
  return message as unknown as FromWorker
}
