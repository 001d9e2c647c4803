/** Where a function is written, by names that are the same on every machine. */
import { basename, relative, sep } from 'node:path'
import { inspect } from '../engine/inspect.js'
import { whyNoInspector } from '../engine/inspector.js'
import { knownReference } from '../found/known.js'
import { installedPath, packageFolder, packageName } from '../found/packages.js'
import { scriptOfFunction } from '../script/function-script.js'
import { nameOf } from './code-identity.js'

/** Where a function is written. */
export interface FunctionPlace {
  /** Its own name; empty if it has none. */
  readonly name: string
  /** The name of its package; empty where there is none. */
  readonly package: string
  /** The path of its module from the folder of its package, with `/`; empty where there is no file. */
  readonly path: string
}

/** Where `fn` is written. Of a bound function, where the one that it calls is. */
export function placeOf(fn: object): FunctionPlace {
  const known = knownReference(fn)
  if (known !== undefined) return { name: nameOf(fn), package: '', path: '' }
  if (whyNoInspector() !== undefined) return { name: nameOf(fn), package: '', path: '' }
  const inspected = inspect(fn)
  const target = inspected.bound?.target
  if (typeof target === 'function') return placeOf(target)
  const file = scriptOfFunction(Function.prototype.toString.call(fn), inspected)?.file
  return { name: nameOf(fn), ...(file === undefined ? { package: '', path: '' } : placeOfFile(file)) }
}

function placeOfFile(file: string): { readonly package: string; readonly path: string } {
  const installed = installedPath(file)
  if (installed !== undefined)
    return { package: installed.slice(0, installed.lastIndexOf('@')), path: installed.slice(installed.indexOf(':') + 1) }
  const folder = packageFolder(file)
  // Without a package, only the file's own name stays when the project moves.
  if (folder === undefined) return { package: '', path: basename(file) }
  return { package: packageName(folder) ?? '', path: relative(folder, file).split(sep).join('/') }
}
