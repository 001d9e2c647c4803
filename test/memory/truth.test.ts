/** A result lies under the key of what it was computed from, and no call waits for itself. */
import { Memory } from 'joblet'
import { describe, expect, test } from 'vitest'
import { listener, temporaryFolder } from './folder.js'

/** A door that lets through when it is opened. */
function door(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open: () => open() }
}

/** What does not count as part of a function: tests look through it into the function. */
const outside = <T extends object>(value: T): T => Object.assign(value, { [Symbol.for('joblet.identity')]: () => ['of the test'] })

describe('arguments that the caller changes after the call', () => {
  test('do not matter: the function has begun', async () => {
    const location = temporaryFolder()
    const sum = async (list: number[]) => list.reduce((all, n) => all + n, 0)
    await Memory({ location }).cache(sum)([0])
    const cached = Memory({ location }).cache(sum)
    await cached([0])
    const list = [1, 2]
    const result = cached(list)
    list.push(100)

    expect(await result).toBe(3)
    expect(await cached([1, 2])).toBe(3)
    expect(await cached([1, 2, 100])).toBe(103)
  })

  test('while somebody else has the lock give their result to that caller alone, and it is not kept', async () => {
    const location = temporaryFolder()
    const { opened, open } = door()
    const begun = door()
    let runs = 0
    const wait = outside(async () => {
      begun.open()
      if (++runs === 1) {
        await opened
        throw new Error('the first one fails')
      }
    })
    const sum = async (list: number[]) => {
      const all = list.reduce((sum, n) => sum + n, 0)
      await wait()
      return all
    }
    const { events, onEvent } = listener()
    const [first, second] = [Memory({ location }).cache(sum), Memory({ location, onEvent }).cache(sum)]
    const failing = first([1, 2]).catch((error: Error) => error.message)
    await begun.opened
    const list = [1, 2]
    const changed = second(list)
    const joined = second([1, 2])
    list.push(100)
    open()

    expect(await failing).toBe('the first one fails')
    expect(await changed).toBe(103)
    expect(await joined).toBe(3)
    expect(events.filter(({ type }) => type === 'uncacheable')).toEqual([
      expect.objectContaining({ reason: 'its arguments were changed after the call and before it could run; pass a copy' }),
    ])
    expect(await first([1, 2])).toBe(3)
    expect(await first([1, 2, 100])).toBe(103)
    expect((await Memory({ location }).stats()).items).toBe(2)
  })

  test('while `call` gets ready are seen too', async () => {
    const location = temporaryFolder()
    const cached = Memory({ location }).cache((list: number[]) => list.length)
    await cached([])
    const list = [1]
    const result = cached.call(list)
    list.push(2)

    expect(await result).toBe(2)
    expect(await cached([1])).toBe(1)
  })
})

describe('a cached function that calls itself', () => {
  const message =
    /^cannot call again\(.*\) from within the computation of again\(.*\): it would wait for itself; call it with other arguments/

  test('with other arguments is like any function', async () => {
    const memory = Memory({ location: temporaryFolder() })
    const fibonacci: (n: number) => Promise<number> = memory.cache(
      async (n: number): Promise<number> => (n < 2 ? n : (await Promise.all([fibonacci(n - 1), fibonacci(n - 2)])).reduce((a, b) => a + b)),
      { name: 'fibonacci' },
    )
    expect(await fibonacci(60)).toBe(1_548_008_755_920)
  })

  test.each([
    ['at once', async () => undefined],
    ['later', () => new Promise<void>((resolve) => setImmediate(resolve))],
  ])('with the same ones, %s, rejects', async (_, pause) => {
    const paused = outside(pause)
    const memory = Memory({ location: temporaryFolder() })
    const again: (n: number) => Promise<number> = memory.cache(
      async (n: number): Promise<number> => {
        if (n > 1) await paused()
        return (await again(n)) + 1
      },
      { name: 'again' },
    )
    await expect(again(2)).rejects.toThrow(message)
    await expect(again(1)).rejects.toThrow(message)
    await expect(again(1)).rejects.toMatchObject({ code: 'ERR_CONTEXT' })
  })

  test('over another one, or in another memory on the same folder, rejects', async () => {
    const location = temporaryFolder()
    const functions: Record<string, (n: number) => Promise<number>> = outside({})
    const again = async (n: number): Promise<number> => ((await functions['other']?.(n)) ?? 0) + 1
    functions['again'] = Memory({ location }).cache(again, { name: 'again' })
    functions['other'] = Memory({ location }).cache(async (n: number): Promise<number> => (await functions['again']?.(n)) ?? 0, {
      name: 'other',
    })
    await expect(functions['again'](1)).rejects.toThrow(message)
    functions['other'] = Memory({ location }).cache(again, { name: 'again' })
    await expect(functions['again'](2)).rejects.toThrow(message)
  })

  test('over one that somebody else called rejects: neither would ever end', async () => {
    const memory = Memory({ location: temporaryFolder() })
    const { opened, open } = door()
    const functions: Record<string, (n: number) => Promise<number>> = outside({})
    const ready = outside(() => opened)
    const asking = (name: string) =>
      memory.cache(
        async (n: number): Promise<number> => {
          await ready()
          return (await functions[name]?.(n)) ?? 0
        },
        { name: `asks ${name}` },
      )
    functions['again'] = asking('other')
    functions['other'] = asking('again')
    const both = [functions['again'](1), functions['other'](1)].map((result) => result.catch((error: Error) => error.message))
    open()

    expect((await Promise.all(both)).map((said) => /from within the computation/.test(String(said)))).toEqual([true, true])
  })
})
