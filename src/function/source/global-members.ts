/** Members of the global object that a text uses by name: `globalThis.settings`, `global['settings']`. Pure. */
import type { Use } from './free-names.js'
import type { AnyNode } from './syntax.js'
import { walk } from './syntax.js'

const globalNames = ['globalThis', 'global'] as const

/** Whether a variable is the global object by its usual names. */
export const isGlobalObject = (name: string): boolean => (globalNames as readonly string[]).includes(name)

/** By member, the places where the global object is mentioned for it. */
export type GlobalMembers = ReadonlyMap<string, readonly Use[]>

/** What `code` uses of the global object, but for members that it sets itself where they are missing (`globalThis.pool ??= open()`). */
export function globalMembers(code: AnyNode, uses: ReadonlyMap<string, readonly Use[]>): GlobalMembers {
  const members = new Map<string, Use[]>()
  for (const use of globalNames.flatMap((name) => uses.get(name) ?? [])) {
    const name = use.parent && memberName(use.parent, use.node)
    if (name !== undefined) members.set(name, [...(members.get(name) ?? []), use])
  }
  if (members.size > 0) for (const name of namesSetWhereMissing(code)) members.delete(name)
  return members
}

/** The name of a member that can be told from the text, if `object` is what it is a member of. */
function memberName(node: AnyNode, object: AnyNode): string | undefined {
  if (node.type !== 'MemberExpression' || node.object !== object) return undefined
  const { computed, property } = node
  const name = computed
    ? property.type === 'Literal'
      ? property.value
      : undefined
    : property.type === 'Identifier'
      ? property.name
      : undefined
  return typeof name === 'string' && /^[\w$]+$/.test(name) ? name : undefined
}

function namesSetWhereMissing(code: AnyNode): string[] {
  const names: string[] = []
  walk(code, (node) => {
    if (node.type !== 'AssignmentExpression' || (node.operator !== '??=' && node.operator !== '||=')) return
    const { left } = node
    if (left.type !== 'MemberExpression' || left.object.type !== 'Identifier' || !isGlobalObject(left.object.name)) return
    const name = memberName(left, left.object)
    if (name !== undefined) names.push(name)
  })
  return names
}
