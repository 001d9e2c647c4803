/** Where things lie in the folder of a store. Everything is in one folder of ours, named after the layout: another layout will have another name. */
import { join } from 'node:path'
import type { Key } from './store.js'

/** The folders and files of a store. */
export interface Places {
  readonly location: string
  readonly root: string
  /** `<function>/<fingerprint>/<first two of the digest>/<digest>`: 200,000 results of one function are 256 folders of some 800 files. */
  readonly entries: string
  /** Files that are being written, folders that are being removed; each has its owner's name. */
  readonly temporary: string
  readonly locks: string
  readonly usage: string
}

export function placesIn(location: string): Places {
  const root = join(location, 'joblet-1')
  return {
    location,
    root,
    entries: join(root, 'entries'),
    temporary: join(root, 'tmp'),
    locks: join(root, 'locks'),
    usage: join(root, 'usage'),
  }
}

// No part begins with a dot, so none is `..`; file systems allow 255 bytes.
const part = '[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}'
const keyForm = new RegExp(`^${part}/${part}/${part}$`)
const prefixForm = new RegExp(`^${part}/(?:${part}/)?$`)

/** Whether a text can be a key: nothing in it leads out of the store. */
export const isKey = (text: string): text is Key => keyForm.test(text)

/** Where the entries of keys lie. Most keys begin as the one before: then only their last part is looked at, which saves 1 us of a hit. */
export class EntryPaths {
  readonly #entries: string
  #prefix: string | undefined
  #folder = ''

  constructor({ entries }: Places) {
    this.#entries = entries
  }

  /** The file of a key; undefined if it is none. */
  of(key: string): string | undefined {
    const prefix = this.#prefix
    if (prefix === undefined || !key.startsWith(prefix) || !isHex(key, prefix.length)) return this.#learn(key)
    return this.#fileOf(key, prefix.length)
  }

  #fileOf(key: string, digest: number): string {
    return `${this.#folder}${key.slice(digest, digest + 2)}/${key.slice(digest)}`
  }

  #learn(key: string): string | undefined {
    if (!isKey(key)) return undefined
    this.#prefix = key.slice(0, key.lastIndexOf('/') + 1)
    this.#folder = [this.#entries, this.#prefix].join('/')
    return this.#fileOf(key, this.#prefix.length)
  }
}

/** Whether all from `start` on are hexadecimal digits, and as many as digests have: a part of a key, seen faster than by an expression. */
function isHex(text: string, start: number): boolean {
  if (text.length - start < 2 || text.length - start > 64) return false
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (!((code >= 48 && code <= 57) || (code >= 97 && code <= 102))) return false
  }
  return true
}

/** The folder of all entries whose keys begin with `prefix`; undefined if it is none. */
export const prefixPath = ({ entries }: Places, prefix: string): string | undefined =>
  prefixForm.test(prefix) ? `${entries}/${prefix.slice(0, -1)}` : undefined
