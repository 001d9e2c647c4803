/** How many CPUs this process may really use. */
import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { OptionError } from './errors.js'
import { own } from './own.js'

/**
 * CPUs that this process may use: the least of its affinity, its cgroup's quota (rounded up) and the environment variable
 * `JOBLET_MAX_CPU_COUNT`; at least 1. Affinity and cgroup are read once, the variable each time.
 *
 * @example
 * ```ts
 * import { cpuCount } from 'joblet'
 *
 * console.log(`${cpuCount()} tasks at a time`)
 * process.env['JOBLET_MAX_CPU_COUNT'] = '1'
 * console.log(cpuCount()) // 1
 * delete process.env['JOBLET_MAX_CPU_COUNT']
 * ```
 * @category This machine
 */
export const cpuCount: () => number = own('cpuCount', () =>
  Math.max(1, Math.min(machineCpus(), maxFromEnv(process.env['JOBLET_MAX_CPU_COUNT']))),
)

/**
 * Workers that `nJobs: n` comes to: `n` itself, or counted back from the CPUs for a negative one (-1 all, -2 all but one), at least 1.
 *
 * @param n Undefined counts as -1.
 * @param cpus CPUs to count back from.
 * @throws {OptionError} If `n` is 0 or not a whole number.
 * @example
 * ```ts
 * import { effectiveNJobs } from 'joblet'
 *
 * console.log(effectiveNJobs(-1, 8), effectiveNJobs(-2, 8), effectiveNJobs(3, 8)) // 8 7 3
 * ```
 * @category This machine
 */
export const effectiveNJobs: (n?: number, cpus?: number) => number = own('effectiveNJobs', (n = -1, cpus = cpuCount()) => {
  if (!Number.isInteger(n) || n === 0) throw new OptionError('effectiveNJobs', [`\`nJobs\` must be a whole number other than 0, got ${n}`])
  return n > 0 ? n : Math.max(1, cpus + 1 + n)
})

let known: number | undefined

const machineCpus = (): number => {
  known ??= Math.min(availableParallelism(), cgroupCpus(readText))
  return known
}

/** `JOBLET_MAX_CPU_COUNT` as a count; Infinity where it sets none. */
export function maxFromEnv(text: string | undefined): number {
  const count = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  return count >= 1 ? Math.floor(count) : Number.POSITIVE_INFINITY
}

/** The text of a file; undefined if it cannot be read. */
export type ReadText = (path: string) => string | undefined

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

const root = '/sys/fs/cgroup'

/** CPUs that the control groups of this process allow, rounded up; Infinity where none sets a limit. */
export function cgroupCpus(read: ReadText): number {
  const memberships = read('/proc/self/cgroup')
  if (memberships === undefined) return Number.POSITIVE_INFINITY
  const v2 = pathsUp(cgroupPath(memberships, '')).map((path) => quotaV2(read(join(root, path, 'cpu.max'))))
  const v1 = pathsUp(cgroupPath(memberships, 'cpu')).map((path) =>
    quotaV1(read(join(root, 'cpu', path, 'cpu.cfs_quota_us')), read(join(root, 'cpu', path, 'cpu.cfs_period_us'))),
  )
  return Math.ceil(Math.min(...v2, ...v1))
}

/** The path of this process in the hierarchy of `controller`; the v2 hierarchy has the empty name. The root if it is in none. */
export function cgroupPath(memberships: string, controller: string): string {
  for (const line of memberships.split('\n')) {
    const [, controllers, ...path] = line.split(':')
    if (controllers?.split(',').includes(controller)) return path.join(':').trim()
  }
  return '/'
}

/** `path` and all above it: a limit on any of them counts. In a container the path may be the host's, where only the root can be read. */
export function pathsUp(path: string): readonly string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '..')
  return [...parts.map((_, i) => `/${parts.slice(0, parts.length - i).join('/')}`), '/']
}

/** CPUs of a `cpu.max`, such as `150000 100000`: 1.5. Infinity for `max` and for anything odd. */
export function quotaV2(text: string | undefined): number {
  const [quota, period] = text?.trim().split(/\s+/) ?? []
  return ratio(quota, period ?? '100000')
}

/** CPUs of a v1 quota and period in microseconds; a quota of -1 is none. */
export const quotaV1 = (quota: string | undefined, period: string | undefined): number => ratio(quota?.trim(), period?.trim())

const ratio = (quota: string | undefined, period: string | undefined): number => {
  const cpus = Number(quota ?? Number.NaN) / Number(period ?? Number.NaN)
  return cpus > 0 ? cpus : Number.POSITIVE_INFINITY
}
