/** A file is written whole, or not at all. */
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { writeSmall } from '../../src/store/write-file.js'
import { temporaryFolder } from '../support/temporary.js'

const parts = [Buffer.from('one '), Buffer.from('and two')]

test('the first file of a folder makes the folder, for its user alone', () => {
  const folder = temporaryFolder()
  const path = join(folder, 'shard', 'file')
  writeSmall(path, join(folder, 'temporary'), parts)
  expect(readFileSync(path, 'utf8')).toBe('one and two')
  expect(readdirSync(folder)).toEqual(['shard'])
  if (process.platform !== 'win32') expect(statSync(join(folder, 'shard')).mode & 0o777).toBe(0o700)
})

test('where more than the last folder is missing it says so, and leaves nothing behind', () => {
  const folder = temporaryFolder()
  expect(() => writeSmall(join(folder, 'entries', 'shard', 'file'), join(folder, 'temporary'), parts)).toThrow(/ENOENT/)
  expect(readdirSync(folder)).toEqual([])
})

test('a folder that lies where the file should go stays, and nothing else does', () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'file', 'inside'), { recursive: true })
  expect(() => writeSmall(join(folder, 'file'), join(folder, 'temporary'), parts)).toThrow()
  expect(readdirSync(folder)).toEqual(['file'])
})
