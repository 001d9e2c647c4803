/** From samples to rows, and from rows to tables. Pure. */

/** Median, least, and median ratios to the contenders that others are compared with, taken round by round; slow ones have fewer rounds. */
export function summarize({ compare, reached }, samples) {
  const rows = Object.entries(samples).map(([contender, values]) => ({
    contender,
    samples: values,
    median: median(values),
    min: Math.min(...values),
    ratios: Object.fromEntries(compare.flatMap((comparison) => ratioOf(comparison, values, samples[comparison.with]))),
  }))
  const byContender = Object.fromEntries(rows.map((row) => [row.contender, row]))
  return rows.map((row) => ({ ...row, goal: goalOf(row, byContender, reached) }))
}

function ratioOf({ head, higherIsBetter }, values, base) {
  if (base === undefined) return []
  const rounds = values.slice(0, base.length)
  return [[head, median(rounds.map((value, round) => (higherIsBetter ? base[round] / value : value / base[round])))]]
}

function goalOf(row, rows, reached) {
  const rule = reached.find(({ contender }) => contender === row.contender)
  if (rule === undefined) return undefined
  try {
    return rule.test(row, rows) ? 'reached' : 'missed'
  } catch {
    // Whoever it is compared with was left out.
    return undefined
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Rows as a Markdown table, the best first. */
export function table({ unit, compare }, rows, sizeOf) {
  const heads = ['contender', 'n', `median, ${unit}`, 'min', ...compare.map(({ head }) => head), 'goal']
  const lines = rows
    .toSorted((a, b) => a.median - b.median)
    .map((row) => [
      row.contender,
      sizeOf(row.contender).toLocaleString('en-US'),
      number(row.median),
      number(row.min),
      ...compare.map(({ head }) => (row.ratios[head] === undefined ? '' : number(row.ratios[head]))),
      row.goal ?? '',
    ])
  return markdown([heads, ...lines], [0, heads.length - 1])
}

/** A curve as a Markdown table: a line for each contender, a column for each point. */
export function curveTable({ unit, pointHead, points }, series) {
  const heads = [`${unit}, by ${pointHead}`, ...points.map(({ label }) => label)]
  const lines = series.map(({ contender, medians }) => [contender, ...medians.map((value) => (value === undefined ? '' : number(value)))])
  return markdown([heads, ...lines], [0])
}

function markdown(lines, left) {
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  const isLeft = (column) => left.includes(column)
  const [head, ...body] = lines.map(
    (line) => `| ${line.map((cell, i) => (isLeft(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`,
  )
  const rule = `|${widths.map((width, i) => (isLeft(i) ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [head, rule, ...body].join('\n')
}

/** A figure, with three digits that count. */
export const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
