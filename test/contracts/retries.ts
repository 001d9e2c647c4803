/** Tasks that are tried again: for which reasons, how often, when, and what becomes of the others meanwhile. */
import { delayed, OptionError, type Progress, type Retries, taskContext } from 'joblet'
import { describe, expect, test } from 'vitest'
import { brief, range, readAll, rejectionOf, type Subject } from './subject.js'

const throwUntil = (attempt: number): number => {
  if (taskContext().attempt < attempt) throw new RangeError(`not at attempt ${taskContext().attempt}`)
  return taskContext().attempt
}
const slowUntil = async (attempt: number): Promise<number> => {
  await new Promise((resolve) => setTimeout(resolve, taskContext().attempt < attempt ? 400 : 0))
  return taskContext().attempt
}
const never = () => 100

export function retriesContract({ Parallel, overlaps }: Subject): void {
  describe('retries', () => {
    test('run a task again that threw, where `error` says so', async () => {
      const tasks = [delayed(throwUntil)(3), delayed(throwUntil)(1), delayed(throwUntil)(2)]
      expect(await Parallel({ retries: { error: 2 } })(tasks)).toEqual([3, 1, 2])
    })

    test('end with the last error, and a failure that counts the attempts', async () => {
      const [outcome] = await Parallel({ onError: 'collect', retries: { error: 2 } })([delayed(throwUntil)(never())])
      expect(outcome).toMatchObject({ left: { kind: 'thrown', attempts: 3, error: { message: 'not at attempt 3' } } })
    })

    test('run a task again that ran too long, where `timeout` says so; its time counts anew', async () => {
      const options = { timeout: 150, onError: 'collect' } as const
      expect(brief(await Parallel({ ...options, retries: { timeout: 1 } })([delayed(slowUntil)(2), delayed(slowUntil)(1)]))).toEqual([2, 1])
      const [outcome] = await Parallel({ ...options, retries: { timeout: 1 } })([delayed(slowUntil)(never())])
      expect(outcome).toMatchObject({ left: { kind: 'timed-out', attempts: 2 } })
    })

    test.each<number | Retries>([3, { crash: 3 }, { timeout: 3 }, { error: 0 }])(
      '%j does not run a task again that threw',
      async (retries) => {
        const [outcome] = await Parallel({ onError: 'collect', retries })([delayed(throwUntil)(2)])
        expect(outcome).toMatchObject({ left: { kind: 'thrown', attempts: 1 } })
      },
    )

    test('of a task replace all that the run says', async () => {
      const tasks = [
        delayed(throwUntil, { retries: 5 })(2),
        delayed(throwUntil, { retries: { error: 3 } })(4),
        delayed(throwUntil)(3),
        delayed(throwUntil)(2),
      ]
      expect(brief(await Parallel({ onError: 'collect', retries: { error: 1 } })(tasks))).toEqual(['thrown', 4, 'thrown', 2])
    })

    test('leave the other tasks of a batch alone: none runs twice', async () => {
      const attempts = range(30).map((i) => (i % 7 === 3 ? 3 : 1))
      expect(await Parallel({ batchSize: 30, retries: { error: 2 } })(attempts.map((n) => delayed(throwUntil)(n)))).toEqual(attempts)
    })

    test('keep the order of a stream', async () => {
      const attempts = range(20).map((i) => 1 + (i % 3))
      const stream = Parallel({ returnAs: 'generator', batchSize: 4, retries: { error: 2 } })(attempts.map((n) => delayed(throwUntil)(n)))
      expect(await readAll(stream)).toEqual({ values: attempts })
    })

    test('are told of no failure that is not the last', async () => {
      const seen: Progress[] = []
      const onProgress = (progress: Progress) => void seen.push(progress)
      await Parallel({ retries: { error: 2 }, onProgress })([delayed(throwUntil)(3), delayed(throwUntil)(1)])
      expect(seen.map(({ done, failed }) => [done, failed])).toEqual([
        [1, 0],
        [2, 0],
      ])
    })
  })

  describe('the delay of retries', () => {
    test('is asked for with the number of the attempt that failed', async () => {
      const asked: number[] = []
      const delay = (attempt: number) => asked.push(attempt)
      expect(await Parallel({ retries: { error: 3, delay } })([delayed(throwUntil)(4)])).toEqual([4])
      expect(asked).toEqual([1, 2, 3])
    })

    test('passes before the next attempt', async () => {
      const begun = performance.now()
      await Parallel({ retries: { error: 2, delay: 60 } })([delayed(throwUntil)(3)])
      expect(performance.now() - begun).toBeGreaterThan(119)
    })

    test('holds no other task up, nor those that have yet to be pulled', async () => {
      const tasks = [delayed(throwUntil)(2), ...range(12).map(() => delayed(throwUntil)(1))]
      const options = {
        nJobs: 1,
        batchSize: 1,
        preDispatch: 1,
        returnAs: 'generator_unordered',
        retries: { error: 1, delay: 300 },
      } as const
      expect((await readAll(Parallel(options)(tasks))).values).toEqual([...range(12).map(() => 1), 2])
    })

    test('is over when it is over, though the input is slow to give its next task', async () => {
      let release = () => {}
      async function* input() {
        yield delayed(throwUntil)(2)
        await new Promise<void>((resolve) => (release = resolve))
        yield delayed(throwUntil)(1)
      }
      const stream = Parallel({ returnAs: 'generator', batchSize: 1, retries: { error: 1, delay: 20 } })(input())
      expect(await stream.next()).toEqual({ done: false, value: 2 })
      release()
      expect(await readAll(stream)).toEqual({ values: [1] })
    })

    test('ends at once with an abort: the task is cancelled, with the attempts that it had', async () => {
      const controller = new AbortController()
      const delay = () => {
        setImmediate(() => controller.abort('enough'))
        return 600_000
      }
      const options = { retries: { error: 1, delay }, signal: controller.signal } as const
      const [outcome] = await Parallel({ ...options, onError: 'collect' })([delayed(throwUntil)(2)])
      expect(outcome).toMatchObject({ left: { kind: 'cancelled', error: 'enough', attempts: 1 } })
    })

    test('that calls the run off itself leaves no task without an outcome', async () => {
      const controller = new AbortController()
      const delay = () => {
        controller.abort('enough')
        return 0
      }
      const options = { retries: { error: 1, delay }, signal: controller.signal, onError: 'collect', batchSize: 1 } as const
      expect(brief(await Parallel(options)([delayed(throwUntil)(2)]))).toEqual(['thrown'])
    })

    test.each([Number.NaN, -1, Number.POSITIVE_INFINITY, 2 ** 31, '5', undefined, Promise.resolve(5)])(
      'of %s out of a function rejects the run',
      async (wrong) => {
        for (const onError of ['throw', 'collect'] as const) {
          const retries = { error: 1, delay: () => wrong as number }
          const error = await rejectionOf(Parallel({ retries, onError })([delayed(throwUntil)(2), delayed(throwUntil)(1)]))
          expect(error).toBeInstanceOf(OptionError)
          expect((error as Error).message).toContain('`retries.delay` must give a number of milliseconds')
        }
      },
    )

    test('that throws rejects the run with what it threw', async () => {
      const delay = () => {
        throw new TypeError('no clock')
      }
      expect(await rejectionOf(Parallel({ retries: { error: 1, delay }, onError: 'collect' })([delayed(throwUntil)(2)]))).toEqual(
        new TypeError('no clock'),
      )
    })

    test.runIf(overlaps)('lets tasks run that come after the one that waits', async () => {
      const tasks = [delayed(throwUntil)(2), ...range(20).map(() => delayed(throwUntil)(1))]
      expect(await Parallel({ retries: { error: 1, delay: 50 } })(tasks)).toEqual([2, ...range(20).map(() => 1)])
    })
  })
}

