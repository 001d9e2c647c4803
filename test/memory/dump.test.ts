/** `dump` and `load`: a value in a file of its own. */
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { beforeEach, expect, test } from 'vitest'
import { CodecError, OptionError } from '../../src/errors.js'
import { registerClass } from '../../src/function/found/register-class.js'
import { dump, load } from '../../src/memory/dump.js'
import { temporaryFolder } from '../support/temporary.js'

let folder: string
let path: string
beforeEach(() => {
  folder = temporaryFolder()
  path = join(folder, 'model.joblet')
})

const trip = async <T>(value: T): Promise<T> => {
  await dump(value, path)
  return load<T>(path)
}

test('a value comes back with its types, cycles and shared parts, and nothing else lies there', async () => {
  const shared = { n: 1n }
  const value: Record<string, unknown> = {
    weights: new Float32Array([0.5, Number.NaN]),
    large: new Float64Array(20_000).fill(0.1),
    bytes: Buffer.from('abc'),
    map: new Map<unknown, unknown>([[shared, new Set([shared])]]),
    at: new Date(5),
    pattern: /a+/gu,
    url: new URL('https://example.org/a'),
    nothing: Object.assign(new Array<unknown>(4), [undefined, null, -0], { 4: Number.NaN }),
    error: new RangeError('far', { cause: new TypeError('near') }),
  }
  value['self'] = value
  const back = await trip(value)

  expect(back).toEqual(value)
  expect(back['self']).toBe(back)
  expect((back['error'] as Error).cause).toBeInstanceOf(TypeError)
  expect(Buffer.isBuffer(back['bytes'])).toBe(true)
  expect(readdirSync(folder)).toEqual(['model.joblet'])
})

test('what was made in another context of node:vm comes back as what such a value is here', async () => {
  const code =
    '({ list: [1], when: new Date(5), pattern: /a/g, map: new Map([[1, new Set([2])]]), bytes: new Uint8Array([7]), memory: new ArrayBuffer(2) })'

  expect(await trip(runInNewContext(code))).toStrictEqual({
    list: [1],
    when: new Date(5),
    pattern: /a/g,
    map: new Map([[1, new Set([2])]]),
    bytes: new Uint8Array([7]),
    memory: new ArrayBuffer(2),
  })
})

test.each([true, 'gzip', 'brotli', { method: 'gzip', level: 9 }] as const)(
  'compressed by %j it is smaller, and loads the same',
  async (compress) => {
    const value = { numbers: new Float64Array(50_000), name: 'x' }
    await dump(value, path, { compress })

    expect(statSync(path).size).toBeLessThan(10_000)
    expect(await load(path)).toEqual(value)
  },
)

test('paths, file URLs and links are all the same', async () => {
  await dump('here', pathToFileURL(path))
  symlinkSync(path, join(folder, 'link'))

  expect(await load(path)).toBe('here')
  expect(await load(pathToFileURL(path).href)).toBe('here')
  expect(await load(join(folder, 'link'))).toBe('here')
})

test('a file is replaced whole: a value that cannot be dumped leaves the old one', async () => {
  await dump('old', path)

  await expect(dump({ f: () => 1 }, path)).rejects.toThrow(CodecError)
  expect(await load(path)).toBe('old')
  await dump('new', path)
  expect(await load(path)).toBe('new')
  expect(readdirSync(folder)).toEqual(['model.joblet'])
})

test('functions, and instances of classes that nobody registered, are refused by their path', async () => {
  class Plain {
    x = 1
  }

  await expect(dump({ list: [1, { run: () => 1 }] }, path)).rejects.toThrow(/cannot dump value\.list\[1\]\.run: it is a function; /)
  await expect(dump([new Plain()], path)).rejects.toThrow(/cannot dump value\[0\]: it is an instance of Plain/)
  await expect(dump(new Promise(() => undefined), path)).rejects.toThrow(CodecError)
})

test('instances of registered classes come back as such, by their name alone', async () => {
  class Point {
    x = 0
    get double() {
      return this.x * 2
    }
  }
  registerClass(Point, { name: 'test Point' })
  const back = await trip({ at: Object.assign(new Point(), { x: 3 }) })

  expect(back.at).toBeInstanceOf(Point)
  expect(back.at.double).toBe(6)
})

test('what is no dump, damaged, newer or not there is said, with what to do', async () => {
  const says = async (text: string) => {
    await expect(load(path)).rejects.toThrow(text)
    await expect(load(path)).rejects.toBeInstanceOf(CodecError)
  }
  await expect(load(path)).rejects.toMatchObject({ code: 'ENOENT', path })
  writeFileSync(path, '{"json": 1}'.repeat(10))
  await says(`cannot load ${path}: it is no file of joblet; give a file that \`dump\` wrote`)
  await dump([1, 2, 3], path)
  truncateSync(path, statSync(path).size - 1)
  await says('its length is wrong: it was cut, or is damaged; dump it again, or take a copy')
  await dump([1, 2, 3], path)
  const bytes = readFileSync(path)
  bytes[bytes.byteLength - 2] = (bytes.at(-2) ?? 0) ^ 1
  writeFileSync(path, bytes)
  await says('its checksum is wrong')
  bytes[12] = 9
  writeFileSync(path, bytes)
  await says('it is of format 9, and this version of joblet reads formats 1 and 2; update joblet')
})

test('what the file system says comes as it is, and nothing is left', async () => {
  mkdirSync(join(folder, 'folder/inner'), { recursive: true })

  await expect(dump(1, join(folder, 'missing/model'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(dump(1, join(folder, 'folder'))).rejects.toMatchObject({ code: expect.stringMatching(/EISDIR|ENOTEMPTY|EEXIST|EPERM/) })
  await expect(load(join(folder, 'folder'))).rejects.toMatchObject({ code: 'EISDIR' })
  expect(readdirSync(folder)).toEqual(['folder'])
})

test('an option that cannot be is an option error', async () => {
  await expect(dump(1, path, { compress: 'zip' as never })).rejects.toThrow(OptionError)
})
