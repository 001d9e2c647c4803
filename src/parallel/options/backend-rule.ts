/** The rule of the option `backend`: which names there are is known when it is read. */
import type { Backend } from '../../backend/backend.js'
import { isBackend, registeredNames } from '../../backend/registry.js'
import { left, right } from '../../fp-ts.js'
import type { Rule } from '../../options.js'
import { didYouMean } from '../../spelling.js'
import type { BackendName, OwnBackend } from './parallel-options.js'

/** Names of joblet's own backends. */
export const ownBackends: readonly OwnBackend[] = ['threads', 'processes', 'async', 'sequential']

const inJoblib = new Map<unknown, OwnBackend>([
  ['loky', 'processes'],
  ['multiprocessing', 'processes'],
  ['threading', 'threads'],
])

const names = (): readonly string[] => [...ownBackends, ...registeredNames()]

const isName = (value: unknown): value is BackendName => names().some((name) => name === value)

/** A backend, or the name of one. */
export const backend: Rule<BackendName | Backend> = {
  get expects() {
    const quoted = names().map((name) => `'${name}'`)
    return `a Backend or ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`
  },
  read: (value) => (isName(value) || isBackend(value) ? right(value) : left(adviceFor(value))),
}

function adviceFor(value: unknown): string {
  if (typeof value !== 'string' || value === '') return ''
  const known = inJoblib.get(value)
  if (known !== undefined) return `use '${known}'`
  return didYouMean(value, names(), "'") || 'to add a name, call registerBackend first'
}
