/** What tasks print reaches `onOutput`: whole lines, in order, each with its task. */
import { delayed, type OutputLine, taskContext } from 'joblet'
import { describe, expect, test } from 'vitest'
import { range, rejectionOf, type Subject, tally } from './subject.js'

const texts = (lines: readonly OutputLine[], index: number | undefined) =>
  lines.filter((line) => line.index === index).map(({ text }) => text)

export function outputContract({ name, Parallel }: Subject): void {
  describe('onOutput', () => {
    /** A run whose lines are gathered. */
    const listening = (options: object = {}) => {
      const lines: OutputLine[] = []
      return { lines, runner: Parallel({ ...options, onOutput: (line) => lines.push(line) }) }
    }

    test('hears each line with its task, and both streams in the order in which they were written', async () => {
      const talk = async (i: number) => {
        process.stdout.write('h\u00e9')
        console.error(`error ${i}`)
        await new Promise((resolve) => setTimeout(resolve, 2))
        console.log(`llo ${i}\nand more`)
        process.stdout.write(Buffer.from('no end'))
        return taskContext().workerId
      }
      const { lines, runner } = listening({ batchSize: 3 })
      const workers = await runner(range(8).map((i) => delayed(talk, { label: `L${i}` })(i)))
      for (const index of range(8)) {
        const own = lines.filter((line) => line.index === index)
        expect(own.map(({ text, stream }) => [stream, text])).toEqual([
          ['stderr', `error ${index}`],
          ['stdout', `h\u00e9llo ${index}`],
          ['stdout', 'and more'],
          ['stdout', 'no end'],
        ])
        expect(own.every(({ label, workerId, attempt }) => label === `L${index}` && workerId === workers[index] && attempt === 1)).toBe(
          true,
        )
      }
      expect(lines).toHaveLength(32)
    })

    test('hears a character whose bytes are written apart, other encodings, and colours as they are', async () => {
      const { lines, runner } = listening({ nJobs: 1 })
      await runner([
        delayed(() => {
          const smile = Buffer.from('\u{1f600}')
          process.stdout.write(smile.subarray(0, 2))
          process.stdout.write(smile.subarray(2))
          process.stdout.write('\u001b[31mred\u001b[0m')
          return new Promise<void>(
            (resolve) => void process.stdout.write('e9', 'hex', () => process.stdout.write('0a', 'hex', () => resolve())),
          )
        })(),
      ])
      expect(texts(lines, 0)).toEqual(['\u{1f600}\u001b[31mred\u001b[0m\ufffd'])
    })

    test('hears ten megabytes without a newline, in parts', async () => {
      const { lines, runner } = listening({ nJobs: 1 })
      await runner([delayed(() => void process.stdout.write('x'.repeat(10_000_000)))()])
      expect(texts(lines, 0).join('')).toBe('x'.repeat(10_000_000))
      expect(lines.every(({ text }) => text.length <= 1024 ** 2 + 65_536 || name === 'threads')).toBe(true)
    })

    test('hears what was printed before a worker ended, and in which attempt', async () => {
      const talkAndExit = () => {
        console.log(`attempt ${taskContext().attempt}`)
        process.stderr.write('no end')
        if (taskContext().attempt === 1) process.exit(3)
      }
      const { lines, runner } = listening({ nJobs: 1, batchSize: 1, retries: 1 })
      await runner([delayed(talkAndExit)()])
      const last = lines.filter(({ attempt }) => attempt === 2).map(({ text }) => text)
      expect(last).toEqual(['attempt 2', 'no end'])
      expect(lines.filter(({ attempt }) => attempt === 1).map(({ text }) => text)).toEqual(expect.arrayContaining(['attempt 1', 'no end']))
      expect(lines.every(({ index }) => index === 0)).toBe(true)
    })

    test('hears all that was printed before a failure ends the run', async () => {
      const { lines, runner } = listening({ nJobs: 1 })
      const talkAndThrow = () => {
        for (let i = 0; i < 3_000; i++) console.log(`line ${i}`)
        throw new Error('no')
      }
      await rejectionOf(runner([delayed(talkAndThrow)()]))
      expect(texts(lines, 0)).toEqual(range(3_000).map((i) => `line ${i}`))
    })

    test('hears what no task printed without an index', async () => {
      const { lines, runner } = listening({ nJobs: 1, initializer: () => console.log('prepared') })
      await runner([delayed(() => console.log('task'))()])
      expect([texts(lines, undefined), texts(lines, 0)]).toEqual([['prepared'], ['task']])
    })

    test('that throws rejects the run with its error', async () => {
      const onOutput = () => {
        throw new RangeError('enough')
      }
      expect(await rejectionOf(Parallel({ onOutput })(range(4).map((i) => delayed(console.log)(i))))).toEqual(new RangeError('enough'))
    })

    test('of two runs that share their workers hears its own lines only', async () => {
      const both = ['a', 'b'].map(() => listening({ batchSize: 2 }))
      const tasks = (who: string) => range(30).map((i) => delayed((mine: string, n: number) => console.log(`${mine} ${n}`))(who, i))
      await Promise.all(both.map(({ runner }, i) => runner(tasks(i === 0 ? 'a' : 'b'))))
      for (const [i, { lines }] of both.entries()) {
        expect(lines.map(({ index, text }) => `${text}=${index}`).toSorted()).toEqual(
          range(30)
            .map((n) => `${i === 0 ? 'a' : 'b'} ${n}=${n}`)
            .toSorted(),
        )
      }
    })

    test('hears the lines of tasks that run into their timeout', async () => {
      const { lines, runner } = listening({ nJobs: 1, timeout: 400, onError: 'collect' })
      const talkForEver = () => {
        for (let i = 0; i < 100; i++) console.log(`line ${i}`)
        for (;;);
      }
      expect(tally(await runner([delayed(talkForEver)()]))).toEqual({ 'timed-out': 1 })
      expect(texts(lines, 0)).toEqual(range(100).map((i) => `line ${i}`))
    })
  })
}
