/** Which package a file belongs to: names that are the same on every machine. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withoutQuery } from './entry.js'

/** A package on this machine. */
export interface Package {
  /** `name@version`. */
  readonly id: string
  readonly folder: string
}

const installedIn = '/node_modules/'
const known = new Map<string, Package | undefined>()

/** The package of an installed file, that is, one below `node_modules`; a project's own files have none. */
export function installedPackage(file: string): Package | undefined {
  const path = file.replaceAll('\\', '/')
  const at = path.lastIndexOf(installedIn)
  if (at < 0) return undefined
  const [scope = '', name = ''] = path.slice(at + installedIn.length).split('/')
  return packageIn(`${path.slice(0, at + installedIn.length)}${scope.startsWith('@') ? `${scope}/${name}` : scope}`)
}

/** How a module of an installed package is called everywhere: `name@version:path`. */
export function installedPath(file: string): string | undefined {
  const found = installedPackage(file)
  return found && `${found.id}:${file.replaceAll('\\', '/').slice(found.folder.length + 1)}`
}

/** `name@version` of the package that `specifier` names in a module in `file`; `undefined` for files, builtins and packages that are linked from the project. */
export function packageNamed(specifier: string, file: string): string | undefined {
  if (isBuiltin(specifier) || !/^(@[^/]+\/)?[\w.~-]+/.test(specifier) || /^(\.|[a-z]+:)/.test(specifier)) return undefined
  const name = (/^(?:@[^/]+\/)?[^/]+/.exec(specifier) as RegExpExecArray)[0]
  for (const folder of foldersAbove(file)) {
    const found = packageIn(join(folder, 'node_modules', name))
    if (found !== undefined) return found.folder.includes(installedIn) ? found.id : undefined
  }
  return undefined
}

/** The folder of the package that `file` belongs to: the nearest one with a `package.json`. */
export function packageFolder(file: string): string | undefined {
  return foldersAbove(file).find((folder) => packageIn(folder) !== undefined)
}

/** The name of the package in `folder`. */
export const packageName = (folder: string): string | undefined => packageIn(folder)?.id.replace(/@[^@]*$/, '')

/** What a module in `url` means by `specifier`: a package and its version, or a path from the module's folder, without an extension. */
export function canonicalSpecifier(specifier: string, url: string): string {
  if (isBuiltin(specifier)) return `node:${specifier.replace(/^node:/, '')}`
  const from = url.startsWith('file:') ? fileURLToPath(withoutQuery(url)) : url
  const id = packageNamed(specifier, from)
  if (id !== undefined) return `${id}:${specifier}`
  const path = specifier.startsWith('file:') ? fileURLToPath(specifier) : specifier.replace(/^\/@fs\//, '/')
  const relative = path.startsWith('/') ? posix.relative(dirname(from), absolute(path, from)) : posix.normalize(path)
  return relative.replace(/\.[cm]?[jt]sx?$/, '')
}

/** Vite leaves the root of the project out of absolute paths. */
function absolute(path: string, from: string): string {
  const candidates = [path, ...foldersAbove(from).map((folder) => join(folder, path))]
  return candidates.find((candidate) => existsSync(candidate)) ?? path
}

function packageIn(folder: string): Package | undefined {
  if (!known.has(folder)) known.set(folder, readPackage(folder))
  return known.get(folder)
}

function readPackage(folder: string): Package | undefined {
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version?: string }
    return { id: `${name ?? ''}@${version ?? ''}`, folder: realpathSync(folder).replaceAll('\\', '/') }
  } catch {
    return undefined
  }
}

function foldersAbove(file: string): string[] {
  const folders: string[] = []
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    folders.push(folder)
    if (folder === dirname(folder)) return folders
  }
}
