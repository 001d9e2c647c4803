import { tmpdir } from 'node:os'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { cpuCount } from '../../src/cpu.js'
import { OptionError } from '../../src/errors.js'
import { readParallelOptions, readTaskOptions } from '../../src/parallel/options/read-options.js'
import type { WorkerContext } from '../../src/worker/context.js'

const read = (given?: unknown) => readParallelOptions(given, undefined)
const inWorker = (given?: unknown, context: Partial<WorkerContext> = {}) =>
  readParallelOptions(given, { workerId: 1, depth: 1, cpus: 4, loading: false, ...context })

const problemsOf = (run: () => unknown): readonly string[] => {
  try {
    run()
  } catch (error) {
    if (error instanceof OptionError) return error.problems
    throw error
  }
  return []
}

test('without options, a run uses every CPU on threads', () => {
  expect(read()).toEqual({
    nJobs: cpuCount(),
    backend: 'threads',
    returnAs: 'list',
    maxNbytes: 1024 ** 2,
    onError: 'throw',
    batchSize: 'auto',
    preDispatch: 2 * cpuCount(),
    timeout: undefined,
    deadline: undefined,
    retries: { crash: 0, error: 0, timeout: 0, delay: 0 },
    graceMs: 20,
    signal: undefined,
    onProgress: undefined,
    onOutput: undefined,
    stallMs: 300_000,
    verbose: 0,
    worker: {},
  })
})

describe('stallMs', () => {
  test.each([[null], [Number.POSITIVE_INFINITY]])('%s is never', (stallMs) => {
    expect(read({ stallMs }).stallMs).toBe(Number.POSITIVE_INFINITY)
  })

  test.each([0, -1, '60s', Number.NaN])('%o is an error', (stallMs) => {
    expect(problemsOf(() => read({ stallMs }))[0]).toMatch(/^`stallMs` must be a number of milliseconds above 0.*, or null, got /)
  })
})

describe('onOutput', () => {
  const onOutput = () => undefined

  test('needs a worker, also for one job and inside a worker', () => {
    expect(read({ onOutput, nJobs: 1 }).backend).toBe('threads')
    expect(inWorker({ onOutput }).backend).toBe('threads')
  })

  test.each([{ backend: 'async' }, { backend: 'sequential' }, { require: 'sharedmem' }])(
    'is an error with %j: there are no workers',
    (options) => {
      expect(problemsOf(() => read({ ...options, onOutput }))[0]).toMatch(/^`onOutput` is for workers, and the backend '\w+' has none$/)
    },
  )

  test('must be a function', () => {
    expect(problemsOf(() => read({ onOutput: console }))[0]).toMatch(/^`onOutput` must be a function, got /)
  })
})

describe('large data', () => {
  test.each([
    ['1M', 2 ** 20],
    ['1.5G', 1.5 * 2 ** 30],
    ['64 kB', 65_536],
    [100, 100],
    [null, Number.POSITIVE_INFINITY],
  ])('maxNbytes: %s is read as %d bytes', (maxNbytes, bytes) => {
    expect(read({ maxNbytes }).maxNbytes).toBe(bytes)
  })

  test.each([0, -1, 'much', '', {}])('maxNbytes: %o is an error', (maxNbytes) => {
    expect(problemsOf(() => read({ maxNbytes }))[0]).toMatch(
      /^`maxNbytes` must be a number of bytes above 0, or a text such as '64M' or '2G', or null, got /,
    )
  })

  test('tempFolder is a path or a URL', () => {
    expect(read({ tempFolder: '.' }).tempFolder).toBe(process.cwd())
    expect(read({ tempFolder: pathToFileURL(tmpdir()) }).tempFolder).toBe(tmpdir())
    expect(read({ tempFolder: pathToFileURL(tmpdir()).href }).tempFolder).toBe(tmpdir())
  })

  test.each([
    ['/no/such/folder', '(there is none)'],
    ['package.json', '(it is no folder)'],
    ['', ''],
    [1, ''],
  ])('tempFolder: %o is an error', (tempFolder, advice) => {
    const [problem = ''] = problemsOf(() => read({ tempFolder }))
    expect(problem).toMatch(/^`tempFolder` must be the path or the 'file:' URL of a folder that is there, got /)
    expect(problem).toContain(advice)
  })
})

