import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Programs } from './programs.js'
import { buildPrograms } from './programs.js'

let programs: Programs
beforeAll(async () => {
  programs = await buildPrograms()
})
afterAll(() => programs.remove())

const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'

const head = `
import { basename } from 'node:path'
import { createDescriber, createReviver, decode, encode, prepareDescribe } from '../machinery.mjs'
import { getHidden, triple } from './exports.mjs'
import { rescale } from './helpers.mjs'
await prepareDescribe()
const trip = async (value) => createReviver().revive(decode(encode(createDescriber().describe(value, 'a value'), true)))
const k = 5
`

/** What `body` prints where the permission model keeps the inspector shut. */
async function printed(body: string): Promise<string> {
  const file = join(programs.folder, 'esm/permission.mjs')
  writeFileSync(file, head + body)
  return programs.run([flag, '--allow-fs-read=*', '--no-warnings', file])
}

test('exported functions travel by reference', async () => {
  expect(await printed('console.log(await trip(triple) === triple)')).toBe('true')
})

test('functions that use globals and imports travel by value', async () => {
  expect(await printed("console.log((await trip((x) => Math.max(rescale(x), 1) + basename('/a/b')))(2))")).toBe('14b')
})

test('values, classes and recursion need no inspector', async () => {
  const body = `
    class Dog { constructor(name) { this.name = name } speak() { return this.name } }
    console.log((await trip(new Dog('rex'))).speak(), (await trip(function f(n) { return n < 2 ? 1 : n * f(n - 1) }))(4))`

  expect(await printed(body)).toBe('rex 24')
})

test('a captured variable is an error that names it', async () => {
  expect(await printed('await trip(() => k).catch((error) => console.log(error.message))')).toMatch(
    /it uses 'k' from around it, which cannot be read here .*; pass the values as arguments, or export the function/,
  )
})
