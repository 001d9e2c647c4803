/**
 * The outer `this` of an arrow function, which no scope shows.
 *
 * A breakpoint at the function's entry carries a condition that V8 evaluates in the function's own frame. The condition stores `this` and
 * asks for termination, which V8 grants before the first line of the body: nothing pauses, nothing of the function runs.
 */

import { mailbox, mailboxExpression, post, withMailbox } from '../engine/inspector.js'
import { needDebugger, withDebugger } from '../engine/scripts.js'
import type { SourceForm } from '../source/source-form.js'
import type { Draft } from './draft.js'

const advice = "write 'const self = this' outside of it and use self"

/** The `this` of an arrow function. */
export function captureThis(fn: object, source: SourceForm, draft: Draft): unknown {
  const { params } = source.node as { params: readonly { type: string; argument?: { type: string } }[] }
  // Defaults and patterns would run before the breakpoint.
  const simple = params.every((param) => param.type === 'Identifier' || param.argument?.type === 'Identifier')
  if (!simple) draft.fail("it is an arrow function that uses the outer 'this' and has parameters with defaults or patterns", advice)
  const seized = works() ? seize(fn) : undefined
  return seized === undefined
    ? draft.fail("it is an arrow function that uses the outer 'this', which cannot be read here", advice)
    : seized.self
}

let tried: boolean | undefined

/** Try it on a function of our own before it is ever used on the user's. */
function works(): boolean {
  if (tried !== undefined) return tried
  let ran = false
  const owner = {
    arrow(): () => object {
      return () => {
        ran = true
        return this
      }
    },
  }
  try {
    tried = seize(owner.arrow())?.self === owner && !ran
  } catch {
    tried = false
  }
  return tried
}

const conditionName = '__joblet_seize__'

function seize(fn: object): { readonly self: unknown } | undefined {
  let seized: { readonly self: unknown } | undefined
  const holder = globalThis as Record<string, unknown>
  holder[conditionName] = (self: unknown) => {
    seized = { self }
    post('Runtime.terminateExecution')
  }
  try {
    withDebugger(() => withMailbox(() => callUpToEntry(fn)))
  } finally {
    delete holder[conditionName]
  }
  return seized
}

function callUpToEntry(fn: object): void {
  needDebugger()
  mailbox.in = fn
  const expression = `${mailboxExpression}.in`
  const { result } = post('Runtime.evaluate', { expression, objectGroup: 'joblet' }) as { result: { objectId: string } }
  const { breakpointId } = post('Debugger.setBreakpointOnFunctionCall', {
    objectId: result.objectId,
    condition: `globalThis.${conditionName}(this), false`,
  }) as { breakpointId: string }
  try {
    post('Runtime.evaluate', { expression: `(0, ${expression})()`, silent: true, objectGroup: 'joblet' })
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('terminated'))) throw error
  } finally {
    post('Debugger.removeBreakpoint', { breakpointId })
    mailbox.in = undefined
    post('Runtime.releaseObjectGroup', { objectGroup: 'joblet' })
  }
}