describe('nJobs', () => {
  test('negative numbers count back from all CPUs, to 1 at least', () => {
    expect(read({ nJobs: -1 }).nJobs).toBe(cpuCount())
    expect(read({ nJobs: -1000 }).nJobs).toBe(1)
  })

  test.each([0, 1.5, 'x', Number.NaN, null, 2n])('%o is an error', (nJobs) => {
    expect(problemsOf(() => read({ nJobs }))[0]).toMatch(/^`nJobs` must be a whole number other than 0, got /)
  })

  test('an explicit 1 runs inline, a count that comes to 1 keeps its worker', () => {
    expect(read({ nJobs: 1 })).toMatchObject({ backend: 'sequential', nJobs: 1 })
    expect(read({ nJobs: -1000 })).toMatchObject({ backend: 'threads', nJobs: 1 })
  })

  test.each([
    { backend: 'threads' },
    { prefer: 'threads' },
    { retries: 1 },
    { retries: { crash: 1 } },
    { env: { A: '1' } },
    { execArgv: [] },
    { resourceLimits: { maxOldGenerationSizeMb: 64 } },
    { initializer: () => 1 },
    { maxTasksPerWorker: 10 },
    { maxMemory: '512M' },
    { workerUrl: './worker.js' },
  ])('an explicit 1 keeps its worker with %o', (options) => {
    expect(read({ nJobs: 1, ...options })).toMatchObject({ backend: 'threads', nJobs: 1 })
  })

  test('an explicit 1 runs inline with retries that need no worker', () => {
    expect(read({ nJobs: 1, retries: { error: 2, timeout: 1 } })).toMatchObject({ backend: 'sequential' })
  })

  test('an explicit 1 runs inline with a timeout, which is judged afterwards there', () => {
    expect(read({ nJobs: 1, timeout: 5 })).toMatchObject({ backend: 'sequential', timeout: 5 })
  })
})

describe('backend, prefer, require', () => {
  test('prefer chooses, a backend that is given wins', () => {
    expect(read({ prefer: 'processes' }).backend).toBe('processes')
    expect(read({ prefer: 'processes', backend: 'threads' }).backend).toBe('threads')
  })

  test('sharedmem means this event loop', () => {
    expect(read({ require: 'sharedmem' }).backend).toBe('async')
    expect(read({ require: 'sharedmem', backend: 'sequential' }).backend).toBe('sequential')
    expect(read({ require: 'sharedmem', prefer: 'threads', nJobs: 3 })).toMatchObject({ backend: 'async', nJobs: 3 })
  })

  test('sharedmem contradicts workers', () => {
    expect(problemsOf(() => read({ require: 'sharedmem', backend: 'threads' }))).toEqual([
      "`require: 'sharedmem'` needs the backend 'async' or 'sequential', got 'threads'",
    ])
    expect(problemsOf(() => read({ require: 'sharedmem', prefer: 'processes' }))).toEqual([
      "`require: 'sharedmem'` and `prefer: 'processes'` exclude each other",
    ])
  })

  test.each([
    ['loky', "use 'processes'"],
    ['multiprocessing', "use 'processes'"],
    ['threading', "use 'threads'"],
    ['thread', "did you mean 'threads'?"],
    ['proceses', "did you mean 'processes'?"],
  ])('%s gets advice', (backend, advice) => {
    expect(problemsOf(() => read({ backend }))).toEqual([
      `\`backend\` must be a Backend or 'threads', 'processes', 'async' or 'sequential', got '${backend}' (${advice})`,
    ])
  })

  test('an object with a name and an open function is a backend', () => {
    const backend = { name: 'mine', open: () => undefined }
    expect(read({ backend }).backend).toBe(backend)
    expect(problemsOf(() => read({ backend: { name: 'mine' } }))).toHaveLength(1)
  })

  test('sequential is one task at a time', () => {
    expect(read({ backend: 'sequential', nJobs: 4 }).nJobs).toBe(1)
  })

  test('what only workers can promise is an error where there are none', () => {
    expect(problemsOf(() => read({ backend: 'async', env: { A: '1' }, resourceLimits: { stackSizeMb: 4 }, maxMemory: '1G' }))).toEqual([
      "`env` is for workers, and the backend 'async' has none",
      "`resourceLimits` is for workers, and the backend 'async' has none",
      "`maxMemory` is for workers, and the backend 'async' has none",
    ])
  })
})

