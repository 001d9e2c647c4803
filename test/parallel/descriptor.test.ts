/** Tasks as data: written down, damaged, run later and elsewhere. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import fc from 'fast-check'
import {
  type BackendName,
  CodecError,
  delayed,
  fromDescriptor,
  json,
  Parallel,
  ShippingError,
  type Task,
  type TaskDescriptor,
  toDescriptor,
} from 'joblet'
import { afterAll, describe, expect, test } from 'vitest'
import { inEntry } from '../fixtures/descriptor/run.mjs'
import { kinds, remembered, sortInPlace, Temperature, warmer } from '../fixtures/descriptor/tasks.mjs'

const folder = mkdtempSync(join(tmpdir(), 'joblet-descriptor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const backends: BackendName[] = ['threads', 'processes', 'async', 'sequential']
const program = fileURLToPath(new URL('../fixtures/descriptor/run.mjs', import.meta.url))

/** The way through text. */
const stored = async (task: Task): Promise<TaskDescriptor> => json.parse(json.stringify(await toDescriptor(task))) as TaskDescriptor

/** What the descriptors come to in a process of their own. */
async function runElsewhere(descriptors: readonly TaskDescriptor[], backend: BackendName): Promise<unknown> {
  const file = join(folder, `${Math.random()}.json`)
  writeFileSync(file, json.stringify(descriptors))
  const { stdout } = await promisify(execFile)(process.execPath, [program, file, backend])
  return json.parse(stdout)
}

const factor = 3n
const scale = (values: Map<string, bigint>, extra: Float64Array): unknown => [(values.get('a') ?? 0n) * factor, extra]

describe.each(backends)('%s', (backend) => {
  const run = Parallel({ nJobs: 2, backend })

  test('runs descriptors as it runs tasks: closures, exports, natives, instances', async () => {
    const descriptors = [
      await stored(delayed(scale)(new Map([['a', 2n]]), new Float64Array([Number.NaN, -0]))),
      await stored(delayed(Math.hypot)(3, 4)),
      await stored(delayed(warmer)(new Temperature(18), 2)),
      await stored(delayed(kinds)(Buffer.from('b'), new Date(Number.NaN), new URL('file:///'), new Set(), new TypeError('no'), undefined)),
    ]
    const results = await run(descriptors)

    expect(results.slice(0, 2)).toEqual([[6n, new Float64Array([Number.NaN, -0])], 5])
    expect(results[2]).toBeInstanceOf(Temperature)
    expect(results[2]).toHaveProperty('fahrenheit', 68)
    expect(results[3]).toEqual(['Uint8Array', 'Date', 'URL', 'Set', 'Error', 'Undefined'])
    await run.close()
  })

  test('a process that never heard of the function runs it from a file', async () => {
    const descriptors = [
      await toDescriptor(delayed(scale)(new Map([['a', 2n]]), new Float64Array([1]))),
      await toDescriptor(delayed(remembered)(7)),
    ]

    expect(await runElsewhere(descriptors, backend)).toEqual([[6n, new Float64Array([1])], 49])
  })

  test('a task that changes its arguments does not change its descriptor', async () => {
    const descriptor = await stored(delayed(sortInPlace)([3, 1, 2]))
    const before = json.stringify(descriptor)
    const task = fromDescriptor(descriptor)

    expect(await run([task, task])).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ])
    expect(json.stringify(descriptor)).toBe(before)
    await run.close()
  })

  test('an error of the task is the error', async () => {
    const task = delayed(() => {
      throw new RangeError('out of it')
    })()

    await expect(run([await stored(task)])).rejects.toThrow(new RangeError('out of it'))
    await run.close()
  })
})

test('a descriptor holds what was captured and passed when it was made', async () => {
  let rate = 1
  const numbers = [1, 2]
  const descriptor = await toDescriptor(delayed((values: number[]) => values.map((value) => value * rate))(numbers))
  rate = 100
  numbers.push(3)

  expect(await Parallel({ backend: 'sequential' })([descriptor])).toEqual([[1, 2]])
})

test('arguments that share parts share them afterwards', async () => {
  const common = { n: 1 }
  const descriptor = await stored(
    delayed((a: Map<object, object>, b: object) => [a.has(b), a.get(b) === b])(new Map([[common, common]]), common),
  )

  expect(await Parallel({ backend: 'sequential' })([descriptor])).toEqual([[true, true]])
})

