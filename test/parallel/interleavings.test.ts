/** Whatever happens to batches, in whatever order, and however slowly somebody reads: each task has one outcome, its own, in its place. */
import fc from 'fast-check'
import { delayed, type Outcome, Parallel, type ParallelOptions } from 'joblet'
import { beforeAll, expect, test } from 'vitest'
import { type End, type Happening, ScriptedBackend, tenfold } from './scripted-backend.js'

type Step = Happening | { readonly what: 'read' } | { readonly what: 'abort' } | { readonly what: 'leave' }

const happening: fc.Arbitrary<Step> = fc.record({
  what: fc.constantFrom('answer', 'throw', 'finish', 'lose', 'lose unknown', 'time out', 'return', 'give back', 'refuse'),
  pick: fc.nat(9),
  count: fc.integer({ min: 1, max: 9 }),
})
const reading: fc.Arbitrary<Step> = fc.constant({ what: 'read' })
const leaving: fc.Arbitrary<Step> = fc.constantFrom({ what: 'abort' }, { what: 'leave' })

const script = fc.array(fc.oneof({ arbitrary: happening, weight: 6 }, { arbitrary: reading, weight: 4 }), { maxLength: 60 })
const scriptWithEnd = fc.tuple(script, leaving, script).map(([before, end, after]) => [...before, end, ...after])
const runs = fc.record({
  tasks: fc.nat(40),
  batchSize: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 1, max: 12 })),
  preDispatch: fc.oneof(fc.constant('all'), fc.integer({ min: 1, max: 6 })),
  isSync: fc.boolean(),
})
type Plan = typeof runs extends fc.Arbitrary<infer T> ? T : never

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

// A first run loads what it needs; from then on a turn of the event loop is enough for what happens to have its effect.
beforeAll(async () => {
  const scripted = new ScriptedBackend()
  const running = Parallel({ backend: scripted.backend })([delayed(Math.sqrt)(0)])
  while (scripted.isIdle) await turn()
  scripted.happen({ what: 'finish', pick: 0, count: 1 })
  await running
})

/** Tasks one by one; `pulled` counts them. */
function inputOf({ tasks, isSync }: Plan, seen: { pulled: number }): Iterable<unknown> | AsyncIterable<unknown> {
  const next = () => delayed(Math.sqrt)(seen.pulled++)
  if (isSync) {
    return (function* () {
      while (seen.pulled < tasks) yield next()
    })()
  }
  return (async function* () {
    while (seen.pulled < tasks) yield next()
  })()
}

/** Runs a plan by its script, then lets everything finish; what was read, and how it ended. */
async function play(plan: Plan, steps: readonly Step[], options: ParallelOptions) {
  const scripted = new ScriptedBackend()
  const controller = new AbortController()
  const seen = { pulled: 0 }
  const { batchSize, preDispatch } = plan
  const given = { ...options, nJobs: 2, batchSize, preDispatch, backend: scripted.backend, signal: controller.signal }
  const running = Parallel(given as ParallelOptions)(inputOf(plan, seen) as never) as unknown
  const read: unknown[] = []
  let error: unknown
  let isOver = false
  const ended = (async () => {
    try {
      if (options.returnAs === undefined) read.push(...(await (running as Promise<unknown[]>)))
    } catch (thrown) {
      error = thrown
    } finally {
      isOver = options.returnAs === undefined
    }
  })()
  const stream = running as AsyncGenerator<unknown>
  let asked = Promise.resolve()
  const ask = () => {
    if (options.returnAs === undefined || isOver) return
    asked = stream.next().then(
      ({ done, value }) => void (done === true ? (isOver = true) : read.push(value)),
      (thrown) => {
        error = thrown
        isOver = true
      },
    )
  }
  let left = false
  for (const step of steps) {
    if (step.what === 'read') ask()
    else if (step.what === 'abort') controller.abort('enough')
    else if (step.what === 'leave') {
      left = options.returnAs !== undefined
      if (left) await stream.return(undefined)
    } else scripted.happen(step)
    await turn()
  }
  for (let quiet = 0; !isOver && !left && quiet < 200; quiet++) {
    if (!scripted.isIdle) quiet = 0
    scripted.happen({ what: 'finish', pick: 0, count: 1 })
    ask()
    await turn()
  }
  expect(isOver || left).toBe(true)
  await Promise.all([ended, asked])
  return { read, error, pulled: seen.pulled, scripted, left, aborted: controller.signal.aborted }
}

