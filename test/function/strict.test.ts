import { expect, test } from 'vitest'
import { createDescriber, prepareDescribe } from '../../src/function/describe.js'
import type { Parcel } from '../../src/function/parcel.js'
import { createReviver } from '../../src/function/revive.js'

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
