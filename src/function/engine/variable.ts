/** A free variable of a function, in the scopes around it. */
import type { SeenScope } from './inspect.js'

/** A variable in a scope. */
export interface FoundVariable {
  readonly scope: SeenScope
  readonly value?: unknown
  readonly uninitialised?: boolean
}

/** The variable `name` as these scopes show it. One that is not initialised throws on Node 22 and later and is `undefined` before; it counts as `undefined`. */
export function findVariable(scopes: readonly SeenScope[], name: string): FoundVariable | undefined {
  for (const scope of scopes) {
    if (scope.kind === 'Global') return undefined
    try {
      if (Object.hasOwn(scope.variables, name)) return { scope, value: scope.variables[name] }
    } catch (error) {
      if ((error as Error | undefined)?.name === 'ReferenceError') return { scope, uninitialised: true }
      throw error
    }
  }
  return undefined
}