test('label, timeout and retries are kept', async () => {
  const options = { label: 'sqrt 4', timeout: 5_000, retries: 2 }
  const task = fromDescriptor(await stored(delayed(Math.sqrt, options)(4)))

  expect(task.options).toEqual(options)
})

test('retries in full are kept; a delay that is a function is refused', async () => {
  const retries = { error: 2, delay: 10 }
  expect(fromDescriptor(await stored(delayed(Math.sqrt, { retries })(4))).options).toEqual({ retries })
  const task = delayed(Math.sqrt, { retries: { error: 2, delay: () => 10 } })(4)
  await expect(toDescriptor(task)).rejects.toThrow('`retries.delay` is a function')
})

test('a task made from a descriptor has that descriptor', async () => {
  const descriptor = await toDescriptor(delayed(Math.sqrt)(4))

  expect(await toDescriptor(fromDescriptor(descriptor))).toBe(descriptor)
})

test('what cannot travel is refused when the descriptor is made', async () => {
  const socket = { io: Promise.resolve() }

  await expect(toDescriptor(delayed(() => socket)())).rejects.toThrow(ShippingError)
  await expect(toDescriptor(delayed(String)(new Uint8Array(new SharedArrayBuffer(1))))).rejects.toThrow(ShippingError)
  await expect(toDescriptor('task' as never)).rejects.toThrow("cannot describe 'task': it is no task; pass delayed(fn)(...args)")
})

describe('a module that changes after its function was described', () => {
  const helper = (body: string) => writeFileSync(join(folder, 'helper.mjs'), body)
  const tasks = join(folder, 'tasks.mjs')
  const original = 'export const twice = (x) => 2 * x\n'

  async function describedThen(change: () => void): Promise<unknown> {
    helper(original)
    writeFileSync(
      tasks,
      "import { twice } from './helper.mjs'\n/** Four times. */\nexport function four(x) {\n  return twice(twice(x))\n}\n",
    )
    const made = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', maker], { cwd: folder })
    change()
    return runElsewhere([json.parse(made.stdout) as TaskDescriptor], 'threads')
  }
  const maker = `
    const { delayed, json, toDescriptor } = await import(${JSON.stringify(new URL('../../dist/index.js', import.meta.url).href)})
    const { four } = await import(${JSON.stringify(pathToFileURL(tasks).href)})
    console.log(json.stringify(await toDescriptor(delayed(four)(5))))
  `

  test('runs where nothing has', async () => {
    expect(await describedThen(() => undefined)).toEqual([20])
  })

  test('runs where comments and white space have', async () => {
    expect(await describedThen(() => helper(`// Doubled.\n${original.replace('2 * x', '2   *  x')}`))).toEqual([20])
  })

  test('says so where a function that it calls has', async () => {
    const results = await describedThen(() => helper('export const twice = (x) => 3 * x\n'))

    expect(results).toEqual([expect.stringContaining(`'four' of ${pathToFileURL(tasks).href} is not what it was when it was described`)])
  })

  test('says so where it has', async () => {
    const results = await describedThen(() => writeFileSync(tasks, 'export const four = (x) => x\n'))

    expect(results).toEqual([expect.stringContaining('is not what it was when it was described')])
  })

  test('says so where the function is gone', async () => {
    const results = await describedThen(() => writeFileSync(tasks, 'export const five = 5\n'))

    expect(results).toEqual([expect.stringContaining("cannot find 'four' in ")])
  })
})

test('what a module keeps in its variables is no change', async () => {
  await Parallel({ backend: 'sequential' })([delayed(remembered)(3)])
  const descriptor = await stored(delayed(remembered)(4))

  expect(descriptor.fingerprint).toMatch(/^code [\da-f]{64}$/)
  expect(await runElsewhere([descriptor], 'processes')).toEqual([16])
})

test.each(backends)(
  '%s: a function of the script that was started is refused: that script would run again, or wait for itself',
  async (backend) => {
    const results = await runElsewhere([await stored(delayed(inEntry)())], backend)

    expect(results).toEqual([expect.stringContaining("'inEntry' is an export of the script that was started")])
  },
)

test('a function that came here through a closure is known by name as before', async () => {
  const [, plain] = [
    await Parallel({ backend: 'sequential' })([await stored(delayed((x: number) => remembered(x))(2))]),
    await stored(delayed(remembered)(3)),
  ]

  expect(plain.fingerprint).toBeDefined()
  expect(await runElsewhere([plain], 'threads')).toEqual([9])
})

