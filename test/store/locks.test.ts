/** One computes, the others wait: across processes, and when some of them die. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type FileStore, fileStore } from '../../src/store/file-store.js'
import { me, stateOf } from '../../src/store/owner.js'
import type { Key } from '../../src/store/store.js'
import { bundleOf } from '../support/bundle.js'
import { temporaryFolder } from '../support/temporary.js'

const caller = fileURLToPath(new URL('../fixtures/store/caller.mjs', import.meta.url))
const aKey = 'f/v/aa' as Key

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

const locksIn = (): string[] => readdirSync(join(location, 'joblet-1/locks'))
const temporaryIn = (): string[] => readdirSync(join(location, 'joblet-1/tmp'))

test('8 processes make 10,000 random calls of 100 keys; two are killed at work: each key is computed once, and once more per kill', async () => {
  const kills = [12, 40]
  let begun = 0
  let wrong = 0
  const children = Array.from({ length: 8 }, (_, i) => fork(caller, [bundle, location, '1250', String(i + 1)]))
  const watch = (child: ChildProcess) => (message: { computing?: number; wrong?: number }) => {
    if (message.computing !== undefined && kills.includes(++begun)) child.kill('SIGKILL')
    wrong += message.wrong ?? 0
  }
  for (const child of children) child.on('message', watch(child))
  const ends = await Promise.all(children.map((child) => once(child, 'exit')))
  const computed = readFileSync(`${location}.computed`, 'utf8').trim().split('\n')
  // Whoever comes next clears up what the dead have left.
  await store.put(aKey, [])
  await store.settled()

  expect(ends.filter(([code]) => code === 0)).toHaveLength(6)
  expect(wrong).toBe(0)
  expect(new Set(computed).size).toBe(100)
  expect(computed.length).toBeLessThanOrEqual(100 + kills.length)
  expect(locksIn()).toEqual([])
  expect(temporaryIn()).toEqual([])
}, 120_000)

describe('a lock', () => {
  test('of a process that was killed goes to who asks next', async () => {
    const child = fork(caller, [bundle, location, '1000', '1'])
    await once(child, 'message')
    child.kill('SIGKILL')
    await once(child, 'exit')
    const [name = ''] = locksIn()
    const release = await store.lock(keyOfFirst())
    release?.()

    expect(name).toMatch(/\.lock$/)
    expect(release).toBeTypeOf('function')
  })

  test.runIf(process.platform === 'linux')('of a thread that has ended goes to who asks next, though its process lives', async () => {
    const worker = new Worker(
      `import(${JSON.stringify(bundle)}).then(({ fileStore }) => fileStore(${JSON.stringify(location)}).lock('f/v/aa')).then(() => { require('node:worker_threads').parentPort.postMessage('held'); setInterval(() => {}, 1000) })`,
      { eval: true },
    )
    await once(worker, 'message')
    expect(locksIn()).toHaveLength(1)
    await worker.terminate()
    const release = await store.lock(aKey)
    release?.()

    expect(release).toBeTypeOf('function')
  })

  test.each([
    ['of another machine, which shows no sign of life', '0123456789ab.1.1.1 1'],
    ['with nothing in it', ''],
    ['with anything in it', '\0\u{1f512}'],
  ])('%s delays, and does not block', async (_, text) => {
    store = fileStore(location, { lockPatienceMs: 100 })
    const release = await store.lock(aKey)
    const [name = ''] = locksIn()
    release?.()
    writeFileSync(join(location, 'joblet-1/locks', name), text)
    const got = await store.lock(aKey)

    expect(got).toBeTypeOf('function')
    got?.()
    expect(locksIn()).toEqual([])
  })

  test('of another machine is left to it while it shows signs of life', async () => {
    store = fileStore(location, { lockPatienceMs: 100 })
    const release = await store.lock(aKey)
    const path = join(location, 'joblet-1/locks', locksIn()[0] ?? '')
    release?.()
    writeFileSync(path, '0123456789ab.1.1.1 1')
    let beats = 0
    const heart = setInterval(() => utimesSync(path, ++beats, beats), 10)
    const waiting = store.lock(aKey, AbortSignal.timeout(400))

    expect(await waiting).toBeUndefined()
    expect(existsSync(path)).toBe(true)
    clearInterval(heart)
  })

  test('in whose place lies a folder or a link to nowhere delays, and does not block', async () => {
    store = fileStore(location, { lockPatienceMs: 50 })
    const release = await store.lock(aKey)
    const path = join(location, 'joblet-1/locks', locksIn()[0] ?? '')
    release?.()
    mkdirSync(join(path, 'inner'), { recursive: true })
    const first = await store.lock(aKey)
    first?.()
    symlinkSync('/nowhere', path)
    const second = await store.lock(aKey)
    second?.()

    expect([typeof first, typeof second]).toEqual(['function', 'function'])
  })

  test.runIf(process.platform === 'linux')('of a thread that neither computes nor touches it delays, and does not block', async () => {
    store = fileStore(location, { lockPatienceMs: 20 })
    const worker = new Worker(
      `import(${JSON.stringify(bundle)}).then(({ fileStore }) => fileStore(${JSON.stringify(location)}).lock('f/v/aa')).then(() => { require('node:worker_threads').parentPort.postMessage('held'); setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)) })`,
      { eval: true },
    )
    await once(worker, 'message')
    const given = await store.lock(aKey)
    given?.()
    await worker.terminate()

    expect(given).toBeTypeOf('function')
  })

  test.runIf(process.platform === 'linux')('is left to a thread that computes, though that cannot touch it', async () => {
    store = fileStore(location, { lockPatienceMs: 20 })
    const worker = new Worker(
      `import(${JSON.stringify(bundle)}).then(({ fileStore }) => fileStore(${JSON.stringify(location)}).lock('f/v/aa')).then(() => { require('node:worker_threads').parentPort.postMessage('held'); setImmediate(() => { for (;;); }) })`,
      { eval: true },
    )
    await once(worker, 'message')
    const given = await store.lock(aKey, AbortSignal.timeout(1_000))
    await worker.terminate()

    expect(given).toBeUndefined()
  })

  test('that is held for ever by one that is alive and well delays, and does not block', async () => {
    const owner = await store.lock(aKey)
    const waiting = fileStore(location, { lockPatienceMs: 1 })
    const given = await waiting.lock(aKey)
    owner?.()
    expect(locksIn()).toHaveLength(1)
    given?.()

    expect(given).toBeTypeOf('function')
    expect(locksIn()).toEqual([])
  })

  test('is left ten times as long to an owner as such a computation has taken', async () => {
    const owner = await store.lock(aKey)
    const waiting = fileStore(location, { lockPatienceMs: 1 })
    const given = await waiting.lock(aKey, AbortSignal.timeout(600), 1_000)
    owner?.()

    expect(given).toBeUndefined()
  })

  test('that nobody holds is there at once', () => {
    const release = store.tryLock(aKey)

    expect(release).toBeTypeOf('function')
    expect(store.tryLock(aKey)).toBeUndefined()
    release?.()
    expect(locksIn()).toEqual([])
  })

  test('is given back by its owner alone', async () => {
    const release = await store.lock(aKey)
    const path = join(location, 'joblet-1/locks', locksIn()[0] ?? '')
    writeFileSync(path, '0123456789ab.1.1.1 1')
    release?.()

    expect(existsSync(path)).toBe(true)
  })
})

describe('a lock that becomes the entry', () => {
  const entry = [Buffer.alloc(200, 'a'), Buffer.alloc(300, 'b')]
  const lockPath = (): string => join(location, 'joblet-1/locks', locksIn()[0] ?? '')
  const lengthThere = async (): Promise<number | undefined> => (await store.get(aKey))?.length
  const folderOfEntry = (): string => join(location, 'joblet-1/entries/f/v/aa')

  test('is given back with that: no file is left, and who waits is next', async () => {
    const release = await store.lock(aKey)
    const waiting = store.lock(aKey)
    const file = statSync(lockPath()).ino
    await store.put(aKey, entry)

    expect(statSync(join(folderOfEntry(), 'aa')).ino).toBe(file)
    const next = await waiting
    release?.()
    expect(locksIn()).toHaveLength(1)
    next?.()
    expect(locksIn()).toEqual([])
    expect(temporaryIn()).toEqual([])
    expect(Buffer.concat(entry).equals((await store.get(aKey)) ?? Buffer.of())).toBe(true)
  })

  test('is for the key it was taken for, and once', async () => {
    const release = await store.lock(aKey)
    await store.put('f/v/bb' as Key, entry)
    expect(locksIn()).toHaveLength(1)
    await store.put(aKey, entry)
    await store.put(aKey, [Buffer.alloc(100)])
    release?.()

    expect(await lengthThere()).toBe(100)
    expect([locksIn(), temporaryIn()]).toEqual([[], []])
  })

  test.each([
    ['shorter than a lock', 3],
    ['too large to be written at once', 100_000],
  ])('stays a lock where the entry is %s', async (_, length) => {
    const release = await store.lock(aKey)
    await store.put(aKey, [Buffer.alloc(length)])
    expect(locksIn()).toHaveLength(1)
    release?.()

    expect(await lengthThere()).toBe(length)
    expect([locksIn(), temporaryIn()]).toEqual([[], []])
  })

  test('stays where it is if another has it by now, and the entry is written all the same', async () => {
    const release = await store.lock(aKey)
    const path = lockPath()
    for (const theirs of ['0123456789ab.1.1.1 1', readFileSync(path, 'utf8').replace(/.$/, 'x'), `${readFileSync(path, 'utf8')}1`]) {
      rmSync(path)
      writeFileSync(path, theirs)
      await store.put(aKey, entry)
      expect(readFileSync(path, 'utf8')).toBe(theirs)
      expect(await lengthThere()).toBe(500)
      await store.delete(aKey)
    }
    release?.()

    expect(locksIn()).toHaveLength(1)
    expect(temporaryIn()).toEqual([])
  })

  test('may have been removed, also with all the store, or have become a link', async () => {
    const elsewhere = join(temporaryFolder(), 'elsewhere')
    for (const harm of [
      (path: string) => rmSync(path),
      () => rmSync(location, { recursive: true }),
      (path: string) => {
        renameSync(path, elsewhere)
        symlinkSync(elsewhere, path)
      },
    ]) {
      const release = await store.lock(aKey)
      harm(lockPath())
      await store.put(aKey, entry)
      release?.()
      expect(await lengthThere()).toBe(500)
      expect(temporaryIn()).toEqual([])
      await store.delete(aKey)
    }
    expect(readFileSync(elsewhere, 'utf8')).toContain(me())
  })

  test('leaves nothing behind where a folder lies in the place of the entry', async () => {
    const release = await store.lock(aKey)
    mkdirSync(join(folderOfEntry(), 'aa/inner'), { recursive: true })
    await store.put(aKey, entry)
    release?.()

    expect(await lengthThere()).toBe(500)
    expect([locksIn(), temporaryIn()]).toEqual([[], []])
  })

  test('delays others, and does not block them, where its owner was killed while it wrote', async () => {
    store = fileStore(location, { lockPatienceMs: 100 })
    const release = await store.lock(aKey)
    const path = lockPath()
    release?.()
    writeFileSync(path, Buffer.alloc(60_000, 'half an entry'))
    const next = await store.lock(aKey)
    await store.put(aKey, entry)
    next?.()

    expect(await lengthThere()).toBe(500)
    expect(locksIn()).toEqual([])
  })
})

describe('an owner', () => {
  test('is known by its machine, process, thread and the moment it began', () => {
    const [host, pid, thread, started] = me().split('.')

    expect(stateOf(me())).toBe('alive')
    expect(stateOf(`000000000000.${pid}.${thread}.${started}`)).toBe('foreign')
    expect(stateOf(`${host}.999999999.999999999.${started}`)).toBe('gone')
    expect(stateOf('anything')).toBeUndefined()
  })

  test.runIf(process.platform === 'linux')('whose number another process has now is gone', () => {
    const [host, pid, thread] = me().split('.')

    expect(stateOf(`${host}.${pid}.${thread}.1`)).toBe('gone')
  })

  test.runIf(process.platform === 'linux')('that is stopped is known to be', async () => {
    const child = fork(caller, [bundle, location, '100000', '1'])
    await once(child, 'message')
    const path = join(location, 'joblet-1/locks', locksIn()[0] ?? '')
    const owner = readFileSync(path, 'utf8').split(' ')[0] ?? ''
    child.kill('SIGSTOP')
    await expect.poll(() => stateOf(owner)).toBe('stopped')
    store = fileStore(location, { lockPatienceMs: 50 })
    const given = await store.lock(keyOfFirst())
    child.kill('SIGKILL')
    await once(child, 'exit')

    expect(given).toBeUndefined()
    expect(stateOf(owner)).toBe('gone')
  })
})

describe('what the dead have left', () => {
  const gone = `${me().slice(0, 12)}.999999999.999999999.1`

  test('goes at the first write of a process: half-written files, folders that were being removed, locks, also half-written ones', async () => {
    await store.put(aKey, [])
    await store.settled()
    const inTemporary = (name: string) => join(location, 'joblet-1/tmp', name)
    writeFileSync(inTemporary(`${gone}~1`), 'half')
    mkdirSync(inTemporary(`${gone}~2/inner`), { recursive: true })
    writeFileSync(inTemporary(`${me()}~3`), 'mine')
    writeFileSync(inTemporary('0123456789ab.1.1.1~4'), 'of another machine, an hour ago')
    utimesSync(inTemporary('0123456789ab.1.1.1~4'), 1, 1)
    writeFileSync(inTemporary('0123456789ab.1.1.1~5'), 'of another machine, now')
    const inLocks = (name: string) => join(location, 'joblet-1/locks', name)
    writeFileSync(inLocks('0.lock'), `${gone} 1`)
    writeFileSync(inLocks('1.lock'), 'half of an entry, an hour ago')
    utimesSync(inLocks('1.lock'), 1, 1)
    writeFileSync(inLocks('2.lock'), 'half of an entry, now')
    const next = fileStore(location)
    await next.put(aKey, [])
    await next.settled()

    expect(temporaryIn().sort()).toEqual(['0123456789ab.1.1.1~5', `${me()}~3`].sort())
    expect(locksIn()).toEqual(['2.lock'])
  })
})

/** What a caller with seed 1 asks for first. */
function keyOfFirst(): Key {
  const first = Math.floor((((Math.imul(1, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32) * 100)
  return `f/v/${(first * 7_919).toString(16).padStart(32, '0')}` as Key
}
