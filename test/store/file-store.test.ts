/** Files that anybody may delete, damage or fill up meanwhile. */
import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { encodeEntry, readEntry } from '../../src/codec/entry.js'
import { EntrySum } from '../../src/codec/entry-sum.js'
import type { Totals } from '../../src/store/eviction.js'
import { type FileStore, fileStore } from '../../src/store/file-store.js'
import type { Key } from '../../src/store/store.js'
import { textAt } from '../contracts/store.js'
import { bundleOf } from '../support/bundle.js'
import { temporaryFolder } from '../support/temporary.js'

const key = (text: string): Key => text as Key
const numbered = (n: number): Key => key(`f/v/${n.toString(16).padStart(32, '0')}`)
const bytes = (size: number, fill = 65): Uint8Array[] => [new Uint8Array(size).fill(fill)]

let bundle: string
beforeAll(async () => {
  bundle = await bundleOf('store/file-store')
})

let location: string
let store: FileStore
beforeEach(() => {
  location = join(temporaryFolder(), 'cache')
  store = fileStore(location)
})

const inStore = (...path: string[]): string => join(location, 'joblet-1', ...path)
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
const pathOf = (at: Key): string => {
  const [fn = '', version = '', digest = ''] = at.split('/')
  return inStore('entries', fn, version, digest.slice(0, 2), digest)
}

describe('the folder', () => {
  test('is made at the first entry, for its user alone', async () => {
    expect(await store.get(key('f/v/aa'))).toBeUndefined()
    expect(existsSync(location)).toBe(false)
    await store.put(key('f/v/aa'), bytes(1))

    for (const folder of [location, inStore(), inStore('entries'), inStore('tmp'), inStore('locks'), dirname(pathOf(key('f/v/aa')))])
      expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(pathOf(key('f/v/aa'))).mode & 0o777).toBe(0o600)
  })

  test('is kept out of version control and backups', async () => {
    await store.put(key('f/v/aa'), bytes(1))

    expect(readFileSync(join(location, '.gitignore'), 'utf8')).toBe('*\n')
    expect(readFileSync(inStore('CACHEDIR.TAG'), 'utf8')).toMatch(/^Signature: 8a477f597d28d172789f06886806bc55/)
  })

  test('hides only our part of a folder that is used for something else', async () => {
    mkdirSync(location)
    writeFileSync(join(location, 'main.ts'), '')
    await store.put(key('f/v/aa'), bytes(1))

    expect(existsSync(join(location, '.gitignore'))).toBe(false)
    expect(readFileSync(inStore('.gitignore'), 'utf8')).toBe('*\n')
  })

  test('may be deleted, in whole or in part, whenever somebody likes', async () => {
    await store.put(key('f/v/aa'), bytes(1))
    for (const gone of [location, inStore('tmp'), inStore('locks'), inStore('entries'), inStore('usage'), dirname(pathOf(key('f/v/aa')))]) {
      rmSync(gone, { recursive: true })
      const release = await store.lock(key('f/v/aa'))
      await store.put(key('f/v/aa'), bytes(3))
      release?.()

      expect(await textAt(store, 'f/v/aa')).toBe('AAA')
    }
    rmSync(location, { recursive: true })
    expect(await store.get(key('f/v/aa'))).toBeUndefined()
    expect(await store.stats()).toEqual({ items: 0, bytes: 0 })
    expect(await store.evict({ maxItems: 0 })).toEqual({ items: 0, bytes: 0 })
    await store.delete('f/v/aa')
    await store.delete()
  })

  test('is found again by its path from elsewhere', async () => {
    await store.put(key('f/v/aa'), bytes(3))
    const moved = `${location}-moved`
    renameSync(location, moved)

    expect(await textAt(fileStore(moved), 'f/v/aa')).toBe('AAA')
    rmSync(moved, { recursive: true })
  })
})

describe('keys', () => {
  test.each([
    '',
    'f',
    'f/v',
    'f/v/',
    '../v/aa',
    'f/../aa',
    'f/v/..',
    'f/v/.aa',
    '/f/v/aa',
    'f/v/a/b',
    'f\\v\\aa',
    'f/v/a\0',
    'f/v/ä',
    `f/v/${'a'.repeat(201)}`,
  ])('%j is none: it leads nowhere', async (text) => {
    expect(store.get(key(text))).toBeUndefined()
    await expect(store.put(key(text), bytes(1))).rejects.toThrow('it is no key')
    expect(existsSync(location)).toBe(false)
  })

  test.each(['../', 'f', 'f/../', '/', 'f/v/a/'])('%j is no beginning of keys: nothing is deleted', async (text) => {
    await store.put(key('f/v/aa'), bytes(1))

    await expect(store.delete(text)).rejects.toThrow('neither a key nor the beginning of keys')
    expect(await textAt(store, 'f/v/aa')).toBe('A')
  })
})

