/** The cells of the fault matrix: what happens, where in a run, on which workers, to which kind of run. */
import { type Documented, type Fault, planOf, plans } from './outcomes.js'
import { combinations } from './pairs.js'

export const factors = {
  fault: Object.keys(plans) as Fault[],
  position: ['first', 'middle', 'last', 'idle', 'initializer', 'start-up'],
  backend: ['threads', 'processes'],
  returnAs: ['list', 'generator', 'generator_unordered'],
  onError: ['throw', 'collect'],
} as const

/** One cell. */
export type Cell = { readonly [K in keyof typeof factors]: (typeof factors)[K][number] }

const resultsOnly: readonly Fault[] = ['unserializable result', '256 MB result', 'throwing getter']

/** Why there is no such cell; undefined if there is. */
export function whyVoid({ fault, position, backend }: Pick<Cell, 'fault' | 'position' | 'backend'>): string | undefined {
  if (fault === 'out of memory by Buffers') {
    if (backend === 'threads')
      return 'a thread that is busy can be asked for its memory from Node 22.16 on only, so it is tried on processes only'
    if (!['first', 'middle', 'last'].includes(position)) return 'memory is looked at while a worker has tasks'
  }
  if (documentedFor(fault, 'first', backend) === undefined) {
    return 'a thread has no process of its own: it ends the whole program, so it is tried on processes only'
  }
  if (position === 'idle' && fault === 'throw') return 'an idle worker runs no task; what a timer throws is `uncaught timer error`'
  if (position === 'idle' && resultsOnly.includes(fault)) return 'an idle worker has no result'
  if (position === 'start-up' && resultsOnly.includes(fault)) return 'a module that is loaded has no result'
  return undefined
}

/** What a fault comes to there, by the table; an idle worker's costs nobody anything. */
export function documentedFor(fault: Fault, position: Cell['position'], backend: Cell['backend']): Documented | undefined {
  if (position === 'idle') return { kind: 'value' }
  const plan = planOf(fault)
  const place = position === 'initializer' ? plan.initializer : position === 'start-up' ? plan.startUp : plan.task
  if (place === undefined) return undefined
  return 'kind' in place ? place : place[backend]
}

/** All cells that there are. */
export const cells: readonly Cell[] = combinations(factors).filter((cell) => whyVoid(cell) === undefined)

export const nameOf = ({ fault, position, backend, returnAs, onError }: Cell): string =>
  `${fault}, ${position}, on ${backend}, ${returnAs}, ${onError}`
