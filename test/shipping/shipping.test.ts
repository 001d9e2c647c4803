/** Every case, from programs in every form, on threads and on processes. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { listCases } from '../fixtures/shipping/cases.js'
import { emptyFolder, removeFolder } from '../support/consumer.js'
import { forms, type Ran, runForm } from './programs.js'

describe.each(Object.entries(forms))('from %s', (_, form) => {
  let ran: Ran
  beforeAll(async () => {
    const folder = emptyFolder('shipping')
    ran = await runForm(form, folder)
    return () => removeFolder(folder)
  })

  describe.each(['threads', 'processes'])('on %s', (backend) => {
    test.each(listCases())('$name travels', ({ name }) => {
      expect(ran.cases[backend]?.[name]).toBe('')
    })

    test('the stack of an error points at the line that threw it', () => {
      expect(textAt(ran.file, ran.stacks[backend])).toMatch(/^new Error\(["'`]where["'`]\)/)
    })
  })

  test('the script runs once, not in workers', () => {
    expect(ran.starts).toBe(1)
  })
})

/** What stands at the first place in `file` that `stack` names. */
function textAt(file: string, stack = ''): string | undefined {
  const [, line, column] = stack.match(new RegExp(`${file.replaceAll('.', '\\.')}:(\\d+):(\\d+)`)) ?? []
  const text = readFileSync(file, 'utf8').split('\n')[Number(line) - 1]
  return text?.slice(Number(column) - 1) ?? stack
}
