import { expect, test } from 'vitest'
import { crashError } from '../../src/parallel/dispatch/crash-error.js'

const outOfMemory = Object.assign(new Error('JS heap out of memory'), { code: 'ERR_WORKER_OUT_OF_MEMORY' })

test.each([
  [{ exitCode: undefined, signal: 'SIGABRT' }, 'raise `resourceLimits.maxOldGenerationSizeMb`'],
  [{ exitCode: 1, signal: undefined, cause: outOfMemory }, 'raise `resourceLimits.maxOldGenerationSizeMb`'],
  [{ exitCode: undefined, signal: 'SIGKILL' }, 'when memory is short: take fewer workers'],
  [{ exitCode: undefined, signal: 'SIGSEGV' }, 'look at native packages'],
  [{ exitCode: 3, signal: undefined }, 'exited with code 3, as `process.exit` does, or an error that nobody catches;'],
])('the error of a task whose worker ended by %o says what probably happened, and what to do', (how, advice) => {
  expect(crashError('task 1', how).message).toContain(advice)
})

test.each([
  [{ exitCode: undefined, signal: 'SIGTERM' }, 'its worker was ended by SIGTERM; the other tasks went on'],
  [{ exitCode: 1, signal: undefined, cause: new Error('oh') }, 'exited with code 1 (Error: oh); the other tasks went on'],
  [{ exitCode: undefined, signal: undefined }, 'its worker did not run it; the other tasks went on'],
])('the error of a task whose worker ended by %o guesses nothing', (how, text) => {
  expect(crashError('task 1', how).message).toContain(text)
})
