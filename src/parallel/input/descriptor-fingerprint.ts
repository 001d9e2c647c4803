/** Tells whether a function that a descriptor names is still the one that was described. What this needs is loaded when it is first asked. */
import { pathToFileURL } from 'node:url'
import { hashValue } from '../../codec/hash.js'
import { prepareFingerprint, takeFingerprint } from '../../function/fingerprint/fingerprint.js'
import type { Parcel } from '../../function/parcel/parcel.js'
import { loading } from '../../loading.js'

/** An export that a parcel stands for. */
export interface Reference {
  readonly name: string
  /** URL of its file, or a package's name. */
  readonly module: string
}

/** The project's export that `parcel` stands for; `undefined` for globals, joblet's own functions, and what travels by value. */
export function referenceIn({ root, nodes }: Parcel): Reference | undefined {
  const node = typeof root === 'object' && root !== null ? nodes[root.$] : undefined
  if (node?.t === 'export') return { name: node.path.join('.'), module: node.url }
  if (node?.t === 'import') return { name: node.name, module: resolved(node.specifier, node.parent) }
  if (node?.t === 'require') return { name: node.path.join('.') || 'module.exports', module: pathToFileURL(node.file).href }
  return undefined
}

/** A package keeps its name. */
const resolved = (specifier: string, parent: string): string => (/^\.{0,2}\//.test(specifier) ? new URL(specifier, parent).href : specifier)

// Says which of two ways a fingerprint was taken.
const codeOnly = 'code '

/**
 * What to compare `fn` by when its descriptor is run: its fingerprint, which reaches what it calls. Where objects are among its constants their
 * contents count too, and a module's cache is full here and empty there: then its own code alone.
 *
 * `undefined` for a function that travels by value, which cannot change, and where there is no inspector.
 */
export async function referenceFingerprint(fn: object, parcel: Parcel): Promise<string | undefined> {
  if (referenceIn(parcel) === undefined || !(await canInspect())) return undefined
  await prepareFingerprint()
  const { digest, holdsObjects } = takeFingerprint(fn)
  return holdsObjects ? codeOnly + (await codeDigest(fn)) : digest
}

/** Whether `fn` differs from the function that `fingerprint` was taken of, as far as it can be told here. */
export async function hasChanged(fn: object, fingerprint: string): Promise<boolean> {
  if (!(await canInspect())) return false
  let now = digests.get(fn)
  if (now === undefined) digests.set(fn, (now = new Map()))
  const way = fingerprint.startsWith(codeOnly) ? codeOnly : ''
  const digest = now.get(way) ?? (await takeDigest(fn, way))
  now.set(way, digest)
  return digest !== fingerprint
}

// A module is loaded once: later tasks of the same function need no second look.
const digests = new WeakMap<object, Map<string, string>>()

async function takeDigest(fn: object, way: string): Promise<string> {
  await prepareFingerprint()
  return way === codeOnly ? codeOnly + (await codeDigest(fn)) : takeFingerprint(fn).digest
}

async function codeDigest(fn: object): Promise<string> {
  const [{ analyze }, { canonicalCode }] = await Promise.all([
    loading(() => import('../../function/source/analysis.js')),
    loading(() => import('../../function/fingerprint/canonical-code.js')),
  ])
  const { parts, slots } = canonicalCode(analyze(Function.prototype.toString.call(fn), true))
  return hashValue([parts, slots])
}

/** Without an inspector fingerprints are taken in another way, so that they cannot be compared. */
async function canInspect(): Promise<boolean> {
  const { whyNoInspector } = await loading(() => import('../../function/engine/inspector.js'))
  return whyNoInspector() === undefined
}
