/** `registerClass`: instances that only their own class can take apart. Worker-safe. */
import { OptionError } from '../../errors.js'
import { own } from '../../own.js'
import { keepClassName, keepCodec } from './class-registry.js'
import { nameIdentity } from './identity.js'

/**
 * How instances of a class travel.
 *
 * @example
 * ```ts
 * import { type RegisteredClass, registerClass } from 'joblet'
 *
 * class Celsius {
 *   #degrees: number
 *   constructor(degrees: number) {
 *     this.#degrees = degrees
 *   }
 *   static readonly travel: RegisteredClass<Celsius, number> = {
 *     name: 'Celsius',
 *     encode: (it) => it.#degrees,
 *     decode: (degrees) => new Celsius(degrees),
 *   }
 * }
 * registerClass(Celsius, Celsius.travel)
 * ```
 * @category How functions travel
 */
export interface RegisteredClass<T, State> {
  /** A name that is the same in every program: where a class is registered under it, instances become that class's. @default none */
  readonly name?: string
  /** What makes up an instance, as any value that travels. Goes with {@link decode}. @default its own fields */
  readonly encode?: (instance: T) => State
  /** An instance from what {@link encode} gave. It travels, with what it captures. */
  readonly decode?: (state: State) => T
}

/**
 * Say how instances of a class travel: for classes with private fields, which nobody can read from outside, and for those that hold something
 * that stays behind, such as a connection. The class itself travels as functions do. Subclasses are registered for themselves.
 *
 * @throws {OptionError} If `Class` is no class, or only one of `encode` and `decode` is given, or another class has that name.
 * @example
 * ```ts
 * import { delayed, Parallel, registerClass } from 'joblet'
 *
 * class Money {
 *   #cents: number
 *   constructor(cents: number) {
 *     this.#cents = cents
 *   }
 *   get cents() {
 *     return this.#cents
 *   }
 * }
 * registerClass(Money, { encode: (money) => money.cents, decode: (cents) => new Money(cents) })
 * console.log(await Parallel({ nJobs: 2 })([delayed((money: Money) => money.cents)(new Money(5))])) // [ 5 ]
 * ```
 * @category How functions travel
 */
export const registerClass = own(
  'registerClass',
  <T, State>(Class: abstract new (...args: never[]) => T, how: RegisteredClass<T, State> = {}): void => {
    const { name, encode, decode } = how
    const problems = problemsOf(Class, how)
    if (problems.length > 0) throw new OptionError('registerClass', problems)
    if (name !== undefined && !nameIdentity(Class, `class ${name}`))
      throw new OptionError('registerClass', [`another class is registered as '${name}'; give each class a name of its own`])
    keepClassName(Class, name ?? Class.name)
    if (encode !== undefined && decode !== undefined) keepCodec(Class, { encode, decode })
  },
)

function problemsOf(Class: unknown, { name, encode, decode }: { name?: unknown; encode?: unknown; decode?: unknown }): string[] {
  return [
    ...(typeof Class === 'function' && typeof Class.prototype === 'object' ? [] : ['what is registered must be a class']),
    ...(name === undefined || (typeof name === 'string' && name !== '') ? [] : ['`name` must be a text']),
    ...(typeof encode === typeof decode && ['undefined', 'function'].includes(typeof encode)
      ? []
      : ['`encode` and `decode` must both be functions, or both be left out']),
  ]
}
