/** Backends by name. */
import {
  type Backend,
  type BackendFactory,
  type BackendName,
  type BackendOptions,
  delayed,
  OptionError,
  Parallel,
  parallelConfig,
  registerBackend,
  serveBatch,
} from 'joblet'
import { afterEach, expect, test } from 'vitest'
import { rejectionOf } from '../contracts/subject.js'
import { square } from '../fixtures/core/tasks.mjs'

declare module 'joblet' {
  interface RegisteredBackends {
    here: true
  }
}

const one = [delayed(square)(3)]
const takeBack: (() => void)[] = []
const register: typeof registerBackend = (...given) => {
  const undo = registerBackend(...given)
  takeBack.push(undo)
  return undo
}
afterEach(() => {
  for (const undo of takeBack.splice(0)) undo()
})

/** A factory whose backends run batches here, and what happened to them. */
function factoryOf(id = 'here') {
  const story: string[] = []
  const options: BackendOptions[] = []
  const factory = (given: BackendOptions): Backend => {
    options.push(given)
    story.push(`${id} made`)
    return {
      name: id,
      open: ({ nJobs }) => {
        story.push(`${id} opened for ${nJobs}`)
        return {
          run: async (batch, onReply) => {
            await serveBatch(batch, onReply)
            return { kind: 'done' }
          },
          cancel: () => undefined,
          close: async () => undefined,
        }
      },
      close: () => void story.push(`${id} closed`),
    }
  }
  return { factory, story, options }
}

const problemsOf = (act: () => unknown): readonly string[] => {
  try {
    act()
  } catch (error) {
    if (error instanceof OptionError) return error.problems
    throw error
  }
  return []
}

test('tasks run on a backend by its name; it is made at the first run, and closed with its Parallel', async () => {
  const { factory, story } = factoryOf()
  register('here', factory)
  const parallel = Parallel({ backend: 'here', nJobs: 3 })
  expect(story).toEqual([])
  expect(await Promise.all([parallel(one), parallel(one)])).toEqual([[9], [9]])
  await parallel.close()
  expect(story).toEqual(['here made', 'here opened for 3', 'here opened for 3', 'here closed'])
  await parallel.close()
  expect(story).toHaveLength(4)
  await parallel(one)
  await parallel.close()
  expect(story.slice(4)).toEqual(['here made', 'here opened for 3', 'here closed'])
})

test('the factory hears what the Parallel was given for its workers', async () => {
  const { factory, options } = factoryOf()
  register('here', factory)
  const initializer = () => 1
  await Parallel({ backend: 'here', nJobs: 2, env: { A: '1' }, execArgv: ['--no-warnings'], initializer })(one)
  expect(options).toEqual([{ nJobs: 2, env: { A: '1' }, execArgv: ['--no-warnings'], initializer }])
})

test('a factory may take its time', async () => {
  const { factory } = factoryOf()
  register('here', async (options) => factory(options))
  expect(await Parallel({ backend: 'here' })(one)).toEqual([9])
})

test('a config names it as well', async () => {
  const { factory, story } = factoryOf()
  register('here', factory)
  expect(await parallelConfig({ backend: 'here', nJobs: 4 }, () => Parallel()(one))).toEqual([9])
  expect(story).toEqual(['here made', 'here opened for 4'])
})

test('a run rejects with what the factory throws, and the next run tries again', async () => {
  const { factory } = factoryOf()
  let tries = 0
  register('here', (options) => {
    if (++tries === 1) throw new RangeError('no machine')
    return factory(options)
  })
  const parallel = Parallel({ backend: 'here' })
  expect(await rejectionOf(parallel(one))).toEqual(new RangeError('no machine'))
  expect(await parallel(one)).toEqual([9])
  await parallel.close()
})

test.each([undefined, null, {}, { name: 'here' }, 'threads'])('a factory that gives %o is told so', async (made) => {
  register('here', (() => made) as unknown as BackendFactory)
  expect(await rejectionOf(Parallel({ backend: 'here' })(one))).toMatchObject({
    name: 'TypeError',
    message: expect.stringContaining("cannot run tasks on 'here': what was registered under that name gave"),
  })
})

test('as the default, it runs what names no backend and hints at none', async () => {
  const { factory, story } = factoryOf()
  const undo = register('here', factory, { makeDefault: true })
  await Parallel({ nJobs: 2 })(one)
  await Parallel({ nJobs: 1 })(one)
  await Parallel({ nJobs: 2, backend: 'async' })(one)
  await Parallel({ nJobs: 2, require: 'sharedmem' })(one)
  expect(story).toEqual(['here made', 'here opened for 2'])
  undo()
  await Parallel({ nJobs: 2 })(one)
  expect(story).toHaveLength(2)
})

test('a name stands for what was registered last, and each takes back its own', async () => {
  const [first, second] = [factoryOf('first'), factoryOf('second')]
  const undo = register('here', first.factory)
  register('here', second.factory)
  undo()
  await Parallel({ backend: 'here', nJobs: 2 })(one)
  expect([...first.story, ...second.story]).toEqual(['second made', 'second opened for 2'])
})

test('a Parallel keeps the backend of the name as it was when it was made', async () => {
  const { factory, story } = factoryOf()
  const undo = register('here', factory)
  const parallel = Parallel({ backend: 'here', nJobs: 2 })
  undo()
  expect(await parallel(one)).toEqual([9])
  expect(story[0]).toBe('here made')
})

test('unknown names are told what there is', () => {
  register('here', factoryOf().factory)
  const named = (backend: string) => () => Parallel({ backend: backend as BackendName })
  const expected = "`backend` must be a Backend or 'threads', 'processes', 'async', 'sequential' or 'here', got"
  expect(problemsOf(named('hero'))).toEqual([`${expected} 'hero' (did you mean 'here'?)`])
  expect(problemsOf(named('dask'))).toEqual([`${expected} 'dask' (to add a name, call registerBackend first)`])
  expect(problemsOf(named('loky'))).toEqual([`${expected} 'loky' (use 'processes')`])
})

test('wrong registrations are told at once', () => {
  const { factory } = factoryOf()
  expect(problemsOf(() => registerBackend('threads', factory))).toEqual(["'threads' is a backend of joblet itself; choose another name"])
  expect(problemsOf(() => registerBackend('', factory))).toEqual(["`name` must be a text, got ''"])
  expect(problemsOf(() => registerBackend('mine', { name: 'mine' } as never))).toEqual([
    '`factory` must be a function that gives a Backend, got an Object; write registerBackend(name, () => backend)',
  ])
  expect(problemsOf(() => registerBackend('mine', factory, { makedefault: true } as never))).toEqual([
    'unknown option `makedefault` (did you mean `makeDefault`?)',
  ])
  expect(problemsOf(() => Parallel({ backend: 'mine' as BackendName }))).toHaveLength(1)
})
