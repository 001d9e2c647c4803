/**
 * How many threads of their own libraries may start in a worker process: as many as its share of the machine's CPUs, so that the workers together
 * use no more than there are. Worker threads have the environment and the libuv pool of their process; nothing can be set for one of them.
 */

/** What OpenMP, OpenBLAS, MKL, BLIS, Accelerate, Numba, NumExpr and Rayon read as they start: those that loky sets too, and Rust's. */
const libraries = [
  'OMP_NUM_THREADS',
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'BLIS_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS',
  'NUMBA_NUM_THREADS',
  'NUMEXPR_NUM_THREADS',
  'RAYON_NUM_THREADS',
]

// Node's own file access, DNS, zlib and crypto. Its usual 4 are not raised, and with one alone a read that hangs would hold up all others.
const usualPool = 4
const smallestPool = 2

/** Environment variables, and what each is set to. */
export type ThreadLimits = Readonly<Record<string, string>>

/** What is set already. */
export interface Present {
  /** The environment of this process. */
  readonly inherited: Readonly<Record<string, string | undefined>>
  /** The option `env`. */
  readonly asked: Readonly<Record<string, string | undefined>> | undefined
  /** What this process was given in this way itself, being a worker: nobody chose that. */
  readonly ours: ThreadLimits | undefined
}

/** The variables to set for a worker process whose share is `cpus`. What the user has set, or asked to remove, is left alone. Pure. */
export function threadLimits(cpus: number, { inherited, asked = {}, ours = {} }: Present): ThreadLimits {
  const isFree = (name: string) => !Object.hasOwn(asked, name) && (inherited[name] === undefined || inherited[name] === ours[name])
  const wanted: [name: string, count: number][] = libraries.map((name) => [name, cpus])
  wanted.push(['UV_THREADPOOL_SIZE', Math.min(usualPool, Math.max(smallestPool, cpus))])
  return Object.fromEntries(wanted.filter(([name]) => isFree(name)).map(([name, count]) => [name, String(count)]))
}
