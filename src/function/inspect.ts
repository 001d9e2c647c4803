/**
 * What the engine knows about a function and JavaScript does not tell: where it stands in which script, and the variables it captured.
 * Read through `node:inspector` on this very thread; every call completes synchronously, and the `Runtime` domain alone costs the program nothing.
 */
import type { Session } from 'node:inspector'

/** One scope that a function sees; `variables` holds the live values by name. Reading one that is not initialised throws on Node 22 and later. */
export interface SeenScope {
  readonly kind: 'Local' | 'Block' | 'Closure' | 'Catch' | 'Module' | 'Script' | 'With' | 'Global' | 'Eval'
  readonly variables: Record<string, unknown>
}

/** Where a function begins. */
export interface Place {
  readonly scriptId: string
  readonly line: number
  readonly column: number
}

/** What a bound function calls. */
export interface Binding {
  readonly target: unknown
  readonly self: unknown
  readonly args: readonly unknown[]
}

/** What the engine tells about a function. Natives have no place. */
export interface Inspected {
  readonly place: Place | undefined
  /** From the innermost out. */
  readonly scopes: readonly SeenScope[]
  readonly bound: Binding | undefined
}

interface RemoteObject {
  readonly objectId?: string
  readonly type: string
  readonly value?: unknown
  readonly unserializableValue?: string
}

/** Objects pass between us and the inspector through this box, which it can see and we can see. */
interface Mailbox {
  in?: unknown
  out?: unknown
  /** Used while `this` of an arrow function is read. */
  seize?: ((self: unknown) => void) | undefined
}

export const mailbox: Mailbox = Object.assign(Object.create(null) as Mailbox, { in: undefined, out: undefined })
const mailboxKey = Symbol.for('joblet.mailbox')
/** An expression that finds the mailbox while {@link withMailbox} runs. Builtin modules are shared by all realms of a thread (jest, vm), `globalThis` is not. */
export const mailboxExpression = `process.getBuiltinModule('node:inspector')[Symbol.for('joblet.mailbox')]`

let session: Session | undefined
let mailboxId = ''
let failure: Error | undefined

/** Why there is no inspector here (`--permission`, Bun); `undefined` where there is one. */
export function whyNoInspector(): Error | undefined {
  if (session === undefined && failure === undefined) open()
  return failure
}

/** What the engine knows about `fn`. Costs about 0.1 ms. */
export function inspect(fn: object): Inspected {
  return inspecting(fn, (internals) => {
    const place = internals.get('[[FunctionLocation]]')?.value as { scriptId: string; lineNumber: number; columnNumber: number } | undefined
    return {
      place: place && { scriptId: place.scriptId, line: place.lineNumber, column: place.columnNumber },
      scopes: scopesOf(internals.get('[[Scopes]]')),
      bound: internals.has('[[TargetFunction]]') ? bindingOf(internals) : undefined,
    }
  })
}

/** The live entries of a WeakMap, or the items of a WeakSet as `[item, true]`. */
export function weakEntries(collection: object): [object, unknown][] {
  return inspecting(collection, (internals) => {
    const entries = fetch(internals.get('[[Entries]]')) as ArrayLike<{ key?: object; value: unknown }> | undefined
    return Array.from(entries ?? [], (entry): [object, unknown] =>
      entry.key === undefined ? [entry.value as object, true] : [entry.key, entry.value],
    )
  })
}

/** Call the inspector, synchronously. */
export function post(method: string, params?: object): unknown {
  let answer: { error: Error | null; result?: unknown } | undefined
  opened().post(method, params as never, (error: Error | null, result?: unknown) => {
    answer = { error, result }
  })
  if (answer === undefined) throw new Error(`inspector: ${method} did not complete synchronously`)
  if (answer.error !== null) throw new Error(`inspector: ${method}: ${answer.error.message}`)
  return answer.result
}

