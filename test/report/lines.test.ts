import { describe, expect, test } from 'vitest'
import {
  drainingLine,
  finishedLine,
  pullingLine,
  shortTime,
  showsDraining,
  showsPulling,
  sizeLine,
  startLine,
} from '../../src/report/lines.js'

describe("joblib's lines", () => {
  test.each([
    [pullingLine(1, undefined, 30), 'Done   1 tasks      | elapsed:    0.0s'],
    [pullingLine(1, 30, 30), 'Done  1 out of 30 | elapsed:    0.0s'],
    [drainingLine(7, 10, 700, 2), 'Done  7 out of 10 | elapsed:    0.7s remaining:    0.3s'],
    [finishedLine(30, 200, 3), 'Done  30 out of  30 | elapsed:    0.2s finished'],
    [finishedLine(30, 200, 2), 'Done 30 out of 30 | elapsed:    0.2s finished'],
    [startLine('threads', 2), 'Using backend threads with 2 concurrent workers.'],
    [sizeLine(2, 4, 1), 'Batch computation too fast (0.0020s.) Setting batchSize=4.'],
    [sizeLine(8, 2, 300), 'Batch computation too slow (2.4000s.) Setting batchSize=2.'],
  ])('%s', (line, expected) => {
    expect(line).toBe(expected)
  })

  test.each([
    [0, '   0.0s'],
    [59_960, '  60.0s'],
    [60_001, ' 1.0min'],
    [6_000_000, '100.0min'],
  ])('%i ms are%s', (ms, text) => {
    expect(shortTime(ms)).toBe(text)
  })
})

describe('which lines are printed', () => {
  const shown = (verbose: number, batches: number) => Array.from({ length: batches }, (_, i) => i).filter((i) => showsPulling(i, verbose))

  test('ever fewer, at level 1, while the input goes on', () => {
    expect(shown(1, 500)).toEqual([0, 49, 199, 449])
  })

  test('more at level 5, all above 10', () => {
    expect(shown(5, 100)).toEqual([0, 17, 71])
    expect(shown(11, 5)).toEqual([0, 1, 2, 3, 4])
  })

  test('once the input has ended, as many as the level says; the last but one never', () => {
    const done = Array.from({ length: 99 }, (_, i) => i + 1)
    expect(done.filter((i) => showsDraining(i, 100, 0, 2))).toEqual([50])
    expect(done.filter((i) => showsDraining(i, 100, 0, 3))).toEqual([33, 67])
    expect(done.filter((i) => showsDraining(i, 100, 0, 1000))).toEqual(done.slice(0, -1))
  })
})
