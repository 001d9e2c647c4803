/** Which classes an entry may bring back to life: those that were registered, and those that the function in hand reaches. */
import { dataProperty } from '../codec/own-properties.js'
import { classNamed, registeredName } from '../function/found/class-registry.js'

/** Names classes for an entry, and finds them again; never by loading anything. */
export interface Classes {
  nameOf(Class: object): string | undefined
  named(name: string): object | undefined
}

/**
 * The classes that may be used.
 *
 * @param reached Functions and classes that a function reaches, in an order that is the same wherever its fingerprint is; asked at first need.
 */
export function classesOf(reached: () => readonly object[]): Classes {
  let table: ReadonlyMap<string, object> | undefined
  const tableOf = () => (table ??= tableFrom(reached()))
  return {
    nameOf: (Class) => {
      const registered = registeredName(Class)
      if (registered !== undefined) return `registered ${registered}`
      for (const [name, candidate] of tableOf()) if (candidate === Class) return name
      return undefined
    },
    named: (name) => (name.startsWith('registered ') ? classNamed(name.slice('registered '.length)) : tableOf().get(name)),
  }
}

function tableFrom(reached: readonly object[]): ReadonlyMap<string, object> {
  const table = new Map<string, object>()
  for (const candidate of reached) if (isClass(candidate)) table.set(freeName(String(candidate.name), table), candidate)
  return table
}

const isClass = (value: object): value is { readonly name: unknown } & object =>
  typeof value === 'function' && typeof dataProperty(value, 'prototype') === 'object'

/** Classes of one name are told apart by their order. */
function freeName(name: string, table: ReadonlyMap<string, object>): string {
  let free = `reached ${name}`
  for (let number = 2; table.has(free); number++) free = `reached ${name} ${number}`
  return free
}
