/** The tables of docs/functions.md say what the suite checks. `JOBLET_UPDATE_DOCS=1` writes them anew. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { listCases } from '../fixtures/shipping/cases.js'
import { listRefusals } from '../fixtures/shipping/refusals.js'
import { describeIt } from '../function/trip.js'
import { root } from '../support/consumer.js'

const page = join(root, 'docs/functions.md')
const { refusals, close } = listRefusals()
afterAll(close)

test('the table of what travels lists every case', () => {
  const cases = listCases()
  const groups = [...new Set(cases.map(({ group }) => group))]
  const rows = groups.map((group) => [
    group,
    [...new Set(cases.filter((one) => one.group === group).map(({ name }) => name.replace(/ \((argument|captured|result)\)$/, '')))].join(
      ', ',
    ),
  ])

  expectTable('travels', ['', 'checked from every kind of program, on threads and on processes'], rows)
})

test('the table of what does not travel gives the reason as the error has it', async () => {
  const rows = await Promise.all(refusals.map(async ({ name, value }) => [name, reasonOf(await messageFor(value))]))

  expectTable('stays', ['', 'what the error says'], rows)
})

async function messageFor(value: unknown): Promise<string> {
  const error: unknown = await describeIt(value).catch((caught: unknown) => caught)
  return (error as Error).message
}

/** What comes after the path. */
const reasonOf = (message: string): string => message.slice(message.search(/: (?:it|its) /) + 2)

function expectTable(name: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n')
  const text = readFileSync(page, 'utf8')
  const from = text.indexOf(`<!-- ${name} -->`) + `<!-- ${name} -->`.length
  const to = text.indexOf(`<!-- /${name} -->`)
  if (process.env['JOBLET_UPDATE_DOCS'] === undefined) expect(text.slice(from, to)).toBe(`\n${table}\n`)
  else writeFileSync(page, `${text.slice(0, from)}\n${table}\n${text.slice(to)}`)
}

const escaped = (text: string): string => text.replaceAll('|', '\\|').replace(/__\w+__|\[\[\w+\]\]/g, '`$&`')
