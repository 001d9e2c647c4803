/** Which flags workers are started with. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { inheritable, processFlags, threadFlags } from '../../src/backend/launch/exec-argv.js'

test.each([
  [
    ['--import', 'tsx', '--conditions=dev'],
    ['--import', 'tsx', '--conditions=dev'],
  ],
  [['-e', 'console.log(1)', '--no-warnings'], ['--no-warnings']],
  [['--eval=1', '--max-old-space-size=64'], ['--max-old-space-size=64']],
  [['--inspect-brk=0', '--inspect', '--inspect-port', '--stack-size=900'], ['--stack-size=900']],
  [
    ['--test', '--test-name-pattern', 'x', '--test-only', '-r', './setup.cjs'],
    ['-r', './setup.cjs'],
  ],
  [['--watch', '--watch-path', 'src', '--cpu-prof', '--cpu-prof-dir=x', '--prof'], []],
  [['--input-type', 'module', '-p', '1'], []],
  [['--cpu-prof', '--cpu-prof-interval', '100', '--heap-prof-dir', 'x', '--no-warnings'], ['--no-warnings']],
  [[], []],
])('of %j a worker inherits %j', (flags, expected) => {
  expect(inheritable(flags)).toEqual(expected)
})

test('a thread inherits the flags of the program by itself where nothing is to be left out', () => {
  expect(threadFlags(['--max-old-space-size=64', '--import', 'tsx'], undefined)).toBeUndefined()
  expect(threadFlags([], undefined)).toBeUndefined()
})

test('a thread that is given flags gets those that decide how modules load, and its own', () => {
  const program = ['--max-old-space-size=64', '--import', 'tsx', '--conditions=dev', '--stack-size=900', '--experimental-vm-modules']
  expect(threadFlags(program, ['--no-deprecation'])).toEqual([
    '--import',
    'tsx',
    '--conditions=dev',
    '--experimental-vm-modules',
    '--no-deprecation',
  ])
})

test('a thread of a program that is `node -e` loads modules as that does', () => {
  expect(threadFlags(['--import', 'tsx', '-e', '1'], undefined)).toEqual(['--import', 'tsx'])
})

test('a process gets the flags of the program, its own, and memory limits as V8 knows them', () => {
  const limits = { maxOldGenerationSizeMb: 32.5, maxYoungGenerationSizeMb: 4, stackSizeMb: 2 }
  expect(processFlags(['--inspect', '--no-warnings'], ['--expose-gc'], limits)).toEqual([
    '--no-warnings',
    '--expose-gc',
    '--max-old-space-size=33',
    '--max-semi-space-size=4',
    '--stack-size=2048',
  ])
})

test('flags are never invented, and their order stays', () => {
  const flag = fc.constantFrom(
    '--import',
    'tsx',
    '-e',
    '1',
    '--inspect=0',
    '--no-warnings',
    '--conditions=a',
    '--test',
    '--max-old-space-size=9',
  )
  fc.assert(
    fc.property(fc.array<string>(flag), (flags) => {
      const kept = inheritable(flags)
      let from = 0
      for (const one of kept) from = flags.indexOf(one, from) + 1 || Number.POSITIVE_INFINITY
      expect(from).toBeLessThanOrEqual(flags.length)
      expect(inheritable(kept)).toEqual(kept)
    }),
  )
})
