/** Timers are taken once, as joblet is imported: whoever fakes them later freezes nothing. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const taken = new Set(['timers.ts', 'clock.ts'])

/** Where something else is meant. */
const allowed = [
  // A thread of its own, in which nobody fakes anything.
  'worker/orphan.ts: setInterval(',
  // A callback of the task's own.
  'worker/printed.ts: process.nextTick',
  // What has expired is for whoever fakes the date to say: nothing waits for that.
  'memory/dump-file.ts: Date.now',
  'memory/keep.ts: Date.now',
  'memory/keeper.ts: Date.now',
  'memory/lookup.ts: Date.now',
  'store/memory-store.ts: Date.now',
]

const timer = /(?<![\w.])(set|clear)(Timeout|Interval|Immediate)\(|(?<![\w.])queueMicrotask\(/g
const clock = /(?<![\w.])Date\.now|(?<![\w.])performance\.now|\bprocess\.(hrtime|nextTick|uptime)/g
const commentOrImport = /\/\*[\s\S]*?\*\/|\/\/.*|^import [^']*'[^']*'/gm

test('no file but timers.ts and clock.ts asks Node, or the global object, for timers or the time', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts') && !taken.has(path))
  const found = files.flatMap((file) => {
    const text = readFileSync(`src/${file}`, 'utf8')
    const imported = [...text.matchAll(/^import \{([^}]*)\} from '[./]+\/timers\.js'/gm)].flatMap(
      ([, names = '']) => names.match(/\w+/g) ?? [],
    )
    const code = text.replaceAll(commentOrImport, '')
    const timers = [...code.matchAll(timer)].map(([name]) => name).filter((name) => !imported.includes(name.slice(0, -1)))
    const modules = /'node:timers(\/promises)?'/.test(text) ? ['node:timers'] : []
    return [...timers, ...modules, ...[...code.matchAll(clock)].map(([name]) => name)].map((name) => `${file}: ${name}`)
  })
  expect([...new Set(found)].toSorted()).toEqual(allowed.toSorted())
})
