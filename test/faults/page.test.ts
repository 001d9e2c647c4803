import { expect, test } from 'vitest'
import { cells } from './cells.js'
import { tableOf, writtenPart } from './page.js'

/** Without the last column: times are those of the machine that wrote them. */
const withoutTimes = (table: string): string => table.replaceAll(/\| [^|\n]* \|$/gm, '|').trim()

test('docs/reliability.md shows the table that the matrix is judged by', () => {
  expect(withoutTimes(writtenPart())).toBe(withoutTimes(tableOf([])))
})

test('every row of it was tried', () => {
  expect(writtenPart()).not.toContain('| ? |')
  expect(cells.length).toBeGreaterThan(900)
})
