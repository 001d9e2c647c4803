import { availableParallelism } from 'node:os'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { cgroupCpus, cgroupPath, cpuCount, effectiveNJobs, maxFromEnv, pathsUp, quotaV1, quotaV2 } from '../src/cpu.js'
import { OptionError } from '../src/errors.js'

const none = Number.POSITIVE_INFINITY
const files = (contents: Record<string, string>) => (path: string) => contents[path]

describe('the CPUs of a control group', () => {
  test('a v2 quota is rounded up to whole CPUs', () => {
    expect(cgroupCpus(files({ '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/cpu.max': '150000 100000\n' }))).toBe(2)
  })

  test('the tightest limit on the way up counts', () => {
    const read = files({
      '/proc/self/cgroup': '0::/user.slice/app.scope\n',
      '/sys/fs/cgroup/user.slice/app.scope/cpu.max': 'max 100000\n',
      '/sys/fs/cgroup/user.slice/cpu.max': '300000 100000\n',
      '/sys/fs/cgroup/cpu.max': '800000 100000\n',
    })
    expect(cgroupCpus(read)).toBe(3)
  })

  test('in a container, where the path is one of the host, the limit at the root counts', () => {
    expect(cgroupCpus(files({ '/proc/self/cgroup': '0::/../../pod7\n', '/sys/fs/cgroup/cpu.max': '100000 100000' }))).toBe(1)
  })

  test('a v1 quota counts', () => {
    const read = files({
      '/proc/self/cgroup': '4:memory:/m\n3:cpu,cpuacct:/docker/abc\n0::/\n',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_quota_us': '250000\n',
      '/sys/fs/cgroup/cpu/docker/abc/cpu.cfs_period_us': '100000\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n',
      '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
    })
    expect(cgroupCpus(read)).toBe(3)
  })

  test('without control groups there is no limit', () => {
    expect(cgroupCpus(() => undefined)).toBe(none)
    expect(cgroupCpus(files({ '/proc/self/cgroup': '0::/\n' }))).toBe(none)
  })

  test('whatever the files hold, the limit is a whole number from 1, or none', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('/proc/self/cgroup', '/sys/fs/cgroup/cpu.max', '/sys/fs/cgroup/cpu/cpu.cfs_quota_us'), fc.string()),
        (odd) => {
          const cpus = cgroupCpus(files(odd))
          expect(cpus === none || (Number.isInteger(cpus) && cpus >= 1)).toBe(true)
        },
      ),
    )
  })
})

test.each([
  ['max 100000', none],
  ['50000 100000', 0.5],
  ['200000', 2],
  ['', none],
  ['0 100000', none],
  ['-1 100000', none],
  ['x y', none],
  [undefined, none],
])('cpu.max %o allows %d CPUs', (text, cpus) => {
  expect(quotaV2(text)).toBe(cpus)
})

test.each([
  ['-1', '100000', none],
  ['50000\n', '100000\n', 0.5],
  ['50000', undefined, none],
  ['50000', '0', none],
])('a quota of %o in %o allows %d CPUs', (quota, period, cpus) => {
  expect(quotaV1(quota, period)).toBe(cpus)
})

test('a hierarchy is found by its controller, and a path may hold colons', () => {
  expect(cgroupPath('2:cpu,cpuacct:/a\n0::/b:c\n', 'cpu')).toBe('/a')
  expect(cgroupPath('2:cpu,cpuacct:/a\n0::/b:c\n', '')).toBe('/b:c')
  expect(cgroupPath('nonsense', 'cpu')).toBe('/')
})

test('the way up ends at the root', () => {
  expect(pathsUp('/a/b')).toEqual(['/a/b', '/a', '/'])
  expect(pathsUp('/')).toEqual(['/'])
})

test.each([
  ['4', 4],
  ['2.9', 2],
  ['0', none],
  ['-3', none],
  ['many', none],
  ['', none],
  [undefined, none],
])('JOBLET_MAX_CPU_COUNT=%s allows %d CPUs', (text, count) => {
  expect(maxFromEnv(text)).toBe(count)
})

describe('cpuCount', () => {
  afterEach(() => {
    delete process.env['JOBLET_MAX_CPU_COUNT']
  })

  test('is at least 1 and no more than this process may be scheduled on', () => {
    expect(cpuCount()).toBeGreaterThanOrEqual(1)
    expect(cpuCount()).toBeLessThanOrEqual(availableParallelism())
  })

  test('follows JOBLET_MAX_CPU_COUNT', () => {
    process.env['JOBLET_MAX_CPU_COUNT'] = '1'
    expect(cpuCount()).toBe(1)
  })
})

describe('effectiveNJobs', () => {
  test.each([
    [undefined, 8],
    [-1, 8],
    [-2, 7],
    [-8, 1],
    [-100, 1],
    [1, 1],
    [30, 30],
  ])('%s of 8 CPUs is %i', (nJobs, workers) => {
    expect(effectiveNJobs(nJobs, 8)).toBe(workers)
  })

  test.each([0, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('%d is refused', (nJobs) => {
    expect(() => effectiveNJobs(nJobs, 8)).toThrow(OptionError)
  })
})
