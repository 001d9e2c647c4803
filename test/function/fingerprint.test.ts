import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { fingerprint, prepareFingerprint, takeFingerprint } from '../../src/function/fingerprint/fingerprint.js'
import { hash } from '../../src/function/fingerprint/hash.js'
import { own } from '../../src/own.js'
import type { Programs } from './fingerprint-programs.js'
import { buildPrograms, compileFixtures, fixtureMain } from './fingerprint-programs.js'

declare global {
  var fingerprinted: number | undefined
}

let programs: Programs
beforeAll(async () => {
  ;[programs] = await Promise.all([buildPrograms(), prepareFingerprint()])
})
afterAll(() => programs.remove())

describe('the same functions have the same fingerprints', () => {
  const without = (digests: Record<string, string>, names: readonly string[]): object =>
    Object.fromEntries(Object.entries(digests).filter(([name]) => !names.includes(name)))
  let plain: Record<string, string>
  beforeAll(async () => {
    plain = await programs.digests([compileFixtures(programs, 'esm')])
  })

  test('and each function has another', () => {
    expect(new Set(Object.values(plain)).size).toBe(Object.keys(plain).length)
  })

  test('under tsx', async () => {
    expect(await programs.digests(['--import', 'tsx', fixtureMain])).toEqual(plain)
  })

  test('compiled to CommonJS, but for `import.meta`', async () => {
    // `inEntry` captures the object that holds all functions, `meta` among them.
    const compiled = await programs.digests([compileFixtures(programs, 'cjs')])
    expect(without(compiled, ['meta', 'inEntry'])).toEqual(without(plain, ['meta', 'inEntry']))
  })

  test.runIf((process.features as { typescript?: unknown }).typescript)('with types stripped by Node', async () => {
    expect(await programs.digests(['--no-warnings', compileFixtures(programs, 'stripped')])).toEqual(plain)
  })

  test('under vitest', async () => {
    const { functions } = await import('../fixtures/fingerprint/functions.js')
    const here = Object.entries(functions).map(([name, fn]) => [name, fingerprint(fn as object)])
    expect(Object.fromEntries(here)).toEqual(without(plain, ['inEntry']))
  })

  // `JOBLET_OTHER_NODE=/path/to/node`, several with `:` between them.
  const others = (process.env['JOBLET_OTHER_NODE'] ?? '').split(':').filter((path) => path !== '')
  test.each(others)('on %s', async (node) => {
    expect(await programs.digests([`${programs.folder}/esm/main.js`], node)).toEqual(plain)
  })
})

const project = {
  'package.json': '{ "name": "project", "type": "module" }',
  'main.js': `
    import { helper } from './helper.js'
    import { lodashLike } from 'some-package'
    const factor = 3
    const config = { depth: 2 }
    const place = new URL('data.csv', import.meta.url)
    let calls = 0
    function task(x) {
      // What it does.
      calls++
      if (x > 1) return helper(x) * factor
      return [config.depth, 'a', lodashLike(x), place]
    }
    export { task }`,
  'helper.js': `
    import { deep } from './deep.js'
    export { other } from './deep.js'
    export const helper = (x) => deep(x) + 1`,
  'deep.js': `
    export function deep(x) { return x * 2 }
    export const other = () => 'unused'`,
  'node_modules/some-package/package.json': '{ "name": "some-package", "version": "1.0.0", "type": "module", "exports": "./index.js" }',
  'node_modules/some-package/index.js': 'export const lodashLike = (x) => x',
} as const

type Edit = readonly [file: keyof typeof project, from: string | RegExp, to: string]

const edited = (edits: readonly Edit[]): Record<string, string> => {
  const files: Record<string, string> = { ...project }
  for (const [file, from, to] of edits) {
    const text = (files[file] ?? '').replace(from, to)
    if (text === files[file]) throw new Error(`nothing to edit: ${String(from)}`)
    files[file] = text
  }
  return files
}

