/** A writer of small PDF files: pages of plain lines in Helvetica. See ISO 32000-1, section 7.5. */

/** A PDF file with one page per list of lines; Latin letters only. */
export function pdf(pages: readonly (readonly string[])[]): Buffer {
  const kids = pages.map((_, i) => `${4 + 2 * i} 0 R`).join(' ')
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    ...pages.flatMap((lines, i) => [
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + 2 * i} 0 R >>`,
      stream(lines.map((line, at) => `BT /F1 12 Tf 60 ${780 - 18 * at} Td (${escaped(line)}) Tj ET`).join('\n')),
    ]),
  ]
  return Buffer.from(file(objects), 'latin1')
}

const stream = (text: string): string => `<< /Length ${text.length} >>\nstream\n${text}\nendstream`

const escaped = (line: string): string => line.replaceAll(/[\\()]/g, '\\$&')

function file(objects: readonly string[]): string {
  let text = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const offset = text.length
    text += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const size = objects.length + 1
  return `${text}xref\n0 ${size}\n0000000000 65535 f \n${rows}trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`
}
