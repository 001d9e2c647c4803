/** Rules of the options that workers are started with. */
import { isAbsolute, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ResolvedWorkerOptions, ResourceLimits } from '../../backend/worker-options.js'
import { type Either, left, right } from '../../fp-ts.js'
import { isOptions, type Rules } from '../../options.js'
import { alsoCalled, either, exactly, fields, fn, integer, mapped, object, parsed, positive, size, strings } from '../../rules.js'

const megabytes = positive('MiB')

const resourceLimits: Rules<ResourceLimits> = {
  maxOldGenerationSizeMb: megabytes,
  maxYoungGenerationSizeMb: megabytes,
  codeRangeSizeMb: megabytes,
  stackSizeMb: megabytes,
}

/** One rule for each worker option. */
export const workerRules = {
  env: object<Record<string, string | undefined>>(
    'an object of strings',
    (value) => isOptions(value) && wrongVariable(value) === undefined,
    (value) => (isOptions(value) ? `\`${wrongVariable(value)}\` is no string` : ''),
  ),
  execArgv: strings,
  resourceLimits: fields<ResourceLimits>('an object of limits', resourceLimits),
  maxMemory: alsoCalled(
    mapped(size, (bytes) => (bytes === Number.POSITIVE_INFINITY ? undefined : bytes)),
    'maxMemoryLimitBeforeRecycle',
  ),
  initializer: fn<() => unknown>(),
  maxTasksPerWorker: either(
    integer({ min: 1 }),
    mapped(exactly(Number.POSITIVE_INFINITY), () => undefined),
  ),
  workerUrl: parsed('a `file:` URL or the path of a file', readFileUrl),
} satisfies Rules<ResolvedWorkerOptions>

const wrongVariable = (env: object): string | undefined =>
  Object.entries(env).find(([, value]) => value !== undefined && typeof value !== 'string')?.[0]

function readFileUrl(value: unknown): Either<string, URL> {
  if (value instanceof URL) return value.protocol === 'file:' ? right(value) : left('')
  if (typeof value !== 'string' || value === '') return left('')
  if (value.startsWith('file:')) return URL.canParse(value) ? right(new URL(value)) : left('')
  // A Windows path (`C:\\app\\worker.js`) looks like a URL too, and counts as a path wherever it is one.
  return /^\w{2,}:/.test(value) && !isAbsolute(value) ? left('') : right(pathToFileURL(resolve(value)))
}
