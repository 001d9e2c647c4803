/** The tables of docs/python.md: whoever looks a Python word up finds where ours is explained. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const page = readFileSync('docs/python.md', 'utf8')
const rows = page.split('\n\n').flatMap((block) => (/^\|[^\n]*\| more \|\n/.test(block) ? block.split('\n').slice(2) : []))

test('every row of a table leads to a page that explains it', () => {
  expect(rows.length).toBeGreaterThan(60)
  expect(rows.filter((row) => !/\]\([\w-]+\.md[^)]*\) \|$/.test(row.trim()))).toEqual([])
})
