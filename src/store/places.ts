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

/** Where the entry of a key lies; undefined if it is none. */
export function entryPath({ entries }: Places, key: string): string | undefined {
  if (!keyForm.test(key)) return undefined
  const digest = key.lastIndexOf('/') + 1
  return `${entries}/${key.slice(0, digest)}${key.slice(digest, digest + 2)}/${key.slice(digest)}`
}

/** The folder of all entries whose keys begin with `prefix`; undefined if it is none. */
export const prefixPath = ({ entries }: Places, prefix: string): string | undefined =>
  prefixForm.test(prefix) ? `${entries}/${prefix.slice(0, -1)}` : undefined
