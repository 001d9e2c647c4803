/** Scopes of source text: which names are declared where. */

/** A region of code and the names it declares. */
export interface Scope {
  readonly parent: Scope | undefined
  readonly names: ReadonlySet<string>
  /** `#names` of a class body. */
  readonly privates?: ReadonlySet<string>
  /** Whether `this`, `arguments` and `new.target` belong to a function within the code, and whether `super` does. */
  readonly ownThis: boolean
  readonly ownSuper: boolean
}

/** What surrounds the code: nothing of it is known. */
export const outermost: Scope = { parent: undefined, names: new Set(), ownThis: false, ownSuper: false }

/** A scope within `scope` that declares `names`. */
export const inner = (scope: Scope, names: readonly string[], owned: { ownThis?: boolean; ownSuper?: boolean } = {}): Scope => ({
  parent: scope,
  names: new Set(names),
  ownThis: owned.ownThis ?? scope.ownThis,
  ownSuper: owned.ownSuper ?? scope.ownSuper,
})

/** Whether a variable is declared here or around. */
export const isDeclared = (name: string, scope: Scope): boolean => some(scope, ({ names }) => names.has(name))

/** Whether `#name` is declared by a class around. */
export const isPrivateDeclared = (name: string, scope: Scope): boolean => some(scope, ({ privates }) => privates?.has(name) === true)

function some(scope: Scope, test: (scope: Scope) => boolean): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) if (test(at)) return true
  return false
}