describe('what is no descriptor', () => {
  test.each([
    ['text', '{"json":{}}', 'cannot read a task descriptor: it is text; pass what json.parse makes of it'],
    ['another object', { fn: 1 }, 'cannot read a task descriptor: an Object is none; pass what toDescriptor gave'],
    ['nothing', undefined, 'cannot read a task descriptor: undefined is none; pass what toDescriptor gave'],
    [
      'a newer format',
      { format: 'joblet.task', version: 2 },
      'its format is version 2, and this joblet knows versions up to 1; update joblet here',
    ],
    ['an empty one', { format: 'joblet.task', version: 1 }, 'its contents do not fit its checksum'],
  ])('%s is refused', (_, data, message) => {
    expect(() => fromDescriptor(data)).toThrow(CodecError)
    expect(() => fromDescriptor(data)).toThrow(message)
  })

  test('a descriptor that went through plain JSON is refused, and not run with what is left of it', async () => {
    const descriptor = await toDescriptor(delayed((values: Set<number>) => values.size)(new Set([1, 2])))

    expect(() => fromDescriptor(JSON.parse(JSON.stringify(descriptor)))).toThrow('write it with json.stringify')
  })

  test('`Parallel` says so too', async () => {
    const descriptor = { ...(await toDescriptor(delayed(Math.sqrt)(4))), checksum: '' }

    await expect(Parallel({ nJobs: 2 })([descriptor])).rejects.toThrow(CodecError)
  })
})

describe('1,000 damaged descriptors give the right result or a typed error', () => {
  const names = Object.getOwnPropertyNames(Object.prototype)
  const argument = { list: [1, undefined, -0], map: new Map([['k', 2n]]), bytes: Buffer.from('bytes'), at: new Date(0) }
  const making = toDescriptor(
    delayed((value: typeof argument, by: bigint) => [value, (value.map.get('k') ?? 0n) * by * factor])(argument, 7n),
  )
  const expected = [argument, 42n]

  /** Run what `damaged` gives, if it gets that far. */
  async function check(damaged: () => unknown): Promise<void> {
    let task: Task | undefined
    try {
      task = fromDescriptor(damaged())
    } catch (error) {
      expect(error).toBeInstanceOf(CodecError)
    }
    if (task !== undefined) expect(await Parallel({ backend: 'sequential' })([task])).toEqual([expected])
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(names)
  }

  test('characters of its text changed', async () => {
    const text = json.stringify(await making)
    const flips = fc.array(fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 32, max: 126 })), { minLength: 1, maxLength: 2 })
    const damaged = (list: readonly (readonly [number, number])[]) =>
      json.parse(list.reduce((before, [at, code]) => before.slice(0, at) + String.fromCharCode(code) + before.slice(at + 1), text))

    await fc.assert(
      fc.asyncProperty(flips, (list) => check(() => damaged(list))),
      { numRuns: 500 },
    )
  })

  test('keys removed, values of other types', async () => {
    const text = json.stringify(await making)
    const part = fc.oneof(
      fc.constantFrom(undefined, null, [], {}, { $: 99 }, 'text', -1, 2n, new Date(0), () => 1, Symbol.iterator),
      fc.anything(),
    )

    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { minLength: 1, maxLength: 8 }), fc.option(part, { nil: removed }), (steps, value) =>
        check(() => changedAt(json.parse(text), steps, value)),
      ),
      { numRuns: 500 },
    )
  })
})

const removed = Symbol('removed')

/** Replace one part of `data`, or take it out. */
function changedAt(data: unknown, steps: readonly number[], part: unknown): unknown {
  let at = data as Record<string, unknown>
  steps.forEach((step, i) => {
    const keys = Object.keys(at)
    const key = keys[step % keys.length]
    if (key === undefined) return
    const next = at[key]
    // Bytes can be nothing but numbers: in their place, all of them are changed.
    const leads = typeof next === 'object' && next !== null && !(ArrayBuffer.isView(next) && typeof part !== 'number')
    if (i < steps.length - 1 && leads) at = next as Record<string, unknown>
    else if (part === removed) Reflect.deleteProperty(at, key)
    else Reflect.set(at, key, part)
  })
  return data
}
