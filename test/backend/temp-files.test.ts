/** Files for large data are their user's alone, and nobody else decides what is written, read or removed. */
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { TempFiles } from '../../src/backend/freight/temp-files.js'
import { me } from '../../src/store/owner.js'
import { temporaryFolder } from '../support/temporary.js'

const bytes = new Uint8Array(100).fill(7)
const modeOf = (path: string): number => lstatSync(path).mode & 0o777
// No process has this number: Linux ends at 4,194,304.
const gone = `joblet-${me().slice(0, 12)}.999999999.999999999.1-${'0'.repeat(32)}`

function filesIn(parent: string) {
  const files = new TempFiles([parent])
  files.begin()
  return { files, folder: files.folders[0] ?? '' }
}

test('the folder and its files are for their user alone, and cannot be guessed', () => {
  const { files, folder } = filesIn(temporaryFolder())
  const path = files.write(1, bytes) ?? ''
  expect([modeOf(folder), modeOf(path), dirname(path)]).toEqual([0o700, 0o600, folder])
  expect(folder).toMatch(/-[0-9a-f]{32}$/)
  expect(filesIn(dirname(folder)).folder).not.toBe(folder)
  files.end(1)
  expect(existsSync(folder)).toBe(false)
})

test('a link that lies where the folder is to be is not followed', () => {
  const [parent, elsewhere] = [temporaryFolder(), temporaryFolder()]
  const { files, folder } = filesIn(parent)
  symlinkSync(elsewhere, folder)
  expect(files.write(1, bytes)).toBeUndefined()
  expect(readdirSync(elsewhere)).toEqual([])
})

test('a link that lies where a file is to be is not written through', () => {
  const { files, folder } = filesIn(temporaryFolder())
  const target = join(temporaryFolder(), 'target')
  writeFileSync(target, 'mine')
  mkdirSync(folder, { mode: 0o700 })
  symlinkSync(target, join(folder, '1-1'))
  expect(files.write(1, bytes)).toBeUndefined()
  expect(readFileSync(target, 'utf8')).toBe('mine')
})

test('what a program that is gone left is removed; a link with such a name is left alone, and so is what it leads to', () => {
  const [parent, elsewhere] = [temporaryFolder(), temporaryFolder()]
  mkdirSync(join(parent, gone))
  const link = join(parent, `${gone.slice(0, -1)}1`)
  symlinkSync(elsewhere, link)
  writeFileSync(join(elsewhere, 'kept'), '')
  const { files } = filesIn(parent)
  files.write(1, bytes)
  files.end(1)
  expect(readdirSync(parent)).toEqual([link.slice(parent.length + 1)])
  expect(readdirSync(elsewhere)).toEqual(['kept'])
})
