/** From samples to rows, and from rows to a table. Pure. */

/** Median, least, and median ratio to the contender that others are compared with, taken round by round. */
export function summarize({ compare, reached }, samples) {
  const base = samples[compare.with]
  return Object.entries(samples).map(([contender, values]) => {
    const ratios = base?.map((value, round) => (compare.higherIsBetter ? value / values[round] : values[round] / value))
    const row = { contender, samples: values, median: median(values), min: Math.min(...values), ratio: ratios && median(ratios) }
    const test = reached[contender]
    return { ...row, goal: test && (test(row) ? 'reached' : 'missed') }
  })
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Rows as a Markdown table, the best first. */
export function table({ unit, compare }, rows, sizeOf) {
  const lines = rows
    .toSorted((a, b) => a.median - b.median)
    .map((row) => [
      row.contender,
      sizeOf(row.contender).toLocaleString('en-US'),
      number(row.median),
      number(row.min),
      row.ratio === undefined ? '' : number(row.ratio),
      row.goal ?? '',
    ])
  const all = [['contender', 'n', `median, ${unit}`, 'min', compare.head, 'goal'], ...lines]
  const widths = all[0].map((_, column) => Math.max(...all.map((line) => line[column].length)))
  const [head, ...body] = all.map(
    (line) => `| ${line.map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join(' | ')} |`,
  )
  const rule = `|${widths.map((width, i) => (i === 0 || i === 5 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  return [head, rule, ...body].join('\n')
}

const number = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(3))
