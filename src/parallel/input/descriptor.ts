/** Task descriptors: a task as plain data, to be kept or sent, and run later or elsewhere. */
import { hashValue } from '../../codec/hash.js'
import { decode, encode } from '../../codec/wire.js'
import { CodecError, ShippingError } from '../../errors.js'
import { createDescriber, prepareDescribe } from '../../function/describe/describe.js'
import { noteCallSites } from '../../function/engine/call-sites.js'
import type { Parcel } from '../../function/parcel/parcel.js'
import { show } from '../../options.js'
import { Callee, isTask, Task, type TaskOptions } from '../../task.js'
import { readTaskOptions } from '../options/read-options.js'
import { referenceFingerprint } from './descriptor-fingerprint.js'
import { runDescriptor } from './run-descriptor.js'

/**
 * A task as plain data, which {@link json} makes exact text of.
 *
 * @example
 * ```ts
 * import { delayed, Parallel, type TaskDescriptor, toDescriptor } from 'joblet'
 *
 * const queue: TaskDescriptor[] = [await toDescriptor(delayed(Math.hypot)(3, 4))]
 * console.log(await Parallel({ nJobs: 2 })(queue)) // [ 5 ]
 * ```
 * @category Tasks
 */
export interface TaskDescriptor {
  readonly format: 'joblet.task'
  readonly version: 1
  readonly fn: Parcel
  readonly args: Parcel
  readonly options?: TaskOptions
  /** Of a function that travels by name: what it was when it was described. */
  readonly fingerprint?: string
  /** 64 hex digits: the digest of all the rest. */
  readonly checksum: string
}

const format = 'joblet.task'
const version = 1

/**
 * A task as plain data.
 *
 * Functions go in by the usual rule: exports by name (the module's URL on this machine), all others by value, with what they capture as it is now.
 *
 * @param task Made by {@link delayed}. It is not run.
 * @throws {TypeError} If `task` is no task.
 * @throws {ShippingError} If something in it cannot travel; the message names the path.
 * @example
 * ```ts
 * import { writeFileSync } from 'node:fs'
 * import { delayed, json, toDescriptor } from 'joblet'
 *
 * writeFileSync('task.json', json.stringify(await toDescriptor(delayed(Math.hypot)(3, 4))))
 * ```
 * @category Tasks
 */
export async function toDescriptor(task: Task): Promise<TaskDescriptor> {
  // Before anything is awaited: the caller's own file is still on the stack.
  noteCallSites()
  if (!isTask(task)) throw new TypeError(`cannot describe ${show(task)}: it is no task; pass delayed(fn)(...args)`)
  if (task.fn === runDescriptor) return task.args[0] as TaskDescriptor
  refuseDelay(task.options)
  await prepareDescribe()
  const describer = createDescriber()
  const fn = ownCopy(describer.describe(task.fn, ''))
  const args = ownCopy(describer.describe(task.args, 'the arguments of the task'))
  const fingerprint = await referenceFingerprint(task.fn, fn)
  const content = {
    format,
    version,
    fn,
    args,
    ...(task.options !== undefined && { options: { ...task.options } }),
    ...(fingerprint !== undefined && { fingerprint }),
  } as const
  return { ...content, checksum: hashValue(content) }
}

/** The delay is asked for in the program that runs the task, which has no such function. */
function refuseDelay({ retries }: TaskOptions = {}): void {
  if (typeof retries !== 'object' || typeof retries.delay !== 'function') return
  throw new ShippingError(
    'cannot describe a task whose `retries.delay` is a function: a descriptor holds plain data; give a number of milliseconds',
  )
}

/** A parcel holds live data, and a process that reads a descriptor sees no memory of this one. */
const ownCopy = (parcel: Parcel): Parcel => decode(encode(parcel, false)) as Parcel

/**
 * The task that a descriptor stands for. **Running it runs the code that the descriptor holds or names**: read descriptors only from where you
 * would also take code from.
 *
 * @param data What {@link toDescriptor} gave; of its text, what {@link json} parsed.
 * @throws {CodecError} If it is no descriptor, of a newer format, or damaged.
 * @example
 * ```ts
 * import { delayed, fromDescriptor, json, Parallel, toDescriptor } from 'joblet'
 *
 * const text = json.stringify(await toDescriptor(delayed(Math.hypot)(3, 4)))
 * const task = fromDescriptor<number>(json.parse(text)) // in another process, on another day
 * console.log(await Parallel({ nJobs: 2 })([task])) // [ 5 ]
 * ```
 * @category Tasks
 */
export function fromDescriptor<T = unknown>(data: unknown): Task<T> {
  const descriptor = check(data)
  const options = descriptor.options === undefined ? undefined : readTaskOptions(descriptor.options)
  return new Task<T>(new Callee(runDescriptor, true, options), [descriptor])
}

/** Whether `value` looks like a descriptor; {@link fromDescriptor} tells whether it is a good one. */
export const isDescriptor = (value: unknown): value is TaskDescriptor => formatOf(value) === format

const formatOf = (value: unknown): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, 'format') : undefined)

function check(data: unknown): TaskDescriptor {
  if (typeof data === 'string') throw unreadable('it is text', 'pass what json.parse makes of it')
  if (!isDescriptor(data)) throw unreadable(`${show(data)} is none`, 'pass what toDescriptor gave')
  const given: unknown = data.version
  if (Number.isInteger(given) && (given as number) > version)
    throw unreadable(`its format is version ${String(given)}, and this joblet knows versions up to ${version}`, 'update joblet here')
  if (checksumOf(data) !== data.checksum || !isParcel(data.fn) || !isParcel(data.args))
    throw unreadable(
      'its contents do not fit its checksum: it was damaged or changed',
      'write it with json.stringify and read it with json.parse; plain JSON loses bigints, Maps, typed arrays and the like',
    )
  return data
}

/** `undefined` if there is something in it that no descriptor holds. */
function checksumOf({ checksum: _, ...content }: TaskDescriptor): string | undefined {
  try {
    return hashValue(content)
  } catch {
    return undefined
  }
}

const isParcel = (value: unknown): value is Parcel =>
  typeof value === 'object' &&
  value !== null &&
  Reflect.get(value, 'v') === 1 &&
  Array.isArray(Reflect.get(value, 'nodes')) &&
  Array.isArray(Reflect.get(value, 'codes'))

const unreadable = (why: string, advice: string): CodecError => new CodecError(`cannot read a task descriptor: ${why}; ${advice}`)
