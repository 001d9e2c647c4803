/** Who holds a lock or writes a file, as a short name, and whether that thread is still there. */
import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/**
 * What is known of an owner: `gone` and `alive` for certain, `stopped` by a signal (it may go on), `unsure` where the system tells only that
 * some process has its number, `foreign` on another machine or before a restart of this one.
 */
export type OwnerState = 'alive' | 'stopped' | 'gone' | 'unsure' | 'foreign'

interface Owner {
  readonly host: string
  readonly pid: number
  /** The thread, as Linux counts them; 0 elsewhere. */
  readonly thread: number
  /** When the thread began, in ticks since the machine did: numbers are used again, but not at the same tick. 0 where it is not told. */
  readonly started: string
}

const form = /^([0-9a-f]{12})\.(\d+)\.(\d+)\.(\d+)$/

let mine: string | undefined

/** This thread's name: made of hexadecimal digits, digits and dots. */
export function me(): string {
  mine ??= nameOf(thisThread())
  return mine
}

const nameOf = ({ host, pid, thread, started }: Owner): string => `${host}.${pid}.${thread}.${started}`

function thisThread(): Owner {
  const host = createHash('sha256').update(`${hostname()} ${bootId()}`).digest('hex').slice(0, 12)
  const { pid } = process
  try {
    // '<pid>/task/<thread>'
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    return { host, pid, thread, started: statusOf(pid, thread).started }
  } catch {
    return { host, pid, thread: 0, started: '0' }
  }
}

/** Changes with each start of the machine: numbers of processes begin anew then. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
  } catch {
    return ''
  }
}

/** @throws {Error} If there is no such thread, or the system does not tell. */
function statusOf(pid: number, thread: number): { state: string; started: string; work: number } {
  const text = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8')
  // The second field is the name in brackets, and may itself hold brackets and spaces; see proc(5): the 3rd is the state, the 14th and 15th
  // are ticks spent in the program and in the system, the 22nd is the start.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', started: fields[19] ?? '0', work: Number(fields[11]) + Number(fields[12]) }
}

/** What has become of an owner; undefined if `name` is no owner's name. */
export function stateOf(name: string): OwnerState | undefined {
  const [, host, pid, thread, started] = form.exec(name) ?? []
  if (host === undefined || started === undefined) return undefined
  if (name === me()) return 'alive'
  if (host !== me().slice(0, 12)) return 'foreign'
  if (thread === '0') return isProcess(Number(pid)) ? 'unsure' : 'gone'
  return stateOfThread(Number(pid), Number(thread), started)
}

/** How long an owner's thread has computed so far, in ticks: one that grows is a sign of life. 0 where that is not told. */
export function workOf(name: string): number {
  const [, host, pid, thread] = form.exec(name) ?? []
  if (host === undefined || thread === '0' || host !== me().slice(0, 12)) return 0
  try {
    return statusOf(Number(pid), Number(thread)).work
  } catch {
    return 0
  }
}

function stateOfThread(pid: number, thread: number, started: string): OwnerState {
  try {
    const status = statusOf(pid, thread)
    // Z: killed, and its parent has not looked yet. X: on its way out.
    if (status.started !== started || 'ZXx'.includes(status.state)) return 'gone'
    return 'Tt'.includes(status.state) ? 'stopped' : 'alive'
  } catch (error) {
    // ESRCH: it went while it was looked at.
    const { code } = error as NodeJS.ErrnoException
    return code === 'ENOENT' || code === 'ESRCH' || !isProcess(pid) ? 'gone' : 'unsure'
  }
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
