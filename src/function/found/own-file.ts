/** Where joblet's own built files are. Worker-safe. */
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { entryUrls } from './entry.js'

const specifiers = { index: 'joblet', worker: 'joblet/worker' } as const

/** The built file of this name; all of them lie in one folder. In a bundle it may not be there. */
export function ownFile(name: keyof typeof specifiers): URL {
  // A CommonJS bundle has no `import.meta.url`, but joblet is mostly installed where the bundle was made.
  return import.meta.url === undefined ? installed(name) : new URL(`./${name}.js`, import.meta.url)
}

function installed(name: keyof typeof specifiers): URL {
  const [script = pathToFileURL(`${process.cwd()}/`).href] = entryUrls()
  try {
    return pathToFileURL(createRequire(script).resolve(specifiers[name]))
  } catch {
    return new URL(`./${name}.js`, script)
  }
}
