/** The parameters of a function by name, for those who say which of them do not count. */
import { analyze } from './analysis.js'
import type { AnyNode } from './syntax.js'

/** Where a parameter is among the arguments: its position, and the way into it if it is destructured. */
export type ParameterPath = readonly [position: number, ...path: string[]]

/** The parameters of `fn`; none where its text cannot be read. */
export function parametersOf(fn: object): ReadonlyMap<string, ParameterPath> {
  const found = new Map<string, ParameterPath>()
  for (const [position, param] of paramsOf(fn).entries()) note(param, [position], found)
  return found
}

function paramsOf(fn: object): readonly AnyNode[] {
  try {
    const { node } = analyze(Function.prototype.toString.call(fn), false).source
    return 'params' in node ? (node.params as readonly AnyNode[]) : []
  } catch {
    return [] // native
  }
}

function note(param: AnyNode, path: ParameterPath, found: Map<string, ParameterPath>): void {
  if (param.type === 'Identifier') found.set(param.name, path)
  else if (param.type === 'AssignmentPattern') note(param.left as AnyNode, path, found)
  else if (param.type === 'ObjectPattern') {
    for (const property of param.properties) {
      if (property.type !== 'Property' || property.computed || property.key.type !== 'Identifier') continue
      note(property.value as AnyNode, [...path, property.key.name], found)
    }
  }
}