describe('inside a worker', () => {
  test('a run is inline unless workers are asked for', () => {
    expect(inWorker()).toMatchObject({ backend: 'sequential', nJobs: 1 })
    expect(inWorker({ prefer: 'threads' })).toMatchObject({ backend: 'sequential' })
    expect(inWorker({ nJobs: 3 })).toMatchObject({ backend: 'threads', nJobs: 3 })
    expect(inWorker({ backend: 'threads' })).toMatchObject({ backend: 'threads', nJobs: 4 })
    expect(inWorker({ env: { A: '1' } })).toMatchObject({ backend: 'threads' })
  })

  test('negative numbers count back from what this worker may use', () => {
    expect(inWorker({ nJobs: -1 })).toMatchObject({ backend: 'threads', nJobs: 4 })
    expect(inWorker({ nJobs: -2 })).toMatchObject({ nJobs: 3 })
    expect(inWorker({ nJobs: -1 }, { cpus: 1 })).toMatchObject({ backend: 'sequential', nJobs: 1 })
    expect(inWorker({ nJobs: -1, prefer: 'processes' }, { cpus: 1 })).toMatchObject({ backend: 'processes', nJobs: 1 })
  })

  test('a recursion of workers ends with an error', () => {
    expect(inWorker({ nJobs: 2 }, { depth: 9 }).backend).toBe('threads')
    expect(inWorker({}, { depth: 10 }).backend).toBe('sequential')
    expect(problemsOf(() => inWorker({ nJobs: 2 }, { depth: 10 }))).toEqual([
      "workers within workers are 10 deep here, and 10 is the limit; use the backend 'sequential' or 'async'",
    ])
  })
})

describe('preDispatch', () => {
  test.each([
    [undefined, 8],
    ['all', Number.POSITIVE_INFINITY],
    [3, 3],
    ['1.5*n_jobs', 6],
  ])('%s is %d batches with four workers', (preDispatch, batches) => {
    expect(read({ nJobs: 4, preDispatch }).preDispatch).toBe(batches)
  })

  test.each(['2*njobs', 'alll', '0*nJobs', 0, -1, 1.5, null])('%s is an error', (preDispatch) => {
    expect(problemsOf(() => read({ nJobs: 4, preDispatch }))[0]).toMatch(
      /^`preDispatch` must be 'all', a whole number from 1 or an expression such as '2\*nJobs', got /,
    )
  })
})

describe('numbers and functions', () => {
  test('a timeout or a deadline of Infinity is none', () => {
    const { timeout, deadline } = read({ timeout: Number.POSITIVE_INFINITY, deadline: Number.POSITIVE_INFINITY })
    expect([timeout, deadline]).toEqual([undefined, undefined])
  })

  test.each([
    ['timeout', [0, -1, Number.NaN, '5', 2 ** 31]],
    ['deadline', [0, -1, Number.NaN, '5', 2 ** 31, new Date()]],
    [
      'retries',
      [-1, 0.5, Number.POSITIVE_INFINITY, [], { crash: -1 }, { delay: -1 }, { delay: 2 ** 31 }, { delay: Number.NaN }, { errors: 1 }],
    ],
    ['graceMs', [-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31, '20']],
    ['batchSize', [0, -1, 1.42, 'x']],
    ['verbose', [-1, 'loud', Number.NaN]],
    ['signal', [{}, new AbortController()]],
    ['onProgress', [true]],
    ['returnAs', ['lists']],
    ['onError', ['ignore']],
  ])('wrong values of %s are errors', (name, values) => {
    expect(values.map((value) => problemsOf(() => read({ [name]: value })).length)).toEqual(values.map(() => 1))
  })

  test('verbose may be true or false', () => {
    expect([true, false, 11].map((verbose) => read({ verbose }).verbose)).toEqual([1, 0, 11])
  })
})

test('a wrong part of `retries` is named, with what would fit', () => {
  expect(problemsOf(() => read({ retries: { errors: 1 } })).join()).toContain('did you mean `error`?')
  expect(problemsOf(() => read({ retries: { crash: 0.5 } })).join()).toContain('`crash` must be a whole number from 0, got 0.5')
  expect(read({ retries: { error: 2 } }).retries).toEqual({ crash: 0, error: 2, timeout: 0, delay: 0 })
})

