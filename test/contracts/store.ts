/** What every store does: one suite, run over each of them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Key, Listed, Store } from '../../src/store/store.js'

/** A store that is empty, and how it is thrown away. */
export interface StoreSubject {
  readonly store: Store
  readonly remove: () => void
}

const key = (text: string): Key => text as Key
const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))
const digest = (n: number): string => n.toString(16).padStart(32, '0')

async function listed(store: Store, prefix?: string): Promise<Listed[]> {
  const all: Listed[] = []
  for await (const entry of store.list(prefix)) all.push(entry)
  return all.sort((a, b) => (a.key < b.key ? -1 : 1))
}

const keysIn = async (store: Store, prefix?: string): Promise<string[]> => (await listed(store, prefix)).map((entry) => entry.key)

/** The text under a key. */
export async function textAt(store: Store, at: string): Promise<string | undefined> {
  const bytes = await store.get(key(at))
  return bytes === undefined ? undefined : Buffer.from(bytes).toString()
}

export function storeContract(name: string, make: () => StoreSubject): void {
  describe(`a store (${name})`, () => {
    let subject: StoreSubject
    let store: Store
    beforeEach(() => {
      subject = make()
      store = subject.store
    })
    afterEach(() => subject.remove())

    test('has nothing to begin with', async () => {
      expect(await store.get(key('f/v/aa'))).toBeUndefined()
      expect(await listed(store)).toEqual([])
    })

    test('gives the parts that were put as one, also none at all', async () => {
      await store.put(key('f/v/aa'), [bytesOf('one '), bytesOf(''), bytesOf('two')])
      await store.put(key('f/v/bb'), [])

      expect(await textAt(store, 'f/v/aa')).toBe('one two')
      expect(await textAt(store, 'f/v/bb')).toBe('')
    })

    test.each([1, 65_535, 65_536, 65_537, 3_000_001])('gives back %i bytes as they were, aligned for every typed array', async (size) => {
      const bytes = new Uint8Array(size).map((_, i) => (i * 31) % 251)
      await store.put(key('f/v/aa'), [bytes.subarray(0, 7), bytes.subarray(7)])
      const back = await store.get(key('f/v/aa'))

      expect(back?.constructor).toBe(Uint8Array)
      expect(Buffer.compare(back ?? new Uint8Array(), bytes)).toBe(0)
      expect((back?.byteOffset ?? 1) % 8).toBe(0)
    })

    test('keeps what it was given, whatever becomes of the arrays', async () => {
      const given = bytesOf('before')
      await store.put(key('f/v/aa'), [given])
      given.fill(0)
      const first = await store.get(key('f/v/aa'))
      first?.fill(1)

      expect(await textAt(store, 'f/v/aa')).toBe('before')
    })

    test('puts the new in place of the old', async () => {
      await store.put(key('f/v/aa'), [bytesOf('a long one')])
      await store.put(key('f/v/aa'), [bytesOf('short')])

      expect(await textAt(store, 'f/v/aa')).toBe('short')
      expect(await listed(store)).toMatchObject([{ key: 'f/v/aa', bytes: 5 }])
    })

    test('lists all, or those whose keys begin so, with weight and time', async () => {
      const before = Date.now() - 1_000
      for (const at of ['f/v1/aa', 'f/v1/aab', 'f/v2/bb', 'fg/v1/cc']) await store.put(key(at), [bytesOf(at)])

      expect(await keysIn(store)).toEqual(['f/v1/aa', 'f/v1/aab', 'f/v2/bb', 'fg/v1/cc'])
      expect(await keysIn(store, 'f/')).toEqual(['f/v1/aa', 'f/v1/aab', 'f/v2/bb'])
      expect(await keysIn(store, 'f/v1/')).toEqual(['f/v1/aa', 'f/v1/aab'])
      expect(await keysIn(store, 'f/v1/aab')).toEqual(['f/v1/aab'])
      for (const { bytes, usedAtMs, key: at } of await listed(store)) {
        expect(bytes).toBe(at.length)
        expect(usedAtMs).toBeGreaterThan(before)
      }
    })

    test('forgets one entry, those of a version, those of a function, and all', async () => {
      for (const at of ['f/v1/aa', 'f/v1/ab', 'f/v2/bb', 'g/v1/cc', 'h/v1/dd']) await store.put(key(at), [bytesOf(at)])

      await store.delete('f/v1/aa')
      expect(await keysIn(store)).toEqual(['f/v1/ab', 'f/v2/bb', 'g/v1/cc', 'h/v1/dd'])
      await store.delete('f/v1/')
      expect(await keysIn(store)).toEqual(['f/v2/bb', 'g/v1/cc', 'h/v1/dd'])
      await store.delete('g/')
      expect(await keysIn(store)).toEqual(['f/v2/bb', 'h/v1/dd'])
      await store.delete()
      expect(await keysIn(store)).toEqual([])
      await store.put(key('f/v1/aa'), [bytesOf('again')])
      expect(await textAt(store, 'f/v1/aa')).toBe('again')
    })

    test('forgets what is not there without an error', async () => {
      await store.delete('f/v/aa')
      await store.delete('f/v/')
      await store.delete()

      expect(await keysIn(store)).toEqual([])
    })

    test('takes many entries at once', async () => {
      const keys = Array.from({ length: 300 }, (_, i) => `f/v/${digest(i * 7_919)}`)
      await Promise.all(keys.map((at) => store.put(key(at), [bytesOf(at)])))

      expect(await Promise.all(keys.map((at) => textAt(store, at)))).toEqual(keys)
      expect(await keysIn(store)).toHaveLength(300)
    })

    test('one caller at a time holds the lock of a key, if there are locks', async () => {
      if (store.lock === undefined) return expect(store.lock).toBeUndefined()
      const release = await store.lock(key('f/v/aa'))
      const order: string[] = []
      const second = store.lock(key('f/v/aa')).then((later) => {
        order.push('second')
        later?.()
      })
      const other = await store.lock(key('f/v/bb'))
      order.push('released')
      release?.()
      release?.()
      await second
      other?.()

      expect(order).toEqual(['released', 'second'])
      const again = await store.lock(key('f/v/aa'))
      expect(again).toBeTypeOf('function')
      again?.()
    })

    test('whoever waits for a lock can give up', async () => {
      if (store.lock === undefined) return expect(store.lock).toBeUndefined()
      const release = await store.lock(key('f/v/aa'))
      const controller = new AbortController()
      const waiting = store.lock(key('f/v/aa'), controller.signal)
      controller.abort()

      expect(await waiting).toBeUndefined()
      release?.()
    })
  })
}
