/** What a program says about its own modules and classes holds in workers. */
import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { delayed, OptionError, Parallel, registerByValue, registerClass, ShippingError } from 'joblet'
import { describe, expect, onTestFinished, test } from 'vitest'
import * as exported from '../fixtures/shipping/exports.mjs'
import { emptyFolder, removeFolder } from '../support/consumer.js'

class Money {
  #cents: number
  readonly spent: Date[] = []
  constructor(cents: number) {
    this.#cents = cents
  }
  get cents(): number {
    return this.#cents
  }
  plus(other: Money): Money {
    return new Money(this.#cents + other.#cents)
  }
}
registerClass(Money, { encode: (money) => money.cents, decode: (cents) => new Money(cents) })

class Purse extends Money {}

class Account {
  readonly owner: string
  readonly log: (line: string) => void
  #balance = new Money(0)
  constructor(owner: string, log: (line: string) => void) {
    this.owner = owner
    this.log = log
  }
  pay(money: Money): this {
    this.#balance = this.#balance.plus(money)
    return this
  }
  get balance(): Money {
    return this.#balance
  }
}
registerClass(Account, {
  encode: ({ owner, balance }) => ({ owner, balance }),
  decode: ({ owner, balance }) => new Account(owner, () => undefined).pay(balance),
})

describe.each(['threads', 'processes'] as const)('on %s', (backend) => {
  const ask = async <T>(fn: (...args: never[]) => T, ...args: unknown[]): Promise<Awaited<T>> => {
    const run = Parallel({ nJobs: 2, backend })
    onTestFinished(() => run.close())
    const [value] = await run([delayed(fn as (...args: unknown[]) => T)(...args)])
    return value as Awaited<T>
  }

  test('an instance of a registered class arrives with its private state, and comes back', async () => {
    const sum = await ask((a: Money, b: Money[]) => [a.plus(b[0] as Money), a instanceof Money] as const, new Money(5), [new Money(7)])

    expect(sum[0]).toBeInstanceOf(Money)
    expect([sum[0].cents, sum[1]]).toEqual([12, true])
  })

  test('an instance that is made in the worker comes back too', async () => {
    expect((await ask(() => new Map([['m', new Money(3)]]))).get('m')?.cents).toBe(3)
  })

  test('what encode gives may hold other registered instances, and leave out what stays behind', async () => {
    const account = new Account('ann', () => console.log('here')).pay(new Money(4))

    const richer = await ask((there: Account) => there.pay(new Money(6)), account)

    expect([richer.owner, richer.balance.cents, richer instanceof Account]).toEqual(['ann', 10, true])
  })

  test('an instance keeps its identity within a value', async () => {
    const money = new Money(1)

    expect(await ask((a: Money, list: Money[]) => a === list[0], money, [money])).toBe(true)
  })

  test('a subclass is registered for itself', async () => {
    await expect(ask((purse: Purse) => purse.cents, new Purse(1))).rejects.toThrow(
      /class Money, whose private fields \(#cents\) cannot be read from outside; register how it travels: registerClass\(/,
    )
  })

  test('an encode that throws fails the task, and says so', async () => {
    class Sealed {
      readonly lid = 1
    }
    registerClass(Sealed, {
      encode: () => {
        throw new RangeError('no way in')
      },
      decode: () => new Sealed(),
    })

    const error: unknown = await ask((s: Sealed) => s.lid, new Sealed()).catch((caught: unknown) => caught)

    expect(error).toBeInstanceOf(ShippingError)
    expect(String(error)).toContain("the 'encode' that was registered for class Sealed threw RangeError: no way in")
  })

  test('a module that was registered takes along the state that it has here', async () => {
    const { counter } = exported
    const read = exported.readCounter
    counter.value = 5
    onTestFinished(() => void (counter.value = 0))

    expect(await ask(read)).toBe(0)
    const takeBack = registerByValue(new URL('../fixtures/shipping/', import.meta.url))
    onTestFinished(takeBack)
    expect(await ask(read)).toBe(5)
    expect(await ask(() => read() + exported.triple(1))).toBe(8)
  })

  test.each([
    ['its URL', (file: string) => pathToFileURL(file).href],
    ['its path', (file: string) => file],
    ['the folder that it is in, without a slash', (file: string) => dirname(file)],
    ['a link to that folder', (file: string) => `${linkTo(dirname(file))}/`],
  ])('a module may be registered by %s', async (_, name) => {
    const { counter } = exported
    counter.value = 7
    onTestFinished(() => void (counter.value = 0))
    const file = fileURLToPath(new URL('../fixtures/shipping/exports.mjs', import.meta.url))

    onTestFinished(registerByValue(name(file)))

    expect(await ask(exported.readCounter)).toBe(7)
  })

  test('what is taken back once stays registered where it was registered twice', async () => {
    const { counter } = exported
    counter.value = 9
    onTestFinished(() => void (counter.value = 0))
    const folder = new URL('../fixtures/shipping/', import.meta.url)

    const [first, second] = [registerByValue(folder), registerByValue(folder)]
    first()
    expect(await ask(exported.readCounter)).toBe(9)
    second()
    expect(await ask(exported.readCounter)).toBe(0)
  })
})

/** A link in a folder of its own. */
function linkTo(folder: string): string {
  const place = emptyFolder('linked')
  onTestFinished(() => removeFolder(place))
  symlinkSync(folder, join(place, 'link'))
  return join(place, 'link')
}

test.each([
  ['a relative path', './settings.js', "pass import.meta.resolve('./settings.js')"],
  ['the name of a package', 'zod', "pass import.meta.resolve('zod')"],
  ['nothing', '', 'says nothing'],
  ['no text', 5, 'must be a URL or a path'],
])('%s is no module that could be registered', (_, place, message) => {
  expect(() => registerByValue(place as string)).toThrow(OptionError)
  expect(() => registerByValue(place as string)).toThrow(message)
})

test('a registration that cannot work is refused', () => {
  const encode = (): number => 1

  expect(() => registerClass(class {}, { encode })).toThrow(OptionError)
  expect(() => registerClass((() => undefined) as never)).toThrow('what is registered must be a class')
  registerClass(class {}, { name: 'taken' })
  expect(() => registerClass(class {}, { name: 'taken' })).toThrow("another class is registered as 'taken'")
})