describe('worker options', () => {
  test('are passed on as given, and only what was given', () => {
    const given = { env: { A: '1', B: undefined }, execArgv: ['--no-warnings'], maxTasksPerWorker: 5, initializer: undefined }
    expect(read(given).worker).toEqual({ env: { A: '1', B: undefined }, execArgv: ['--no-warnings'], maxTasksPerWorker: 5 })
  })

  test('replacing workers after Infinity tasks is never replacing them', () => {
    expect(read({ nJobs: 1, maxTasksPerWorker: Number.POSITIVE_INFINITY })).toMatchObject({ backend: 'sequential', worker: {} })
  })

  test('maxMemory is bytes in the end; Infinity is no limit', () => {
    expect(read({ maxMemory: '512M' }).worker).toEqual({ maxMemory: 512 * 1024 ** 2 })
    expect(read({ nJobs: 1, maxMemory: Number.POSITIVE_INFINITY })).toMatchObject({ backend: 'sequential', worker: {} })
  })

  test('workerUrl is a file: URL in the end', () => {
    const url = pathToFileURL('/app/worker.js')
    expect(read({ workerUrl: url }).worker.workerUrl?.href).toBe(url.href)
    expect(read({ workerUrl: url.href }).worker.workerUrl?.href).toBe(url.href)
    expect(read({ workerUrl: '/app/worker.js' }).worker.workerUrl?.href).toBe(url.href)
    expect(read({ workerUrl: 'out/a b.js' }).worker.workerUrl?.href).toBe(pathToFileURL(`${process.cwd()}/out/a b.js`).href)
  })

  test.each([
    ['env', { A: 1 }, '`A` is no string'],
    ['resourceLimits', { maxOldGenerationSizeMB: 64 }, 'did you mean `maxOldGenerationSizeMb`?'],
    ['resourceLimits', { stackSizeMb: 0 }, '`stackSizeMb` must be a number of MiB above 0, got 0'],
    ['execArgv', '--inspect', 'an array of strings'],
    ['initializer', {}, 'a function'],
    ['maxTasksPerWorker', 0, 'a whole number from 1 or Infinity'],
    ['maxMemory', 0, "a number of bytes above 0, or a text such as '64M' or '2G'"],
    ['maxMemory', '512 apples', "a number of bytes above 0, or a text such as '64M' or '2G'"],
    ['workerUrl', 'https://example.org/worker.js', 'a `file:` URL or the path of a file'],
    ['workerUrl', new URL('data:text/javascript,'), 'a `file:` URL or the path of a file'],
    ['workerUrl', '', 'a `file:` URL or the path of a file'],
  ])('a wrong %s: %o', (name, value, message) => {
    expect(problemsOf(() => read({ [name]: value })).join()).toContain(message)
  })
})

test('every problem is reported at once, also those between options', () => {
  expect(problemsOf(() => read({ njobs: 2, timeout: 0, require: 'sharedmem', backend: 'processes', preDispatch: '1/0' }))).toHaveLength(4)
})

test.each([
  [2, 'write { nJobs: 2 }'],
  ['processes', "write { backend: 'threads' }"],
  [[1, 2], 'write Parallel(options)(tasks)'],
])('%o in the place of options is answered by what to write', (given, advice) => {
  expect(problemsOf(() => read(given)).join()).toContain(advice)
})

test.each([
  ['concurrency', 'nJobs'],
  ['maxThreads', 'nJobs'],
  ['maxWorkers', 'nJobs'],
  ['chunksize', 'batchSize'],
  ['retry', 'retries'],
  ['maxMemoryLimitBeforeRecycle', 'maxMemory'],
])("another library's option `%s` is answered by ours", (theirs, ours) => {
  expect(problemsOf(() => read({ [theirs]: 2 }))).toEqual([`unknown option \`${theirs}\` (use \`${ours}\`)`])
})

test.each([
  ['nJobs', 0, '-1 is all CPUs'],
  ['nJobs', '2', 'Number(text)'],
  ['signal', new AbortController(), 'give its `signal`'],
])('a wrong %s that many give, %o, is answered by what to give', (name, value, advice) => {
  expect(problemsOf(() => read({ [name]: value })).join()).toContain(advice)
})

describe('task options', () => {
  test('hold what was given', () => {
    expect(readTaskOptions({ timeout: 5, label: 'a', retries: undefined })).toEqual({ timeout: 5, label: 'a' })
    expect(readTaskOptions({ timeout: Number.POSITIVE_INFINITY })).toEqual({ timeout: Number.POSITIVE_INFINITY })
  })

  test('are checked', () => {
    expect(problemsOf(() => readTaskOptions({ timeout: 0, lable: 'a' }))).toHaveLength(2)
  })

  test('are told from arguments that stand in their place', () => {
    expect(problemsOf(() => readTaskOptions(5))).toEqual(['options must be an object, got 5 (write delayed(fn)(...args))'])
  })
})
