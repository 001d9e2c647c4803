/** A backend of one's own runs batches as ours do. */
import {
  type Backend,
  type Batch,
  type BatchEnd,
  delayed,
  Parallel,
  type PoolRequest,
  type Progress,
  type Reply,
  ShippingError,
  serveBatch,
  taskContext,
} from 'joblet'
import { expect, test } from 'vitest'
import { brief, range, rejectionOf } from '../contracts/subject.js'
import { square } from '../fixtures/core/tasks.mjs'

/** Batches run here, by copies of their functions; each may be made to end in another way. */
function backendWith(run: (batch: Batch, onReply: (reply: Reply) => void) => Promise<BatchEnd> = serve) {
  const story: string[] = []
  const requests: PoolRequest[] = []
  const backend: Backend = {
    name: 'here',
    open: (request) => {
      requests.push(request)
      story.push('open')
      return { run, cancel: () => void story.push('cancel'), close: async () => void story.push('close') }
    },
  }
  return { backend, story, requests }
}

async function serve(batch: Batch, onReply: (reply: Reply) => void): Promise<BatchEnd> {
  await serveBatch(batch, onReply)
  return { kind: 'done' }
}

test('it is asked for workers once a run, told what the run is like, and closed at its end', async () => {
  const { backend, story, requests } = backendWith()
  expect(await Parallel({ nJobs: 3, backend })(range(10).map((i) => delayed(square)(i)))).toEqual(range(10).map(square))
  expect(requests).toMatchObject([{ nJobs: 3, tasks: 10 }])
  await expect.poll(() => story).toEqual(['open', 'close'])
})

test('tasks tell how far they are where it passes that on, and are tried again as on a worker', async () => {
  const backend: Backend = {
    name: 'here',
    open: () => ({
      run: async (batch, onReply, _, onReport) => {
        await serveBatch(batch, onReply, onReport)
        return { kind: 'done' }
      },
      cancel: () => undefined,
      close: async () => undefined,
    }),
  }
  const told: unknown[] = []
  const task = () => {
    taskContext().reportProgress(`try ${taskContext().attempt}`)
    if (taskContext().attempt === 1) throw new Error('once')
    return 'done'
  }
  const onProgress = ({ task }: Progress) => void (task !== undefined && told.push(task.message))
  expect(await Parallel({ backend, onProgress, retries: { error: 1 } })([delayed(task)()])).toEqual(['done'])
  expect(told).toEqual(['try 1', 'try 2'])
})

test('tasks that throw fail as they do on a worker', async () => {
  const { backend } = backendWith()
  const fail = (x: number) => (x === 2 ? Promise.reject(new RangeError('no')) : x)
  expect(await rejectionOf(Parallel({ backend })(range(4).map((i) => delayed(fail)(i))))).toEqual(new RangeError('no'))
})

test('a batch that was lost is taken apart until the guilty task is found', async () => {
  let rounds = 0
  const { backend } = backendWith(async (batch, onReply) => {
    if (++rounds > 100) throw new Error('a batch comes again and again')
    const indices = typeof batch.indices === 'number' ? range(batch.size).map((at) => (batch.indices as number) + at) : batch.indices
    return indices.includes(5) ? { kind: 'lost', at: undefined, how: { exitCode: 9, signal: undefined } } : serve(batch, onReply)
  })
  const outcomes = await Parallel({ backend, onError: 'collect', batchSize: 4 })(range(12).map((i) => delayed(square)(i)))
  expect(brief(outcomes)).toEqual(range(12).map((i) => (i === 5 ? 'crashed' : i * i)))
  expect(outcomes[5]).toMatchObject({ left: { error: { exitCode: 9 } } })
})

test('a batch that it cannot send is taken apart too', async () => {
  const { backend } = backendWith(async (batch, onReply) => {
    const heavy = batch.args.numbers?.includes(7) ?? false
    return heavy ? { kind: 'unsendable', error: new ShippingError('too heavy') } : serve(batch, onReply)
  })
  const outcomes = await Parallel({ backend, onError: 'collect', batchSize: 4 })(range(12).map((i) => delayed(square)(i)))
  expect(brief(outcomes)).toEqual(range(12).map((i) => (i === 7 ? 'unsendable' : i * i)))
})

test('a run rejects with the error of a backend that can run nothing', async () => {
  const { backend } = backendWith(() => Promise.reject(new Error('no machine')))
  expect(await rejectionOf(Parallel({ backend, onError: 'collect' })([delayed(square)(1)]))).toEqual(new Error('no machine'))
  const closed: Backend = { name: 'closed', open: () => Promise.reject(new Error('closed today')) }
  expect(await rejectionOf(Parallel({ backend: closed })([delayed(square)(1)]))).toEqual(new Error('closed today'))
})

test('tasks that it calls done and did not answer have crashed', async () => {
  const { backend } = backendWith(async (batch, onReply) => (batch.size === 1 ? { kind: 'done' } : serve(batch, onReply)))
  const outcomes = await Parallel({ backend, onError: 'collect', batchSize: 3 })(range(4).map((i) => delayed(square)(i)))
  expect(brief(outcomes)).toEqual([0, 1, 4, 'crashed'])
})

test('cancelling reaches it, and it is closed all the same', async () => {
  const { backend, story } = backendWith(() => new Promise(() => undefined))
  const controller = new AbortController()
  const run = Parallel({ backend, signal: controller.signal })([delayed(square)(1)])
  await expect.poll(() => story).toEqual(['open'])
  controller.abort('enough')
  expect(await rejectionOf(run)).toBe('enough')
  await expect.poll(() => story.at(-1)).toBe('close')
  expect(story).toContain('cancel')
})