describe('an edit', () => {
  const same: Readonly<Record<string, readonly Edit[]>> = {
    'of nothing but the folder': [],
    'of a comment': [['main.js', 'What it does', 'What it did']],
    'of white space': [['main.js', /\n +/g, '\n ']],
    'of quotes': [['main.js', "'a'", '"a"']],
    'of parentheses and braces': [['main.js', 'return helper(x) * factor', '{ return ((helper)((x)) * (factor)) }']],
    'of an arrow to a body': [['helper.js', 'deep(x) + 1', '{ return deep(x) + 1 }']],
    'of a directive': [['main.js', 'calls++', "'use strict'; calls++"]],
    'of what it does not reach': [['deep.js', 'unused', 'never used']],
    'of a helper to another name': [
      ['main.js', /\bhelper\b(?!\.js)/g, 'assistant'],
      ['helper.js', 'const helper', 'const assistant'],
    ],
    'of a module to re-export': [['main.js', "{ helper } from './helper.js'", "{ helper } from './index.js'"]],
    'of a variable that it assigns': [['main.js', 'calls = 0', 'calls = 7']],
    'of the inside of a package': [['node_modules/some-package/index.js', '(x) => x', '(x) => x + 1']],
    'of a captured constant to an equal one': [['main.js', '{ depth: 2 }', '{ ["depth"]: 1 + 1 }']],
  }
  const other: Readonly<Record<string, readonly Edit[]>> = {
    'of its code': [['main.js', 'x > 1', 'x > 2']],
    'of a helper': [['helper.js', '+ 1', '+ 2']],
    "of a helper's helper in another file": [['deep.js', 'x * 2', 'x * 3']],
    'of a captured constant': [['main.js', 'factor = 3', 'factor = 4']],
    'of a field of a captured object': [['main.js', 'depth: 2', 'depth: 3']],
    'of a captured path': [['main.js', 'data.csv', 'data2.csv']],
    'of a package to another version': [['node_modules/some-package/package.json', '1.0.0', '1.0.1']],
    'of a local variable to another name': [['main.js', /\bx\b/g, 'y']],
  }
  let digests: Record<string, string>
  beforeAll(async () => {
    const all = Object.entries({ original: [], ...same, ...other })
    const imports = all.map(([name, edits], i) => {
      const folder = programs.write(`edits/${i}`, { ...edited(edits), 'index.js': "export * from './helper.js'" })
      return `[${JSON.stringify(name)}, fingerprint((await import(${JSON.stringify(`${folder}/main.js`)})).task)]`
    })
    const text = `const { prepareFingerprint, fingerprint } = await import(process.argv[2])
      await prepareFingerprint()
      console.log(JSON.stringify(Object.fromEntries([${imports.join()}])))`
    digests = await programs.digests([`${programs.write('edits', { 'main.mjs': text })}/main.mjs`])
  })

  test.each(Object.keys(same))('%s keeps the fingerprint', (name) => expect(digests[name]).toBe(digests['original']))

  test.each(Object.keys(other))('%s changes it', (name) => expect(digests[name]).not.toBe(digests['original']))
})

const adder =
  (n: number): ((x: number) => number) =>
  (x) =>
    x + n

test('closures of one factory differ by what they captured', () => {
  expect(fingerprint(adder(1))).toBe(fingerprint(adder(1)))
  expect(fingerprint(adder(1))).not.toBe(fingerprint(adder(2)))
})

test('what a captured instance does counts', () => {
  const of = (area: (size: number) => number): object => {
    class Shape {
      size = 2
      area(): number {
        return area(this.size)
      }
    }
    const shape = new Shape()
    return () => shape.area()
  }

  expect(fingerprint(of((size) => size))).toBe(fingerprint(of((size) => size)))
  expect(fingerprint(of((size) => size))).not.toBe(fingerprint(of((size) => size + 1)))
})

test('bound functions differ by what they are bound to', () => {
  const add = (a: number, b: number): number => a + b

  expect(fingerprint(add.bind(null, 1))).toBe(fingerprint(add.bind(null, 1)))
  expect(fingerprint(add.bind(null, 1))).not.toBe(fingerprint(add.bind(null, 2)))
})

test('an arrow function differs by the `this` it captured', () => {
  class Scale {
    readonly by: number
    constructor(by: number) {
      this.by = by
    }
    times = (x: number): number => x * this.by
  }

  expect(fingerprint(new Scale(2).times)).not.toBe(fingerprint(new Scale(3).times))
})

test('what a promisified function calls counts', () => {
  const later = (n: number) => promisify((done: (error: unknown, value: number) => void) => done(null, n))

  expect(fingerprint(later(1))).not.toBe(fingerprint(later(2)))
})

test('what was made from a function by `joblet.reduce` is that', () => {
  const wrap = (fn: (x: number) => number): object => Object.assign(() => 0, { [Symbol.for('joblet.reduce')]: () => [wrap, [fn]] })

  expect(fingerprint(wrap(adder(1)))).toBe(fingerprint(wrap(adder(1))))
  expect(fingerprint(wrap(adder(1)))).not.toBe(fingerprint(wrap(adder(2))))
})