/** Run `work` while `mailboxExpression` finds the mailbox. */
export function withMailbox<T>(work: () => T): T {
  const holder = inspectorModule() as unknown as Record<symbol, unknown>
  holder[mailboxKey] = mailbox
  try {
    return work()
  } finally {
    delete holder[mailboxKey]
  }
}

/** The open session, for listening to it. */
export function opened(): Session {
  if (session === undefined && failure === undefined) open()
  if (session === undefined) throw failure ?? new Error('inspector: not available')
  return session
}

const inspectorModule = (): typeof import('node:inspector') => {
  if (typeof process.getBuiltinModule !== 'function') throw new Error('inspector: this runtime has no process.getBuiltinModule')
  return process.getBuiltinModule('node:inspector')
}

function open(): void {
  try {
    session = new (inspectorModule().Session)()
    session.connect()
    const { result } = withMailbox(() =>
      post('Runtime.evaluate', { expression: mailboxExpression, objectGroup: 'joblet.keep', silent: true }),
    ) as {
      result: RemoteObject
    }
    if (result.objectId === undefined) throw new Error('inspector: it cannot see the mailbox')
    mailboxId = result.objectId
    checkItself()
  } catch (error) {
    failure = error instanceof Error ? error : new Error(String(error))
    session = undefined
  }
}

// The names of internal properties are stable since Node 8, but no one promises them: look once whether they still mean what we think.
function checkItself(): void {
  const probe = {}
  // By value, not by name: a minifier may have renamed the variable.
  const seen = Object.values(inspect(() => probe).scopes[0]?.variables ?? {})
  if (!seen.includes(probe)) throw new Error('inspector: it does not show captured variables')
}

type Internals = ReadonlyMap<string, RemoteObject>

function inspecting<T>(object: object, read: (internals: Internals) => T): T {
  opened()
  mailbox.in = object
  try {
    const { objectId } = callOnMailbox('function () { return this.in }')
    const { internalProperties } = post('Runtime.getProperties', { objectId, ownProperties: true }) as {
      internalProperties?: { name: string; value?: RemoteObject }[]
    }
    return read(new Map((internalProperties ?? []).flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))))
  } finally {
    mailbox.in = mailbox.out = undefined
    post('Runtime.releaseObjectGroup', { objectGroup: 'joblet' })
  }
}

function callOnMailbox(functionDeclaration: string): RemoteObject {
  return (
    post('Runtime.callFunctionOn', { objectId: mailboxId, functionDeclaration, objectGroup: 'joblet', silent: true }) as {
      result: RemoteObject
    }
  ).result
}

/** The real value behind a handle of the inspector. */
function fetch(remote: RemoteObject | undefined): unknown {
  if (remote?.objectId === undefined) return primitiveOf(remote)
  post('Runtime.callFunctionOn', {
    objectId: remote.objectId,
    functionDeclaration: 'function (box) { box.out = this }',
    arguments: [{ objectId: mailboxId }],
    silent: true,
  })
  return mailbox.out
}

function primitiveOf(remote: RemoteObject | undefined): unknown {
  const text = remote?.unserializableValue
  if (text === undefined) return remote?.value
  return remote?.type === 'bigint' ? BigInt(text.slice(0, -1)) : Number(text)
}

function scopesOf(remote: RemoteObject | undefined): SeenScope[] {
  const list = fetch(remote) as ArrayLike<{ description: string; object: Record<string, unknown> }> | undefined
  return Array.from(list ?? [], ({ description, object }) => ({
    kind: /^\w+/.exec(description)?.[0] as SeenScope['kind'],
    variables: object,
  }))
}

function bindingOf(internals: Internals): Binding {
  const args = fetch(internals.get('[[BoundArgs]]')) as ArrayLike<unknown> | undefined
  return { target: fetch(internals.get('[[TargetFunction]]')), self: fetch(internals.get('[[BoundThis]]')), args: Array.from(args ?? []) }
}
