import { runInThisContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createDescriber, prepareDescribe } from '../../src/function/describe/describe.js'
import type { Parcel } from '../../src/function/parcel/parcel.js'
import { createReviver } from '../../src/function/revive/revive.js'

test.each([true, false])('a function that a worker sends on is as strict as it was where it came from: %s', async (strict) => {
  const parcel: Parcel = {
    v: 1,
    root: { $: 0 },
    nodes: [{ t: 'function', code: 0, name: '', scope: [] }],
    codes: [{ text: '(() => (function () { return this === undefined })())', file: undefined, line: 0, column: 0, strict }],
  }
  await prepareDescribe()
  const isStrict = (await createReviver().revive(parcel)) as () => boolean

  const again = (await createReviver().revive(createDescriber().describe(isStrict, 'it'))) as () => boolean

  expect([isStrict(), again()]).toEqual([strict, strict])
})

const around = `
function sloppy() { 'not strict'; return [function () { return this === undefined }, () => (function () { return this === undefined })()] }
function strict() { 'use strict'; return [function () { return this === undefined }, () => (function () { return this === undefined })()] }
class Strict { static make() { return [function () { return this === undefined }, () => (function () { return this === undefined })()] } method() { return this === undefined } }`

test.each([
  ['a sloppy function', 'sloppy()', [false, false]],
  ['a strict function', 'strict()', [true, true]],
  ['a class', '[...Strict.make(), new Strict().method]', [true, true, true]],
])('in a sloppy script, what is made within %s is as strict as that', async (_, made, expected) => {
  const fns = runInThisContext(`(() => {${around}
    return ${made} })()`) as (() => boolean)[]
  await prepareDescribe()

  const again = (await createReviver().revive(createDescriber().describe(fns, 'they'))) as (() => boolean)[]

  expect(fns.map((fn) => fn())).toEqual(expected)
  expect(again.map((fn) => fn())).toEqual(expected)
})
