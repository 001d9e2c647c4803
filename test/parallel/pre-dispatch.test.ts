import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isLeft, left, right } from '../../src/fp-ts.js'
import { evaluatePreDispatch } from '../../src/parallel/options/pre-dispatch.js'

describe('preDispatch expressions', () => {
  test.each([
    ['2*nJobs', 8],
    ['2 * n_jobs', 8],
    ['1.5*nJobs', 6],
    ['nJobs', 4],
    ['3', 3],
    ['.5*nJobs+0.9', 2],
    ['2**3**2', 512],
    ['10-2**2', 6],
    ['-2**2+nJobs*2', 4],
    ['7//2', 3],
    ['-7//2+10', 6],
    ['-7%3', 2],
    ['7%-3+5', 3],
    ['2**-1*nJobs', 2],
    ['8/2/2', 2],
    ['10-3-2', 5],
    ['(1+nJobs)*2', 10],
    ['--nJobs', 4],
    ['1e2'.slice(0, 1), 1],
  ])('%s comes to %i with four workers', (expression, batches) => {
    expect(evaluatePreDispatch(expression, 4)).toEqual(right(batches))
  })

  test.each([
    ['', 'it ends too early'],
    ['2*', 'it ends too early'],
    ['(2', 'it ends too early'],
    ['(2 3', 'a parenthesis is not closed'],
    ['2 3', "'3' is not expected there"],
    ['2)', "')' is not expected there"],
    ['*2', "'*' is not expected there"],
    ['2; 3', "';' is not expected there"],
    ['process.exit()', 'it may name nJobs, not process'],
    ['njobs', 'it may name nJobs, not njobs'],
    ['constructor', 'it may name nJobs, not constructor'],
    ['0', 'it comes to 0 with nJobs = 4, and must come to 1 or more'],
    ['1-nJobs', 'it comes to -3 with nJobs = 4, and must come to 1 or more'],
    ['1/0', 'a part of it comes to Infinity, and may come to 1000000 at most'],
    ['0/0', 'a part of it comes to NaN, and may come to 1000000 at most'],
    ['(-8)**.5', 'a part of it comes to NaN, and may come to 1000000 at most'],
    ['9**9**9', 'a part of it comes to 387420489, and may come to 1000000 at most'],
    ['2000000', 'a part of it comes to 2000000, and may come to 1000000 at most'],
    [`${'1+'.repeat(15)}1`, 'it has more than 30 characters'],
  ])('%s is refused', (expression, problem) => {
    expect(evaluatePreDispatch(expression, 4)).toEqual(left(problem))
  })

  test('any text gives a whole number from 1 or a reason, and never an error', () => {
    const piece = fc.constantFrom('nJobs', 'n_jobs', '1', '2.5', '0', '+', '-', '*', '/', '//', '%', '**', '(', ')', ' ', 'x', '$')
    const text = fc.oneof(
      fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join('')),
      fc.string({ maxLength: 32 }),
    )
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 64 }), (expression, nJobs) => {
        const batches = evaluatePreDispatch(expression, nJobs)
        expect(isLeft(batches) ? batches.left.length > 0 : Number.isInteger(batches.right) && batches.right >= 1).toBe(true)
      }),
    )
  })

  test('sums and products of small numbers come to what JavaScript makes of them', () => {
    const number = fc.integer({ min: 0, max: 99 }).map(String)
    const expression = fc
      .tuple(number, fc.array(fc.tuple(fc.constantFrom('+', '-', '*'), number), { maxLength: 4 }))
      .map(([first, rest]) => first + rest.flat().join(''))
    fc.assert(
      fc.property(expression, (source) => {
        const expected = new Function(`return ${source}`)() as number
        fc.pre(expected >= 1 && expected <= 1e4)
        expect(evaluatePreDispatch(source, 1)).toEqual(right(expected))
      }),
    )
  })
})
