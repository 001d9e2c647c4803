/** Text out of many PDF files with `pdfjs-dist`: each worker loads the package once, each task reads one file. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { cpuCount, delayed, Parallel } from 'joblet'
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs'
import { runIfEntry } from './support/entry.js'
import { pdf } from './support/pdf.js'
import { count, time, timed } from './support/show.js'

/** The task: the text of a PDF file, one string per page. */
async function pagesOf(path: string): Promise<string[]> {
  const loading = getDocument({ data: new Uint8Array(readFileSync(path)), verbosity: 0 })
  const document = await loading.promise
  const pages: string[] = []
  for (let number = 1; number <= document.numPages; number++) {
    const { items } = await (await document.getPage(number)).getTextContent()
    pages.push(items.map((item) => ('str' in item ? item.str : '')).join(' '))
  }
  await loading.destroy()
  return pages
}

const defaults = { folder: '', files: 150, pages: 8, nJobs: cpuCount() }

/** Read the PDF files of `folder` and count the words. Without a folder, `files` letters are written first. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { folder, files, pages, nJobs } = { ...defaults, ...options }
  const written = folder === '' ? mkdtempSync(join(tmpdir(), 'pdf-text-')) : undefined
  try {
    if (written !== undefined) writeLetters(written, files, pages)
    const paths = pdfsIn(written ?? folder)
    const [texts, ms] = await timed(() => Parallel({ nJobs })(paths.map((path) => delayed(pagesOf)(path))))
    const words = texts.flat().reduce((sum, page) => sum + wordsOf(page).length, 0)
    console.log(`${paths.length} files, ${texts.flat().length} pages, ${count(words)} words in ${time(ms)} on ${nJobs} threads`)
    console.log(beginning(paths[0], 1, texts[0]?.[0]))
    console.log(beginning(paths.at(-1), texts.at(-1)?.length, texts.at(-1)?.at(-1)))
  } finally {
    if (written !== undefined) rmSync(written, { recursive: true })
  }
}

function pdfsIn(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.pdf'))
  if (names.length === 0) throw new Error(`no PDF files in ${folder}: a file's name must end in .pdf`)
  return names.sort().map((name) => join(folder, name))
}

const wordsOf = (page: string): string[] => page.split(/\s+/).filter((word) => word !== '')

const beginning = (path = '', page = 0, text = ''): string =>
  `${basename(path)}, page ${page}: "${wordsOf(text).slice(0, 18).join(' ')} ..."`

const sentences = [
  'The tide turns at a quarter past three,',
  'and the ferry will not wait for it:',
  'bring coats -- and bread -- and the long rope --',
  'three lanterns (two of them filled) --',
  'and somebody who can read the wind,',
  'for the old pilot has gone to bed.',
]

function writeLetters(folder: string, files: number, pages: number): void {
  const lines = (file: number, page: number): string[] => [
    `Letter ${file + 1}, page ${page + 1}.`,
    ...Array.from({ length: 30 }, (_, i) => sentences[(file + page + i) % sentences.length] ?? ''),
  ]
  for (let file = 0; file < files; file++) {
    const number = String(file + 1).padStart(String(files).length, '0')
    writeFileSync(join(folder, `letter-${number}.pdf`), pdf(Array.from({ length: pages }, (_, page) => lines(file, page))))
  }
}

await runIfEntry(import.meta.url, main)
