/** What tinypool is told for each kind of worker, and where it is found. */
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Tinypool } from 'tinypool'
import { PeerMissingError } from '../../errors.js'
import { loading } from '../../loading.js'
import type { ResourceLimits } from '../worker-options.js'
import { processFlags, threadFlags } from './exec-argv.js'
import { checkWorkerFile } from './worker-file.js'

/** Which kind of worker, and how it is started. */
export interface WorkerKind {
  readonly runtime: 'threads' | 'processes'
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly execArgv?: readonly string[]
  readonly resourceLimits?: ResourceLimits
  /** Bytes. */
  readonly maxMemory?: number
  readonly workerUrl: URL
}

type TinypoolOptions = NonNullable<ConstructorParameters<typeof Tinypool>[0]>

export type TinypoolClass = new (options: TinypoolOptions) => Tinypool

/** Options of a Tinypool that keeps one worker. */
export function tinypoolOptions(kind: WorkerKind): TinypoolOptions {
  const common = { minThreads: 1, maxThreads: 1, idleTimeout: 2 ** 30, useAtomics: false }
  const environment = { ...process.env, ...kind.env } as Record<string, string>
  if (kind.runtime === 'processes') {
    const execArgv = processFlags(process.execArgv, kind.execArgv, kind.resourceLimits)
    return { ...common, runtime: 'child_process', serialization: 'advanced', env: defined(environment), execArgv }
  }
  const execArgv = threadFlags(process.execArgv, kind.execArgv)
  return {
    ...common,
    runtime: 'worker_threads',
    ...(kind.env === undefined ? {} : { env: defined(environment) }),
    ...(execArgv === undefined ? {} : { execArgv }),
    ...(kind.resourceLimits === undefined ? {} : { resourceLimits: defined(kind.resourceLimits) }),
  }
}

/** Without the keys whose value is undefined: Node would send the word "undefined". */
const defined = <T extends object>(record: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> }

/**
 * tinypool starts files that lie beside its own code, so it must not be bundled into an app: it is looked up at run time from where joblet's
 * worker file is.
 */
export async function loadTinypool(workerUrl: URL): Promise<TinypoolClass> {
  checkWorkerFile(workerUrl, 'Parallel')
  const { href } = workerUrl
  const loading = loadings.get(href) ?? importFrom(workerUrl)
  loadings.set(href, loading)
  return loading.catch((error) => {
    loadings.delete(href)
    throw error
  })
}

// Looking it up again costs 0.2 ms a worker.
const loadings = new Map<string, Promise<TinypoolClass>>()

async function importFrom(workerUrl: URL): Promise<TinypoolClass> {
  try {
    const file = createRequire(workerUrl).resolve('tinypool')
    return ((await loading(() => import(pathToFileURL(file).href))) as { Tinypool: TinypoolClass }).Tinypool
  } catch (cause) {
    throw new PeerMissingError(
      `cannot start workers: the package tinypool is not found from ${fileURLToPath(workerUrl)}; install joblet's dependencies beside its worker file`,
      { cause },
    )
  }
}