const endOf = (outcome: Outcome<unknown>): string => (outcome._tag === 'Right' ? 'value' : outcome.left.kind)
const all = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** What was read is what the model says, each task once. */
function expectOutcomes(
  outcomes: readonly Outcome<unknown>[],
  ends: ReadonlyMap<number, End>,
  returnAs: string | undefined,
  expected: readonly number[],
) {
  const indices = outcomes.map((outcome) => (outcome._tag === 'Right' ? Number(outcome.right) / 10 : outcome.left.index))
  expect(returnAs === 'generator_unordered' ? indices.toSorted((a, b) => a - b) : indices).toEqual(expected)
  for (const [place, outcome] of outcomes.entries()) {
    const end = endOf(outcome)
    // A task that was called off may have come to something that nobody hears of.
    if (end !== 'cancelled') expect([indices[place], end]).toEqual([indices[place], ends.get(indices[place] ?? -1)])
  }
}

const forms = [{}, { returnAs: 'generator' }, { returnAs: 'generator_unordered' }] as const

test.each(forms)('every task has one outcome, its own: %o', async (form) => {
  await fc.assert(
    fc.asyncProperty(runs, script, async (plan, steps) => {
      const { read, error, scripted } = await play(plan, steps, { ...form, onError: 'collect' })
      expect(error).toBeUndefined()
      expectOutcomes(read as Outcome<unknown>[], scripted.ends, 'returnAs' in form ? form.returnAs : undefined, all(plan.tasks))
      expect(scripted.closed).toBe(1)
    }),
    { numRuns: 150 },
  )
})

test.each(forms)('an abort or a consumer that leaves loses none that was pulled, and doubles none: %o', async (form) => {
  await fc.assert(
    fc.asyncProperty(runs, scriptWithEnd, async (plan, steps) => {
      const { read, error, scripted, pulled, left } = await play(plan, steps, { ...form, onError: 'collect' })
      expect(error).toBeUndefined()
      const returnAs = 'returnAs' in form ? form.returnAs : undefined
      const outcomes = read as Outcome<unknown>[]
      if (!left) expectOutcomes(outcomes, scripted.ends, returnAs, all(pulled))
      else {
        const indices = outcomes.map((outcome) => (outcome._tag === 'Right' ? Number(outcome.right) / 10 : outcome.left.index))
        expect(new Set(indices).size).toBe(indices.length)
        if (returnAs === 'generator') expect(indices).toEqual(all(indices.length))
      }
    }),
    { numRuns: 150 },
  )
})

test.each(forms)('the first failure ends a run that throws, with its own error; a stream gave all that came before: %o', async (form) => {
  await fc.assert(
    fc.asyncProperty(runs, script, async (plan, steps) => {
      const { read, error, scripted } = await play(plan, steps, form)
      const failed = [...scripted.ends].filter(([, end]) => end !== 'value').map(([index]) => index)
      const values = read as number[]
      if (failed.length === 0) {
        expect(error).toBeUndefined()
        expect('returnAs' in form && form.returnAs === 'generator_unordered' ? values.toSorted((a, b) => a - b) : values).toEqual(
          all(plan.tasks).map(tenfold),
        )
        return
      }
      expect(error).toBeDefined()
      if (!('returnAs' in form)) expect(values).toEqual([])
      else if (form.returnAs === 'generator') expect(values).toEqual(all(values.length).map(tenfold))
      else expect(new Set(values).size).toBe(values.length)
    }),
    { numRuns: 150 },
  )
})