const promised = Promise.resolve(1)
const promisedElsewhere = Promise.resolve(2)

test('what cannot be hashed counts as which it is where there may be many, and as its type where its module has one', () => {
  const around =
    (value: unknown): object =>
    () =>
      value
  const [one, other] = [Promise.resolve(1), Promise.resolve(1)]

  expect(fingerprint(around(one))).toBe(fingerprint(around(one)))
  expect(fingerprint(around(one))).not.toBe(fingerprint(around(other)))
  expect(fingerprint(around([new WeakMap()]))).not.toBe(fingerprint(around([new WeakMap()])))
  expect(fingerprint(() => promised)).toBe(fingerprint(() => promisedElsewhere))
})

test('what the program has put on the global object counts, by its bare name and as a member', () => {
  onTestFinished(() => void Reflect.deleteProperty(globalThis, 'fingerprinted'))
  const readers = (): object[] => [() => globalThis.fingerprinted, () => global['fingerprinted'], () => fingerprinted]
  const digests = (n: number): string[] => {
    globalThis.fingerprinted = n
    return readers().map(fingerprint)
  }

  const [one, other, again] = [digests(1), digests(2), digests(1)]
  expect(again).toEqual(one)
  expect(one.filter((digest) => other.includes(digest))).toEqual([])
})

test("joblet's own functions count by name", () => {
  expect(fingerprint(own('one', () => 1))).not.toBe(fingerprint(own('other', () => 1)))
})

test('functions that reach each other have fingerprints', () => {
  const even = (n: number): boolean => n === 0 || odd(n - 1)
  const odd = (n: number): boolean => n !== 0 && even(n - 1)

  expect(fingerprint(even)).not.toBe(fingerprint(odd))
})

test('a kept fingerprint sees what changes in the objects it holds', () => {
  const config = { depth: 1 }
  const kept = takeFingerprint(() => config.depth)

  config.depth = 2

  expect(kept.holdsObjects).toBe(true)
  expect(kept.again()).not.toBe(kept.digest)
  expect(kept.again()).toBe(takeFingerprint(() => config.depth).digest)
  expect(kept.readsChangingVariables).toBe(false)
})

test('a kept fingerprint says whether a variable may change behind it', () => {
  let rate = 1
  const setRate = (n: number): void => {
    rate = n
  }
  const kept = takeFingerprint((x: number) => x * rate)
  setRate(2)

  expect(kept.readsChangingVariables).toBe(true)
  expect(takeFingerprint((x: number) => x * rate).digest).not.toBe(kept.digest)
})

test('a variable that only the function itself assigns is state, and no reason to read again', () => {
  let calls = 0
  const kept = takeFingerprint(() => ++calls)
  calls = 5

  expect(kept.again()).toBe(kept.digest)
  expect(kept.readsChangingVariables).toBe(false)
})

test('what an object inherits without a class counts', () => {
  const around = (base: object): object => {
    const object = Object.create(base) as object
    return () => object
  }

  expect(fingerprint(around({ f: adder(1) }))).not.toBe(fingerprint(around({ f: adder(2) })))
})

test('hash knows functions by their fingerprints', () => {
  expect(hash({ f: adder(1) })).toBe(hash({ f: adder(1) }))
  expect(hash({ f: adder(1) })).not.toBe(hash({ f: adder(2) }))
})

test('without an inspector, text and imported files count', async () => {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission') ? '--permission' : '--experimental-permission'
  const digestOf = async (name: string, edits: readonly Edit[]): Promise<string | undefined> => {
    const text = `const { prepareFingerprint, fingerprint } = await import(process.argv[2])
      await prepareFingerprint()
      console.log(JSON.stringify({ task: fingerprint(task) }))`
    const files = edited([...edits, ['main.js', 'export { task }', text]])
    const { task } = await programs.digests([flag, '--allow-fs-read=*', '--no-warnings', `${programs.write(name, files)}/main.js`])
    return task
  }
  const original = await digestOf('shut', [])

  expect(await digestOf('shut-comment', [['main.js', 'What it does', 'Nothing']])).toBe(original)
  expect(await digestOf('shut-helper', [['deep.js', 'x * 2', 'x * 3']])).not.toBe(original)
})
