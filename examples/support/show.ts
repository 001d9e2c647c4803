/** What the examples print: tables, numbers, and one line of progress. */
import type { Progress } from 'joblet'

/** Rows under their heads, numbers to the right. */
export function table(heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [heads, ...rows].map((row) => row.map((cell) => (typeof cell === 'number' ? count(cell) : cell)))
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const isNumber = heads.map((_, column) => rows.every((row) => /^[-\d]/.test(String(row[column]))))
  const lines = cells.map((row) =>
    row
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return [lines[0], widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1)].join('\n')
}

/** 1234567 as 1,234,567. */
export const count = (n: number): string => n.toLocaleString('en-US')

/** Bytes as megabytes. */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`

/** Milliseconds as a person says them. */
export const time = (ms: number): string => (ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(2)} s`)

/** What `work` gives, and the milliseconds that it took. */
export async function timed<T>(work: () => T | Promise<T>): Promise<readonly [T, number]> {
  const start = performance.now()
  const value = await work()
  return [value, performance.now() - start] as const
}

const stepPercent = 10

/** For `onProgress`: one line that is written over on a terminal, and that grows elsewhere. */
export function progressLine(what: string, out: NodeJS.WriteStream = process.stderr): (progress: Progress) => void {
  let shown = -1
  return ({ done, total = done, etaMs = 0 }) => {
    const percent = Math.floor((done / total) * 100)
    if (percent === shown || (!out.isTTY && Math.floor(percent / stepPercent) === Math.floor(shown / stepPercent))) return
    if (out.isTTY) out.write(`\r${what} ${bar(percent)} ${percent}%${percent < 5 ? '' : `, ${Math.ceil(etaMs / 1_000)} s to go`}\u001b[K`)
    else out.write(shown < 0 ? `${what}: ${percent}%` : ` ${percent}%`)
    shown = percent
    if (done === total) out.write('\n')
  }
}

const bar = (percent: number): string => '█'.repeat(percent / 4).padEnd(25, '░')
