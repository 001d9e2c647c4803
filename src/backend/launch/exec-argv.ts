/** Which of Node's flags a worker is started with. Pure. */

/** Flags that make Node run something else than the worker, or that only one process can have. */
const ownBusiness =
  /^(-e|--eval|-p|--print|-pe|-c|--check|-i|--interactive|--input-type|--test(-.*)?|--watch(-.*)?|--inspect(-.*)?|--run|--cpu-prof.*|--heap-prof.*|--prof)$/
/** Those among them that are followed by a value. */
const takesValue =
  /^(-e|--eval|-p|--print|-pe|--input-type|--test-(name-pattern|skip-pattern|reporter|reporter-destination|concurrency|timeout|shard)|--watch-path|--run|--(cpu|heap)-prof-(dir|name|interval))$/
/** Flags that decide how modules load: the only ones a thread takes that we can be sure of. */
const loading =
  /^(-r|--require|--import|--loader|--experimental-loader|-C|--conditions|--experimental-[a-z-]+|--no-warnings|--enable-source-maps|--preserve-symlinks(-main)?)$/
const loadingValue = /^(-r|--require|--import|--loader|--experimental-loader|-C|--conditions)$/

/** `flags` without those that are the program's own business. */
export const inheritable = (flags: readonly string[]): string[] => select(flags, (name) => !ownBusiness.test(name), takesValue)

/**
 * The flags of a thread; `undefined` to inherit the program's, which is all Node accepts where V8 flags are among them.
 *
 * @param inherited The program's own flags.
 * @param extra What the caller asked for.
 */
export function threadFlags(inherited: readonly string[], extra: readonly string[] | undefined): string[] | undefined {
  const kept = inheritable(inherited)
  if (extra === undefined && kept.length === inherited.length) return undefined
  return [...select(kept, (name) => loading.test(name), loadingValue), ...(extra ?? [])]
}

/** The flags of a process: the program's, the caller's, and memory limits as V8 knows them. */
export function processFlags(
  inherited: readonly string[],
  extra: readonly string[] | undefined,
  limits: {
    maxOldGenerationSizeMb?: number | undefined
    maxYoungGenerationSizeMb?: number | undefined
    stackSizeMb?: number | undefined
  } = {},
): string[] {
  const flags = [...inheritable(inherited), ...(extra ?? [])]
  if (limits.maxOldGenerationSizeMb !== undefined) flags.push(`--max-old-space-size=${Math.ceil(limits.maxOldGenerationSizeMb)}`)
  if (limits.maxYoungGenerationSizeMb !== undefined) flags.push(`--max-semi-space-size=${Math.ceil(limits.maxYoungGenerationSizeMb)}`)
  if (limits.stackSizeMb !== undefined) flags.push(`--stack-size=${Math.ceil(limits.stackSizeMb * 1024)}`)
  return flags
}

function select(flags: readonly string[], keep: (name: string) => boolean, valued: RegExp): string[] {
  const kept: string[] = []
  for (let i = 0; i < flags.length; i++) {
    const flag = flags[i] ?? ''
    const [name = '', value] = flag.split('=', 2)
    const next = valued.test(name) && value === undefined ? flags[++i] : undefined
    if (keep(name)) kept.push(...(next === undefined ? [flag] : [flag, next]))
  }
  return kept
}
