/** What a process prints arrives with the task that printed it, however its pipe cuts it. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FrameReader, type FrameText, frameHead } from '../../src/worker/print-frames.js'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const key = ({ stream, call }: Pick<FrameText, 'stream' | 'call'>) => `${stream} ${call?.batch} ${call?.at}`

const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('\0', '\0job', '\0joblet ', '\0joblet 0 1 2 3', 'line\n', '\0joblet 0 1 x 3\n'),
)
const frame = fc.record({ stream: fc.constantFrom(0 as const, 1 as const), batch: fc.nat(2 ** 31 - 1), at: fc.nat(70_000), text })

/** What is read of a pipe, in stretches of one task. */
function readInPieces(bytes: Uint8Array, cuts: readonly number[]) {
  const read: { key: string; text: Buffer }[] = []
  const froms: boolean[] = []
  const reader = new FrameReader(1, (piece) => {
    froms.push(Buffer.from(bytes.subarray(piece.from, piece.from + piece.bytes.length)).equals(Buffer.from(piece.bytes)))
    const last = read.at(-1)
    if (last?.key === key(piece)) last.text = Buffer.concat([last.text, piece.bytes])
    else read.push({ key: key(piece), text: Buffer.from(piece.bytes) })
  })
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
  for (const [i, from] of [0, ...places].entries()) reader.add(bytes.subarray(from, places[i] ?? bytes.length))
  reader.end()
  return { read, froms }
}

test('frames, and what comes between them, are read as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(frame, frame, fc.constant('plain text\n'))), fc.array(fc.nat(), { maxLength: 30 }), (pieces, cuts) => {
      const written: { key: string; text: string }[] = []
      let all = ''
      for (const piece of pieces) {
        const isPlain = typeof piece === 'string'
        const content = isPlain ? piece : piece.text
        const owner = isPlain ? key({ stream: 1, call: undefined }) : key({ stream: piece.stream, call: piece })
        all += isPlain ? piece : frameHead(piece.stream, piece, bytesOf(piece.text).length) + piece.text
        if (content === '') continue
        const last = written.at(-1)
        if (last?.key === owner) last.text += content
        else written.push({ key: owner, text: content })
      }
      const { read, froms } = readInPieces(bytesOf(all), cuts)
      expect(read.map(({ key, text }) => ({ key, text: text.toString() }))).toEqual(written)
      expect(froms).not.toContain(false)
    }),
  )
})

test('what only looks like a head is text', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('\0', '\0joblet', '\0joblet 3 1 2 5\n', '\0joblet 0 1 2\n', '\0joblet 0 -1 2 5\n', 'x'.repeat(80))),
      fc.array(fc.nat(), { maxLength: 9 }),
      (parts, cuts) => {
        const bytes = bytesOf(parts.join(''))
        const { read } = readInPieces(bytes, cuts)
        expect(Buffer.concat(read.map(({ text }) => text))).toEqual(Buffer.from(bytes))
      },
    ),
  )
})
