/** Text out of many PDF files with `pdfjs-dist`: each worker loads the package once, each task reads one file. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

const defaults = { files: 150, pages: 8, nJobs: cpuCount() }

/** Write `files` PDF files, read them all back, and count the words. */
export async function main(options: Partial<typeof defaults> = {}): Promise<void> {
  const { files, pages, nJobs } = { ...defaults, ...options }
  const folder = mkdtempSync(join(tmpdir(), 'pdf-text-'))
  try {
    const paths = Array.from({ length: files }, (_, file) => write(join(folder, `letter-${file + 1}.pdf`), file, pages))
    const [texts, ms] = await timed(() => Parallel({ nJobs })(paths.map((path) => delayed(pagesOf)(path))))
    const words = texts.flat().flatMap((page) => page.split(/\s+/).filter((word) => word !== ''))
    console.log(`${files} files, ${texts.flat().length} pages, ${count(words.length)} words in ${time(ms)} on ${nJobs} threads`)
    console.log(`letter 1, page 1: "${texts[0]?.[0]?.slice(0, 90)} ..."`)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const verses = [
  'The time has come, the Walrus said,',
  'To talk of many things:',
  'Of shoes -- and ships -- and sealing-wax --',
  'Of cabbages (and kings) --',
  'And why the sea is boiling hot --',
  'And whether pigs have wings.',
]

function write(path: string, file: number, pages: number): string {
  const lines = (page: number): string[] => [
    `Letter ${file + 1}, page ${page + 1}.`,
    ...Array.from({ length: 30 }, (_, i) => verses[(file + page + i) % verses.length] ?? ''),
  ]
  writeFileSync(path, pdf(Array.from({ length: pages }, (_, page) => lines(page))))
  return path
}

await runIfEntry(import.meta.url, main)