/** Where a task that is tried again may find another worker, and copies of what it was given. */
export function crashRetriesContract({ Parallel }: Subject): void {
  describe('retries on workers', () => {
    const failInTurn = (ends: readonly ('exit' | 'throw' | 'value')[]) => {
      const end = ends[taskContext().attempt - 1]
      if (end === 'exit') process.exit(3)
      if (end === 'throw') throw new RangeError('thrown')
      return taskContext().attempt
    }

    test('count each reason by itself', async () => {
      const retries = { crash: 1, error: 1 }
      const outcomes = await Parallel({ onError: 'collect', retries })([
        delayed(failInTurn)(['exit', 'throw', 'value']),
        delayed(failInTurn)(['throw', 'throw', 'value']),
        delayed(failInTurn)(['exit', 'exit', 'value']),
      ])
      expect(brief(outcomes)).toEqual([3, 'thrown', 'crashed'])
      expect(outcomes.slice(1)).toMatchObject([{ left: { attempts: 2 } }, { left: { attempts: 2 } }])
    })

    test('give each attempt the arguments of the first', async () => {
      const given = { list: [1] }
      function* input() {
        yield delayed((argument: typeof given) => {
          argument.list.push(2)
          if (taskContext().attempt === 1) throw new Error('once')
          return argument.list
        })(given)
        given.list.push(99)
      }
      expect(await Parallel({ batchSize: 1, retries: { error: 1 } })(input())).toEqual([[1, 2]])
    })

    test('do not run a task again whose result cannot be sent', async () => {
      const retries = { crash: 2, error: 2, timeout: 2 }
      const [outcome] = await Parallel({ onError: 'collect', retries })([delayed(() => new WeakRef({}))()])
      expect(outcome).toMatchObject({ left: { kind: 'unsendable', attempts: 1 } })
    })
  })
}