describe('an entry', () => {
  test('that is written leaves nothing but itself behind', async () => {
    await store.put(key('f/v/aa'), bytes(10))
    await store.put(key('f/v/bb'), bytes(100_000))

    expect(filesIn(inStore('tmp'))).toEqual([])
    expect(filesIn(inStore('entries')).sort()).toEqual(['aa', 'bb'])
  })

  test.each([0, 10, 65_536, 99_999])('that was cut to %i bytes is given as it is: whoever reads entries sees it', async (size) => {
    await store.put(key('f/v/aa'), bytes(100_000))
    truncateSync(pathOf(key('f/v/aa')), size)

    expect((await store.get(key('f/v/aa')))?.byteLength).toBe(size)
  })

  test('that is a folder is told of, and overwritten', async () => {
    const told: string[] = []
    store = fileStore(location, { onCorrupt: (at, reason) => told.push(`${at}: ${reason}`) })
    mkdirSync(join(pathOf(key('f/v/aa')), 'inner'), { recursive: true })

    expect(await store.get(key('f/v/aa'))).toBeUndefined()
    expect(told).toEqual([expect.stringMatching(/^f\/v\/aa: it cannot be read \(EISDIR/)])
    await store.put(key('f/v/aa'), bytes(2))
    expect(await textAt(store, 'f/v/aa')).toBe('AA')
  })

  test('that is a link to another file is not followed, and overwritten', async () => {
    const told: string[] = []
    store = fileStore(location, { onCorrupt: (_, reason) => told.push(reason) })
    const other = join(temporaryFolder(), 'secret')
    writeFileSync(other, 'secret')
    mkdirSync(dirname(pathOf(key('f/v/aa'))), { recursive: true })
    symlinkSync(other, pathOf(key('f/v/aa')))

    expect(await store.get(key('f/v/aa'))).toBeUndefined()
    expect(told).toHaveLength(1)
    await store.put(key('f/v/aa'), bytes(2))
    expect(await textAt(store, 'f/v/aa')).toBe('AA')
    expect(readFileSync(other, 'utf8')).toBe('secret')
  })

  test.runIf(process.platform === 'linux')('that is a pipe does not hold up its reader', async () => {
    mkdirSync(dirname(pathOf(key('f/v/aa'))), { recursive: true })
    execFileSync('mkfifo', [pathOf(key('f/v/aa'))])

    expect((await store.get(key('f/v/aa')))?.byteLength ?? 0).toBe(0)
  })
})

describe('bytes of an entry', () => {
  test('belong to the caller: what is read next leaves them alone', async () => {
    await store.put(numbered(1), bytes(300, 1))
    await store.put(numbered(2), bytes(300, 2))
    const [first, second] = [store.get(numbered(1)), store.get(numbered(2))]

    expect([first, second]).toEqual([new Uint8Array(300).fill(1), new Uint8Array(300).fill(2)])
  })

  test('are lent where they are only looked at, whatever the last ones weighed', async () => {
    for (const [i, size] of [300, 300, 0, 65_535, 7].entries()) {
      await store.put(numbered(i), bytes(size, i))
      expect(Buffer.compare(store.peek(numbered(i)) as Uint8Array, new Uint8Array(size).fill(i))).toBe(0)
    }
  })

  /** Takes so long that other threads are asked for the rest. */
  class SlowSum extends EntrySum {
    override add(part: Uint8Array): void {
      super.add(part)
      for (const end = performance.now() + 6; performance.now() < end; );
    }
  }
  const sums = { 'at once': EntrySum, 'by other threads': SlowSum }
  const cases = (sizes: readonly number[]) => sizes.flatMap((size) => Object.entries(sums).map(([name, Sum]) => [size, name, Sum] as const))

  // With what comes before them: 64 KB, a byte more, a few steps, some parts, whole ones.
  test.each(cases([65_456, 65_457, 1_000_000, 5_000_000, 9_437_088, 14_000_000]))(
    'that are %i and more come whole, read %s and summed on the way',
    async (size, _name, Sum) => {
      const written = await encodeEntry({
        key: numbered(size),
        meta: {},
        codec: 'v8',
        payload: [new Uint8Array(size).map((_, i) => i * 3)],
      })
      await store.put(numbered(size), written)
      const whole = Buffer.concat(written)
      const read = await fileStore(location, { watch: () => new Sum() }).peek(numbered(size))
      if (read === undefined || !('watcher' in read && read.watcher instanceof EntrySum)) throw new Error('it was not summed')

      expect(Buffer.compare(read.bytes, whole)).toBe(0)
      expect(Buffer.compare((await store.get(numbered(size))) ?? whole.subarray(1), whole)).toBe(0)
      expect(await readEntry(read.bytes, numbered(size), read.watcher)).toMatchObject({ ok: true })
    },
  )

  // In the first step, behind some, in the first part and in the last.
  test.each(cases([70_000, 625_012, 1_000_000, 4_900_000]))(
    'cut to %i bytes while they are read %s are as long as they are then, and no entry',
    async (length, _name, Sum) => {
      const written = await encodeEntry({ key: numbered(1), meta: {}, codec: 'v8', payload: bytes(5_000_000) })
      await store.put(numbered(1), written)
      const watch = (): EntrySum => {
        truncateSync(pathOf(numbered(1)), length)
        return new Sum()
      }
      const read = await fileStore(location, { watch }).peek(numbered(1))
      if (read === undefined || !('watcher' in read && read.watcher instanceof EntrySum)) throw new Error('it was not summed')

      expect(Buffer.compare(read.bytes, Buffer.concat(written).subarray(0, length))).toBe(0)
      expect(await readEntry(read.bytes, numbered(1), read.watcher)).toMatchObject({ ok: false, fault: 'damaged' })
    },
  )

  test('of several functions in turn are each their own', async () => {
    const keys = ['f/v/aa', 'g/v/aa', 'f/v/bb', 'f/w/aa', 'g/v/.a', 'f/v/a/b', 'f/v/', 'f/v/zz', 'f/v/a'].map(key)
    const isStored = (at: Key): boolean => !['g/v/.a', 'f/v/a/b', 'f/v/'].includes(at)
    for (const at of keys.filter(isStored)) await store.put(at, [Buffer.from(at)])

    for (const at of [...keys, ...keys]) expect(await textAt(store, at)).toBe(isStored(at) ? at : undefined)
  })
})

describe('least recently used', () => {
  const longAgo = new Date('2020-01-01')

  test('entries go first: reading counts as use', async () => {
    for (let i = 0; i < 4; i++) await store.put(numbered(i), bytes(100))
    for (let i = 0; i < 4; i++) utimesSync(pathOf(numbered(i)), longAgo, new Date(longAgo.getTime() + i * 1_000))
    // Another process, which has not seen them yet.
    const command = `import { fileStore } from ${JSON.stringify(bundle)}; const store = fileStore(process.argv[1]); store.get(process.argv[2])`
    execFileSync(process.execPath, ['--input-type=module', '-e', command, location, numbered(0)])

    expect(await store.evict({ maxItems: 2 })).toEqual({ items: 2, bytes: 200 })
    expect((await Promise.all([0, 1, 2, 3].map((i) => store.get(numbered(i))))).map((found) => found !== undefined)).toEqual([
      true,
      false,
      false,
      true,
    ])
  })

  test('entries that nobody used for long go by age', async () => {
    for (let i = 0; i < 3; i++) await store.put(numbered(i), bytes(10))
    utimesSync(pathOf(numbered(1)), longAgo, longAgo)

    expect(await store.evict({ olderThanMs: 60_000 })).toEqual({ items: 1, bytes: 10 })
    expect(await store.get(numbered(1))).toBeUndefined()
  })

  test('folders that are empty then go too', async () => {
    await store.put(key('f/v/aa'), bytes(10))
    await store.evict({ maxBytes: 0 })

    expect(readdirSync(inStore('entries'))).toEqual([])
  })
})

describe('limits', () => {
  const evicted: Totals[] = []
  afterEach(() => evicted.splice(0))
  const limited = (limits: object): FileStore => fileStore(location, { limits, onEvicted: (gone) => evicted.push(gone) })

  test('on items are kept while writing, and told of', async () => {
    store = limited({ maxItems: 50 })
    for (let i = 0; i < 120; i++) {
      await store.put(numbered(i), bytes(10))
      await store.settled()
    }

    expect((await store.stats()).items).toBeLessThanOrEqual(50)
    expect((await store.stats()).items).toBeGreaterThanOrEqual(45)
    expect(evicted.length).toBeLessThan(30)
    expect(evicted.reduce((sum, { items }) => sum + items, 0)).toBe(120 - (await store.stats()).items)
  })

  test('on bytes are kept, though another process had written before', async () => {
    for (let i = 0; i < 20; i++) await store.put(numbered(i), bytes(1_000))
    store = limited({ maxBytes: 10_000 })
    await store.put(numbered(99), bytes(1_000))
    await store.settled()

    expect((await store.stats()).bytes).toBeLessThanOrEqual(9_000)
    expect(await store.get(numbered(99))).toBeDefined()
  })

  test.each(['missing', 'damaged'])('are kept where the log of what is there is %s', async (state) => {
    for (let i = 0; i < 20; i++) await store.put(numbered(i), bytes(10))
    if (state === 'missing') rmSync(inStore('usage'))
    else writeFileSync(inStore('usage'), 'abc')
    store = limited({ maxItems: 10 })
    await store.put(numbered(99), bytes(10))
    await store.settled()

    expect((await store.stats()).items).toBe(9)
  })

  test('on age are kept at the first write of a process', async () => {
    await store.put(numbered(1), bytes(10))
    utimesSync(pathOf(numbered(1)), 1, 1)
    store = limited({ olderThanMs: 3_600_000 })
    await store.put(numbered(2), bytes(10))
    await store.settled()

    expect(await store.stats()).toEqual({ items: 1, bytes: 10 })
    expect(evicted).toEqual([{ items: 1, bytes: 10 }])
  })

  test('are kept by what all processes have written: the log stays small and right', async () => {
    const others = [fileStore(location), fileStore(location), store]
    for (let i = 0; i < 5_000; i++) await others[i % 3]?.put(numbered(i % 100), bytes(1 + (i % 7)))
    expect(statSync(inStore('usage')).size).toBeLessThan(70_000)
    store = limited({ maxItems: 100 })
    await store.put(numbered(0), bytes(1))
    await store.settled()

    expect(evicted).toEqual([])
    await store.put(numbered(100), bytes(1))
    await store.settled()
    expect((await store.stats()).items).toBe(90)
  })
})

describe('a place that takes nothing', () => {
  test('rejects what is put, and misses what is asked for', async () => {
    for (const place of ['/proc/joblet', join(temporaryFolder(), 'file')]) {
      if (!place.startsWith('/proc')) writeFileSync(place, 'a file, no folder')
      store = fileStore(place)

      await expect(store.put(key('f/v/aa'), bytes(1))).rejects.toThrow()
      await expect(store.put(key('f/v/aa'), bytes(100_000))).rejects.toThrow()
      expect(await store.get(key('f/v/aa'))).toBeUndefined()
      expect(await store.lock(key('f/v/aa'))).toBeUndefined()
      expect(await store.stats()).toEqual({ items: 0, bytes: 0 })
      await store.settled()
    }
  })

  test.runIf(process.getuid?.() !== 0)('as a folder of somebody else does', async () => {
    mkdirSync(location)
    chmodSync(location, 0o500)

    await expect(store.put(key('f/v/aa'), bytes(1))).rejects.toThrow('EACCES')
    expect(await store.lock(key('f/v/aa'))).toBeUndefined()
  })
})

describe.runIf(canMount())('a file system of one megabyte (needs the right to mount)', () => {
  let folder: string
  beforeEach(() => {
    folder = temporaryFolder()
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
    location = join(folder, 'cache')
    store = fileStore(location)
  })
  afterEach(() => void execFileSync('umount', [folder]))

  test.each([30_000, 200_000])('that is full rejects entries of %i bytes, keeps those before, and leaves no half of one', async (size) => {
    let stored = 0
    const full = (async () => {
      for (; stored < 100; stored++) await store.put(numbered(stored), bytes(size, stored))
    })()

    await expect(full).rejects.toThrow('ENOSPC')
    expect(stored).toBeGreaterThan(2)
    expect(filesIn(inStore('tmp'))).toEqual([])
    for (let i = 0; i < stored; i++) expect(await holds(numbered(i), size, i)).toBe(true)
    await store.delete(numbered(0))
    await store.put(numbered(0), bytes(size, 7))
    expect(await holds(numbered(0), size, 7)).toBe(true)
    // Nothing may be open when it is unmounted.
    await store.settled()
  })

  test('that was made read-only still answers', async () => {
    await store.put(key('f/v/aa'), bytes(3))
    await store.settled()
    execFileSync('mount', ['-o', 'remount,ro', folder])
    const reader = fileStore(location)

    expect(await textAt(reader, 'f/v/aa')).toBe('AAA')
    await expect(reader.put(key('f/v/aa'), bytes(1))).rejects.toThrow('EROFS')
    expect(await reader.lock(key('f/v/aa'))).toBeUndefined()
    expect(await reader.stats()).toEqual({ items: 1, bytes: 3 })
    await expect(reader.evict({ maxItems: 0 })).rejects.toThrow('EROFS')
    await expect(reader.delete()).rejects.toThrow('EROFS')
    await reader.settled()
  })
})

async function holds(at: Key, size: number, fill: number): Promise<boolean> {
  return Buffer.compare((await store.get(at)) ?? new Uint8Array(), bytes(size, fill)[0] ?? new Uint8Array()) === 0
}

function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const folder = temporaryFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder], { stdio: 'ignore' })
    execFileSync('umount', [folder])
    return true
  } catch {
    return false
  }
}
