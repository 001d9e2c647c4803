/** Every case, from programs in every form, on threads and on processes. */
import { dirname } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { listCases } from '../fixtures/shipping/cases.js'
import { listThrowers } from '../fixtures/shipping/throwers.js'
import { emptyFolder, removeFolder } from '../support/consumer.js'
import { expectFrames } from './frames.js'
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

    test.each(listThrowers())('the stack of an error that is thrown $message points at what the user wrote', ({ message, frames }) => {
      expectFrames(ran.stacks[backend]?.[message], { message, frames, folder: dirname(ran.file) })
    })
  })

  test('the script runs once, not in workers', () => {
    expect(ran.starts).toBe(1)
  })
})
