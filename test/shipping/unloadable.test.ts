/** Functions of modules that a worker cannot load: they travel by value instead. */
import { execFile } from 'node:child_process'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Backend, type Batch, delayed, Parallel, type Reply } from 'joblet'
import { beforeAll, describe, expect, test } from 'vitest'
import { emptyFolder, link, removeFolder, root } from '../support/consumer.js'

const program = join(root, 'test/fixtures/unloadable/program.mjs')

/** What each scenario of the program comes to. */
async function run(folder: string, backend: string): Promise<Record<string, unknown>> {
  link(folder, 'joblet')
  // Its own copy, where it may write modules and take them away.
  copyFileSync(program, join(folder, 'program.mjs'))
  const { NODE_OPTIONS: _, ...env } = process.env
  const options = { cwd: folder, env, timeout: 60_000 }
  const { stdout } = await promisify(execFile)(process.execPath, ['--no-warnings', 'program.mjs', backend], options)
  return JSON.parse(stdout) as Record<string, unknown>
}

describe.each(['threads', 'processes'])('on %s', (backend) => {
  let found: Record<string, unknown>
  let folder: string
  beforeAll(async () => {
    folder = emptyFolder('unloadable')
    found = await run(folder, backend)
    return () => removeFolder(folder)
  })

  test('a module whose file is gone is sent with the state that it has here, and each task settles once', () => {
    expect(found['deleted']).toEqual({ right: true, count: 500, last: 500 })
  })

  test('so it is with batches under way in several workers', () => {
    expect(found['deleted, batches of a set size']).toBe(true)
  })

  test('sending a task again takes no attempt and no retry', () => {
    expect(found['attempts and outcomes']).toEqual([
      [1, 1],
      ['even', 1],
      [3, 1],
      ['even', 1],
    ])
  })

  test('other functions of the same batch run at once, and results keep their order', () => {
    expect(found['several functions in a batch']).toEqual([2, 1, 3, 3, 2, 4, 4, 3, 5, 5, 4, 6])
  })

  test('a module is there, and one that it imports is gone', () => {
    expect(found['a module that it imports']).toEqual([11, 21, 31])
  })

  test('captures, arguments and instances come along', () => {
    expect(found['a closure, an argument and an instance']).toEqual([true, 8, 'in'])
  })

  test.each([
    ['a CommonJS module', [1, 2]],
    ['an export that is gone', ['before 1', 'before 2']],
    ['text that no worker understands', ['whole 1', 'whole 2']],
    ['a loader hook that was registered in the program', ['A', 'b', 'WORDword']],
    ['a data: URL', [1, 2]],
    ['an initializer', [43, 44]],
  ])('%s is no obstacle', (scenario, results) => {
    expect(found[scenario]).toEqual(results)
  })

  test('what a module throws when it is run in a worker is the task’s error', () => {
    expect(found['a module that throws in workers']).toMatchObject({ name: 'RangeError', message: 'for the main program only' })
  })

  test('also where that is a SyntaxError, which the module’s text has not got', () => {
    expect(found['a module whose own code throws a SyntaxError in workers']).toMatchObject({
      name: 'SyntaxError',
      message: expect.stringContaining('JSON'),
    })
  })

  test('an initializer that can travel in neither way says so', () => {
    expect(found['an initializer, neither way']).toMatchObject({
      name: 'ShippingError',
      message: expect.stringMatching(/^cannot send the initializer by name: .*never\.mjs.*; nor by value: .*'ready': it is a Promise/),
    })
  })

  test('what can travel in neither way says why not, for both', () => {
    const { name, message, attempts } = found['neither way'] as { name: string; message: string; attempts: number }

    expect({ name, attempts }).toEqual({ name: 'ShippingError', attempts: 0 })
    expect(message).toMatch(
      /^cannot send a task by name: a worker could not load file:.*neither\.mjs \(Cannot find module .*\); nor by value: /,
    )
    expect(message).toMatch(/function 'wait' \(.*neither\.mjs:1\) -> captured variable 'ready': it is a Promise; await it/)
  })
})

/** A backend whose workers can load nothing: no call of a batch begins. */
const loadsNothing = (heard: (batch: Batch) => void): Backend => ({
  name: 'loads nothing',
  open: () => ({
    run: async (batch, onReply) => {
      onReply(noneBegun(batch))
      heard(batch)
      return { kind: 'done' }
    },
    cancel: () => undefined,
    close: async () => undefined,
  }),
})

function noneBegun({ id, size }: Batch): Reply {
  const calls = Array.from({ length: size }, (_, at) => at)
  const failures = calls.map((at) => ({ at, kind: 'unsendable', error: { shipping: 'no such file' }, module: 'file:///none.mjs' }) as const)
  return {
    type: 'reply',
    batch: id,
    from: 0,
    count: size,
    values: { values: calls, parcels: [] },
    failures,
    busyMs: 0,
    loadMs: 0,
    done: true,
  }
}

test('a run that is aborted before its tasks are sent again ends, each of them cancelled', async () => {
  const aborting = new AbortController()
  const backend = loadsNothing(() => aborting.abort(new Error('enough')))

  const outcomes = await Parallel({ backend, nJobs: 2, batchSize: 4, onError: 'collect', signal: aborting.signal })(
    [1, 2, 3, 4].map((n) => delayed(Math.abs)(n)),
  )

  expect(outcomes).toMatchObject([0, 1, 2, 3].map((index) => ({ _tag: 'Left', left: { kind: 'cancelled', index } })))
})

test('a worker that blames a module which a task does not use is not asked again and again', async () => {
  let batches = 0
  const backend = loadsNothing(() => batches++)

  await expect(Parallel({ backend, nJobs: 1 })([delayed(Math.abs)(1)])).rejects.toThrow(
    'a worker could not load file:///none.mjs (no such file); nor by value: it is not known what needs the module',
  )
  expect(batches).toBe(1)
})
