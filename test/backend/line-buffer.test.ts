/** Pieces of text come out as whole lines. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LineBuffer, linesIn, wholeCharacters } from '../../src/backend/output/line-buffer.js'

const oneMebibyte = 1024 ** 2

/** What comes out, piece by piece, of what goes in. */
function through(chunks: readonly Uint8Array[]) {
  const out: Uint8Array[] = []
  const buffer = new LineBuffer((lines) => out.push(lines))
  for (const chunk of chunks) buffer.add(chunk)
  const whole = out.length
  buffer.flush()
  return { out, whole }
}

test('nothing is lost or changed, and only what is flushed may lack its newline', () => {
  const chunk = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc.constantFrom('a\n', '\n', '\n\n', 'é', '\u{1f600}\n').map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(chunk), (chunks) => {
      const { out, whole } = through(chunks)
      expect(Buffer.concat(out)).toEqual(Buffer.concat(chunks))
      expect(out.slice(0, whole).every((lines) => lines.at(-1) === 10)).toBe(true)
    }),
  )
})

test('a line without an end goes on in parts of whole characters, and no more than a mebibyte of it waits', () => {
  const line = Buffer.from('\u{1f600}é'.repeat(700_000))
  const out: Uint8Array[] = []
  const buffer = new LineBuffer((lines) => out.push(lines))
  let most = 0
  for (let at = 0; at < line.length; at += 65_537) {
    buffer.add(line.subarray(at, at + 65_537))
    most = Math.max(most, buffer.waiting)
  }
  buffer.flush()
  expect(most).toBeLessThanOrEqual(oneMebibyte)
  expect(out.map((part) => Buffer.from(part).toString()).join('')).toBe(line.toString())
})

test('ten times the line takes some ten times the work', () => {
  const copied = (pieces: number) => {
    const { out } = through(Array.from({ length: pieces }, () => Buffer.alloc(1_000, 97)))
    return out.reduce((sum, part) => sum + part.length, 0) / out.length
  }
  // Each part is made once, when it is full: their mean size does not shrink as they get more.
  expect(copied(50_000)).toBeGreaterThan(0.9 * oneMebibyte)
})

test('bytes that are cut within a character end before it; bytes that are no text do not', () => {
  for (const character of ['é', '€', '\u{1f600}']) {
    const bytes = Buffer.from(`x${character}`)
    for (let end = 1; end < bytes.length; end++) expect(wholeCharacters(bytes.subarray(0, end))).toBe(1)
    expect(wholeCharacters(bytes)).toBe(bytes.length)
  }
  expect(wholeCharacters(Buffer.from([0x80, 0x80, 0x80, 0x80]))).toBe(4)
  expect(wholeCharacters(new Uint8Array(0))).toBe(0)
})

test('lines are without their ends, of either kind, and empty ones count', () => {
  expect(linesIn(Buffer.from('a\r\n\nb\rc\n'))).toEqual(['a', '', 'b\rc'])
  expect(linesIn(Buffer.from('\ufeffno end'))).toEqual(['\ufeffno end'])
})
