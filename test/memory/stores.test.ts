/** Stores of one's own, and stores that fail. */
import { type Key, type Listed, Memory, type Store } from 'joblet'
import { expect, test } from 'vitest'
import { listener } from './folder.js'

const mapStore = (entries = new Map<Key, Uint8Array>()): Store => ({
  get: (key) => entries.get(key)?.slice(),
  put: async (key, parts) => void entries.set(key, new Uint8Array(Buffer.concat(parts))),
  delete: async (key = '') => {
    for (const known of [...entries.keys()])
      if (known === key || key === '' || (key.endsWith('/') && known.startsWith(key))) entries.delete(known)
  },
  list: async function* (prefix = ''): AsyncGenerator<Listed> {
    for (const [key, bytes] of entries) if (key.startsWith(prefix)) yield { key, bytes: bytes.byteLength, usedAtMs: 0 }
  },
})

test.each([true, false])('a store of one’s own keeps the entries (in memory too: %s)', async (inMemory) => {
  const entries = new Map<Key, Uint8Array>()
  const { story, onEvent } = listener()
  const memory = Memory({ store: mapStore(entries), inMemory, onEvent })
  const cached = memory.cache((n: number) => [n])
  expect([await cached(1), await cached(1), await cached(2)]).toEqual([[1], [1], [2]])
  expect(entries.size).toBe(2)
  expect(story().filter((type) => type === 'hit')).toHaveLength(1)
  expect((await memory.stats()).items).toBe(2)
  await cached.clear()
  expect(entries.size).toBe(0)
})

test('a store of one’s own is kept to its limits', async () => {
  const entries = new Map<Key, Uint8Array>()
  const memory = Memory({ store: mapStore(entries), maxItems: 10 })
  const cached = memory.cache((n: number) => n)
  for (let n = 0; n < 50; n++) await cached(n)
  await expect.poll(() => entries.size).toBeLessThanOrEqual(10)
  await memory.reduceSize({ itemsLimit: 1 })
  expect(entries.size).toBe(1)
})

const fails = (): never => {
  throw new Error('the disk is on fire')
}
const rejects = async (): Promise<never> => fails()

test.each<[string, Partial<Store>]>([
  ['throws on reading', { get: fails }],
  ['rejects on reading', { get: rejects }],
  ['fails to write', { put: rejects }],
  ['fails to lock', { lock: rejects }],
  ['fails at everything', { get: rejects, put: fails as never, delete: rejects, list: fails as never, lock: fails as never }],
])('a store that %s never fails a call', async (_, faults) => {
  const { story, onEvent } = listener()
  const cached = Memory({ store: { ...mapStore(), ...faults }, maxItems: 1, inMemory: false, onEvent }).cache((n: number) => n + 1)
  expect([await cached(1), await cached(1), await cached(2)]).toEqual([2, 2, 3])
  if (faults.put !== undefined) expect(story()).toContain('uncacheable')
})

test.each<[string, Uint8Array]>([
  ['nothing', new Uint8Array(0)],
  ['text of somebody else', Buffer.from('{"result": 1}')],
  ['zeros', new Uint8Array(4_096)],
])('an entry that holds %s is a miss with one event, and the next result takes its place', async (_, bytes) => {
  const entries = new Map<Key, Uint8Array>()
  const { story, onEvent } = listener()
  const cached = Memory({ store: mapStore(entries), inMemory: false, onEvent }).cache((n: number) => n)
  await cached(1)
  for (const key of entries.keys()) entries.set(key, bytes)
  expect([await cached(1), await cached(1)]).toEqual([1, 1])
  expect(story()).toEqual(['miss', 'computed', 'stored', 'corrupt', 'miss', 'computed', 'stored', 'hit'])
})
