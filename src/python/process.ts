/** `Process`: one process of the operating system for one call. */
import { CallProcess, type ProcessCall } from '../backend/life/call-process.js'
import { ContextError } from '../errors.js'
import { type Read, readOptions } from '../options.js'
import { refuseWhileLoading } from '../parallel/parallel.js'
import { array, boolean, fn, string } from '../rules.js'
import type { AnyFunction } from '../task.js'
import { callable } from './callable.js'
import { checkFunction } from './checks.js'
import { orNone, type StartOptions, startRules } from './pool-options.js'
import { checkTimeout, late, waitFor } from './timeout.js'

/**
 * What `Process` takes.
 *
 * @example
 * ```ts
 * import { Process, type ProcessOptions } from 'joblet/multiprocessing'
 *
 * const options: ProcessOptions<[string]> = { target: (name) => console.error(`hello ${name}`), args: ['bob'], name: 'greeter' }
 * const greeter = Process(options)
 * console.log(greeter.name, greeter.isAlive()) // greeter false
 * ```
 * @category Processes
 */
export type ProcessOptions<Args extends readonly unknown[]> = StartOptions & {
  /** What the process calls: any function, an async one is awaited. What it returns is dropped. */
  readonly target: (...args: Args) => unknown
  /** Shown where its target fails, and by `currentProcess()` inside. @default 'Process-1', 'Process-2' ... */
  readonly name?: string | null | undefined
  /** Ended when the program ends, instead of waited for. @default false */
  readonly daemon?: boolean | null | undefined
} & ([] extends Args ? { readonly args?: Args | undefined } : { readonly args: Args })

const rules = { ...startRules, target: fn<AnyFunction>(), args: array, name: orNone(string), daemon: orNone(boolean) }
const usage = "Process({ target: fn, args: ['bob'] })"

let made = 0

class OneProcess {
  /** Its name. */
  readonly name: string
  /** Whether it ends with the program, instead of being waited for. */
  readonly daemon: boolean
  readonly #options: Read<typeof rules>
  #process: CallProcess | undefined
  #exitCode: number | null = null
  #joining = 0

  constructor(options: unknown) {
    this.#options = readOptions('Process', rules, options)
    checkFunction(this.#options.target, usage)
    made += 1
    this.name = this.#options.name ?? `Process-${made}`
    this.daemon = this.#options.daemon ?? false
  }

  /** The number that the operating system gave it; null before it was started. */
  get pid(): number | null {
    return this.#process?.pid ?? null
  }

  /** Null before it has ended. 0 if its target returned, 1 if that threw, what it gave `process.exit`, and -9 if SIGKILL ended it. */
  get exitCode(): number | null {
    return this.#exitCode
  }

  /**
   * Start it. Its output comes on the console as it writes it.
   *
   * @throws {ContextError} If it was started before.
   */
  start(): void {
    refuseWhileLoading()
    if (this.#process !== undefined) throw new ContextError(`cannot start process '${this.name}' twice; make another one`)
    const { target, args = [], name: _, daemon: __, ...kind } = this.#options
    const given = Object.fromEntries(Object.entries(kind).filter(([, value]) => value !== undefined))
    const call: ProcessCall = { ...given, name: this.name, target: target as AnyFunction, args }
    const process = new CallProcess(call)
    this.#process = process
    if (this.daemon) process.hold(false)
    process.ended.then(
      ({ exitCode, signal }) => (this.#exitCode = exitCode ?? -signalNumber(signal)),
      (error: unknown) => this.#failed(error),
    )
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    return this.#process !== undefined && this.#exitCode === null
  }

  /** End it by SIGTERM, which it may handle. */
  terminate(): void {
    this.#started('terminate').kill('SIGTERM')
  }

  /** End it by SIGKILL. */
  kill(): void {
    this.#started('kill').kill('SIGKILL')
  }

  /**
   * Wait until it has ended; `exitCode` says how.
   *
   * @param timeout Milliseconds after which to go on anyway, from 0. @default Infinity
   * @throws {ShippingError} If its target or its arguments cannot travel. What its target throws is its own: it has exit code 1.
   */
  async join(timeout?: number): Promise<void> {
    const process = this.#started('join')
    const limit = checkTimeout('join', timeout)
    this.#joining += 1
    process.hold(true)
    const end = await waitFor(process.ended, limit).finally(() => (this.#joining -= 1))
    if (end === late && this.daemon && this.#joining === 0) process.hold(false)
  }

  #started(word: string): CallProcess {
    if (this.#process !== undefined) return this.#process
    throw new ContextError(`cannot ${word} process '${this.name}': it was not started; call start() first`)
  }

  #failed(error: unknown): void {
    this.#exitCode = 1
    console.error(`Process ${this.name}:\n${error instanceof Error ? error.stack : String(error)}`)
  }
}

const signalNumber = (signal: string | undefined): number => {
  const { signals } = process.getBuiltinModule('node:os').constants
  return signals[signal as NodeJS.Signals] ?? 0
}

/**
 * See {@link Process}.
 *
 * @example
 * ```ts
 * import { Process } from 'joblet/multiprocessing'
 *
 * const exitCode = async (process: Process): Promise<number | null> => {
 *   process.start()
 *   await process.join()
 *   return process.exitCode
 * }
 * console.log(await exitCode(Process({ target: () => process.exit(3) }))) // 3
 * ```
 * @category Processes
 */
export interface Process extends OneProcess {}

/**
 * How `Process` is called.
 *
 * @example
 * ```ts
 * import { Process, type ProcessFunction } from 'joblet/multiprocessing'
 *
 * const idle = (make: ProcessFunction) => make({ target: () => undefined, daemon: true })
 * console.log(idle(Process).daemon) // true
 * ```
 * @category Processes
 */
export interface ProcessFunction {
  <Args extends readonly unknown[]>(options: ProcessOptions<Args>): Process
  new <Args extends readonly unknown[]>(options: ProcessOptions<Args>): Process
  readonly prototype: Process
}

/**
 * One process of the operating system for one call, started by `start()`.
 *
 * @throws {OptionError} With every unknown or wrong option.
 * @example
 * ```ts
 * import { Process } from 'joblet/multiprocessing'
 *
 * const greeter = Process({ target: (name: string) => console.log(`hello ${name}`), args: ['bob'] })
 * greeter.start()
 * await greeter.join()
 * console.log(greeter.exitCode) // 0
 * ```
 * @category Processes
 */
export const Process: ProcessFunction = callable('Process', OneProcess)
