/**
 * The file that every worker loads, thread or process. tinypool imports it and calls its default export once; from then on the worker talks
 * to its program over a channel of its own. Loads no package.
 */
import { isMainThread, type MessagePort, threadId } from 'node:worker_threads'
import { decode, type Envelope, encode, type Letter, seal } from '../codec/wire.js'
import { setEntryUrls } from '../function/found/entry.js'
import { unloadableModule } from '../function/found/unloadable.js'
import { createReviver } from '../function/revive/revive.js'
import { loading, noteLoadsIn } from '../loading.js'
import { setOwnLoader } from '../own.js'
import { becomeWorker } from './context.js'
import { fileLedgerKeeper } from './file-ledger.js'
import { setLoading } from './functions.js'
import { registerLoaders } from './loaders.js'
import { Mailbox } from './mailbox.js'
import { MemoryLedgerKeeper } from './memory-ledger.js'
import { MemoryLimit } from './memory-limit.js'
import type { Exit, SetupReply, WorkerSetup } from './messages.js'
import { leaveInterrupts, watchParent } from './orphan.js'
import { packError } from './pack.js'
import { countPrinted, sendPrinted, type TakePrinted } from './printed.js'
import { givenIn } from './result-carrier.js'

export { runProcess } from './run-process.js'

/** What tinypool hands over; only threads get a port, a process has its own channel. */
export interface Attachment {
  readonly setup: Envelope
  readonly port?: MessagePort
}

// What is finished is sent on at least so often. At 1 ms, the messages of two processes cost their parent a tenth of a core.
const flushMs = 5

// For tasks that use joblet themselves: a Parallel of their own, a cached function. Loaded when the first of them comes.
setOwnLoader(() => loading(() => import('../index.js')))

/** Make this thread or process a worker: its initializer runs, then it takes batches. Never rejects. */
export default async function attach({ setup: envelope, port }: Attachment): Promise<Envelope> {
  const setup = decode(envelope) as WorkerSetup
  setEntryUrls(setup.entryUrls)
  if (setup.loads !== undefined) noteLoadsIn(setup.loads)
  const { workerId, depth, cpus, processes = [], threadLimits = {} } = setup
  becomeWorker({ workerId, depth, cpus, processes, threadLimits, loading: false })
  if (port === undefined) {
    watchParent(setup.parentPid)
    leaveInterrupts()
  }
  let reply: SetupReply = port === undefined ? { ok: true, pid: process.pid } : { ok: true, threadId }
  let mailbox: Mailbox | undefined
  const callNow = () => mailbox?.printing
  const takePrinted = port === undefined ? countPrinted(callNow) : sendPrinted((print) => port.postMessage({ print }), callNow)
  try {
    await loading(() => registerLoaders(isMainThread))
    const state = await initialize(setup)
    const memory = setup.maxMemory === undefined ? undefined : new MemoryLimit(setup.maxMemory, port !== undefined)
    memory?.check()
    mailbox = listen({ setup, state, memory, takePrinted }, port)
  } catch (error) {
    const module = unloadableModule(error)
    reply = { ok: false, error: await packError(error), ...(module === undefined ? {} : { module }) }
  }
  return encode(reply, port !== undefined)
}

async function initialize({ initializer }: WorkerSetup): Promise<unknown> {
  if (initializer === undefined) return undefined
  const initialize = (await createReviver({ onLoad: setLoading }).revive(initializer)) as () => unknown
  return initialize()
}

interface Ready {
  readonly setup: WorkerSetup
  readonly state: unknown
  readonly memory: MemoryLimit | undefined
  readonly takePrinted: TakePrinted
}

function listen({ setup, state, memory, takePrinted }: Ready, port: MessagePort | undefined): Mailbox {
  const { workerId, largeResults, ledgerFile } = setup
  const printedBefore = (isOver: boolean) => (isOver ? takePrinted() : undefined)
  if (port !== undefined) {
    const post = (letter: Letter, isOver: boolean, given = transferable(letter)) =>
      port.postMessage({ ...letter, printed: printedBefore(isOver) }, given)
    const ledger = setup.ledger && new MemoryLedgerKeeper(setup.ledger)
    const mailbox = new Mailbox({ workerId, state, memory, ledger, flushMs, sharesMemory: true, post })
    port.on('message', (letter: Letter) => mailbox.receive(letter))
    tellExit((exit) => post(seal(exit, 'flat', true), true))
    return mailbox
  }
  const post = (letter: Letter, isOver: boolean) => {
    // Marked as ours: a task may send messages of its own.
    process.send?.({ joblet: letter, printed: printedBefore(isOver) })
  }
  const ledger = ledgerFile === undefined ? undefined : fileLedgerKeeper(ledgerFile)
  const mailbox = new Mailbox({ workerId, state, memory, ledger, flushMs, largeResults, sharesMemory: false, post })
  process.on('message', (message: { readonly joblet?: Letter } | null) => {
    if (message?.joblet !== undefined) mailbox.receive(message.joblet)
  })
  tellExit((exit) => process.connected && post(seal(exit, 'flat', false), true))
  return mailbox
}

/** A worker that its program ends hears no such event. */
function tellExit(tell: (exit: Exit) => void): void {
  process.once('exit', (code) => tell({ type: 'exit', code }))
}

const transferable = (letter: Letter): ArrayBuffer[] =>
  'bytes' in letter && letter.bytes.buffer instanceof ArrayBuffer ? [letter.bytes.buffer, ...givenIn(letter.crates)] : []
