/** The contract of stores, kept by each of them; and what a store in memory does besides. */
import { rmSync } from 'node:fs'
import { expect, test } from 'vitest'
import { fileStore } from '../../src/store/file-store.js'
import { memoryStore } from '../../src/store/memory-store.js'
import type { Key } from '../../src/store/store.js'
import { storeContract } from '../contracts/store.js'
import { temporaryFolder } from '../support/temporary.js'

storeContract('memoryStore', () => ({ store: memoryStore(), remove: () => undefined }))

storeContract('fileStore', () => {
  const location = temporaryFolder()
  return { store: fileStore(location), remove: () => rmSync(location, { recursive: true, force: true }) }
})

test('a store in memory gives up what was used least recently', async () => {
  const store = memoryStore()
  for (const name of ['aa', 'bb', 'cc']) await store.put(`f/v/${name}` as Key, [new Uint8Array(10)])

  expect(await store.evict({ maxItems: 1 })).toEqual({ items: 2, bytes: 20 })
})
