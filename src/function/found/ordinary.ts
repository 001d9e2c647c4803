/**
 * Whether an object is data of the program's own, without a look into the tables of what every process has: these take 15 ms to make, once, and
 * a closure that captures a record or an array, as most do, would wait for them.
 */

/** Data among what builtin modules export, two levels deep: the only such objects that look like anybody's. Held by a test on each Node. */
const constants: readonly (readonly [module: string, ...path: string[]])[] = [
  ['buffer', 'constants'],
  ['cluster', 'settings'],
  ['cluster', 'workers'],
  ['constants'],
  ['domain', '_stack'],
  ['http', 'METHODS'],
  ['http', 'STATUS_CODES'],
  ['http2', 'constants'],
  ['https', 'globalAgent', '_sessionCache'],
  ['module', 'builtinModules'],
  ['module', 'globalPaths'],
  ['perf_hooks', 'constants'],
  ['repl', 'writer', 'options'],
  ['sqlite', 'constants'],
  ['worker_threads', 'resourceLimits'],
  ['zlib', 'codes'],
]

/** Whether `value` is a record or an array without functions and accessors, and none of Node's own. */
export function isOrdinary(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Array.prototype) return Array.isArray(value) && !nodesOwn().has(value)
  return prototype === Object.prototype && !Array.isArray(value) && hasOnlyData(value) && !nodesOwn().has(value)
}

// What hangs on a builtin module has fewer.
const manyKeys = 1_000

function hasOnlyData(record: object): boolean {
  const keys = Object.getOwnPropertyNames(record)
  if (keys.length > manyKeys) return true
  return keys.every((key) => {
    const property = Object.getOwnPropertyDescriptor(record, key)
    return property !== undefined && 'value' in property && typeof property.value !== 'function'
  })
}

let loadedBefore = -1
let found: ReadonlySet<unknown> = new Set()

/** The constants of the modules that are loaded. */
function nodesOwn(): ReadonlySet<unknown> {
  const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] }
  if (moduleLoadList.length === loadedBefore) return found
  loadedBefore = moduleLoadList.length
  const loaded = new Set(moduleLoadList)
  const present = constants.filter(([module]) => loaded.has(`NativeModule ${module}`))
  found = new Set(present.map(([module, ...path]) => path.reduce<unknown>(member, process.getBuiltinModule(`node:${module}`))))
  return found
}

const member = (of: unknown, key: string): unknown => (of === undefined || of === null ? undefined : Reflect.get(of as object, key))
