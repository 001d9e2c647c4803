/**
 * The inspector of this very thread, and what it shows of an object beside its properties. Every call completes synchronously, and the
 * `Runtime` domain alone costs the program nothing.
 */
import type { Session } from 'node:inspector'

/** What the inspector says of a value: itself if it is plain, a handle otherwise. */
export interface RemoteObject {
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

/** Whether the inspector is in use already; opening it takes 1 ms. */
export const isInspecting = (): boolean => session !== undefined

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
  const scopes = inspecting(
    () => probe,
    (internals) => fetch(internals['[[Scopes]]']) as ArrayLike<{ object: object }> | undefined,
  )
  // By value, not by name: a minifier may have renamed the variable.
  if (!Object.values(scopes?.[0]?.object ?? {}).includes(probe)) throw new Error('inspector: it does not show captured variables')
}

/** The properties that the engine alone sees, such as `[[Scopes]]`. */
export type Internals = Readonly<Record<string, RemoteObject>>

/** Give `read` the internal properties of `object`. */
export function inspecting<T>(object: object, read: (internals: Internals) => T): T {
  return withHandle(object, (handle) => read(internalsOf(handle)))
}

/** As {@link inspecting}, for many objects at once: one call of the inspector for each and three for all, instead of three for each. */
export function inspectingAll<T>(objects: readonly object[], read: (internals: readonly Internals[]) => T): T {
  return withHandle(objects, ({ objectId }) => {
    const { result } = post('Runtime.getProperties', { objectId, ownProperties: true }) as {
      result: { name: string; value: RemoteObject }[]
    }
    return read(result.filter(({ name }) => name !== 'length').map(({ value }) => internalsOf(value)))
  })
}

function withHandle<T>(object: object, work: (handle: RemoteObject) => T): T {
  opened()
  mailbox.in = object
  try {
    return work(callOnMailbox('function(){return this.in}'))
  } finally {
    mailbox.in = mailbox.out = undefined
    releaseSoon()
  }
}

function internalsOf({ objectId }: RemoteObject): Internals {
  const { internalProperties = [] } = post('Runtime.getProperties', { objectId, ownProperties: true }) as {
    internalProperties?: { name: string; value?: RemoteObject }[]
  }
  const internals: Record<string, RemoteObject> = {}
  for (const { name, value } of internalProperties) if (value !== undefined) internals[name] = value
  return internals
}

const maxHeld = 64
let held = 0

/** Let go of the inspector's handles, which keep objects alive: for many functions at once, since a call costs 10 us, and before the program goes on. */
function releaseSoon(): void {
  if (held++ === 0) void Promise.resolve().then(release)
  else if (held >= maxHeld) release()
}

function release(): void {
  if (held === 0) return
  held = 0
  post('Runtime.releaseObjectGroup', { objectGroup: 'joblet' })
}

function callOnMailbox(functionDeclaration: string): RemoteObject {
  return (
    post('Runtime.callFunctionOn', { objectId: mailboxId, functionDeclaration, objectGroup: 'joblet', silent: true }) as {
      result: RemoteObject
    }
  ).result
}

/** The real value behind a handle of the inspector. */
export function fetch(remote: RemoteObject | undefined): unknown {
  if (remote?.objectId === undefined) return primitiveOf(remote)
  post('Runtime.callFunctionOn', {
    objectId: remote.objectId,
    functionDeclaration: 'function(box){box.out=this}',
    arguments: [{ objectId: mailboxId }],
    silent: true,
  })
  return mailbox.out
}

/** The real values behind many handles of objects, for the price of one. */
export function fetchAll(remotes: readonly (RemoteObject | undefined)[]): readonly unknown[] {
  post('Runtime.callFunctionOn', {
    objectId: mailboxId,
    functionDeclaration: 'function(...all){this.out=all}',
    arguments: remotes.map((remote) => (remote?.objectId === undefined ? {} : { objectId: remote.objectId })),
    silent: true,
  })
  return mailbox.out as readonly unknown[]
}

function primitiveOf(remote: RemoteObject | undefined): unknown {
  const text = remote?.unserializableValue
  if (text === undefined) return remote?.value
  return remote?.type === 'bigint' ? BigInt(text.slice(0, -1)) : Number(text)
}
