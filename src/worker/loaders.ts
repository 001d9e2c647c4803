/** TypeScript loaders that a thread does not inherit. Worker-safe. */

const tsxLoader = /[\\/]tsx[\\/]dist[\\/]loader\.mjs$/

/**
 * tsx registers its hooks on the main thread only; where Node cannot load TypeScript by itself, a worker thread of a tsx program registers
 * them again, or every import of a `.ts` file in it fails.
 */
export async function registerLoaders(isMainThread: boolean): Promise<void> {
  if (isMainThread || 'typescript' in process.features) return
  const loader = process.execArgv.map((flag) => flag.replace(/^--import=/, '')).find((flag) => tsxLoader.test(flag))
  if (loader === undefined) return
  const api = (await import(new URL('./esm/api/index.mjs', loader).href)) as { register(): unknown }
  api.register()
}
