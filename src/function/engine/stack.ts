/** Stacks from a worker, with positions in the files the user wrote. Where a compiler stands in between (tsx, vite), shipped text counts in its output. */
import { readFileSync } from 'node:fs'
import { findSourceMap, SourceMap } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { LoadedScript } from './scripts.js'
import { loadedAt } from './scripts.js'

/** `stack` with every position that lies in a compiled script put back to where it was written. */
export function mapStack(stack: string): string {
  return stack.replace(/((?:file:\/\/)?\/[^\s():]+):(\d+):(\d+)/g, (all, file: string, line: string, column: string) => {
    const url = file.startsWith('file:') ? file : pathToFileURL(file).href
    return originalPlace(url, Number(line), Number(column)) ?? all
  })
}

interface Mapped {
  readonly map: Pick<SourceMap, 'findEntry'> | undefined
  /** Lines of the compiled text: a position below was mapped by the worker already. */
  readonly lines: number
}

const maps = new WeakMap<LoadedScript, Mapped>()

function originalPlace(url: string, line: number, column: number): string | undefined {
  const loaded = loadedAt(url)
  if (loaded === undefined) return undefined
  let mapped = maps.get(loaded)
  if (mapped === undefined) maps.set(loaded, (mapped = { map: mapOf(loaded), lines: loaded.text.split('\n').length }))
  if (mapped.map === undefined || line > mapped.lines) return undefined
  const entry = mapped.map.findEntry(line - 1, column - 1)
  if (!('originalLine' in entry)) return undefined
  return `${sourceUrl(entry.originalSource, url)}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
}

const sourceUrl = (source: string, url: string): string => (URL.canParse(source, url) ? new URL(source, url).href : url)

function mapOf({ script: { url, sourceMapUrl } }: LoadedScript): Mapped['map'] {
  try {
    if (!sourceMapUrl) return findSourceMap(url)
    return new SourceMap(JSON.parse(readMap(sourceMapUrl, url)) as never)
  } catch {
    return undefined
  }
}

function readMap(mapUrl: string, url: string): string {
  if (!mapUrl.startsWith('data:')) return readFileSync(new URL(mapUrl, url), 'utf8')
  const [head = '', data = ''] = mapUrl.split(/,(.*)/s)
  return head.endsWith(';base64') ? Buffer.from(data, 'base64').toString() : decodeURIComponent(data)
}

/** Map the stack of an error that came from a worker, and those of the errors inside it. Never throws, whatever the error does when it is read. */
export function mapStacks(error: unknown, depth = 8): void {
  if (depth === 0) return
  try {
    if (!(error instanceof Error)) return
    const { stack } = error
    const mapped = typeof stack === 'string' ? mapStack(stack) : stack
    // A frozen error keeps the stack it has.
    if (mapped !== stack) Reflect.set(error, 'stack', mapped)
    mapStacks(error.cause, depth - 1)
    if (error instanceof AggregateError) for (const inner of error.errors) mapStacks(inner, depth - 1)
  } catch {
    // A getter of the error's own: it stays as it is.
  }
}
