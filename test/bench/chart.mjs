/** Charts as SVG that can be read on a light and on a dark page. Pure. */
import { number } from './summary.mjs'

export const width = 760
const ink = '#808080'
export const faint = '#80808040'
const font = 'font-family="system-ui, sans-serif" font-size="13"'

/** joblet in blue, the floor and the loop in green, all others in grey. */
const floors = ['floor', 'loop', 'bare', 'joblet-idle']
const colourOf = (contender) => (floors.includes(contender) ? '#22a06b' : contender.startsWith('joblet') ? '#3b82f6' : '#9ca3af')

export const svg = (title, height, body) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}" ${font} fill="${ink}">
<title>${escaped(title)}</title>
${body.join('\n')}
</svg>
`

export const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
export const fixed = (value) => Number(value.toFixed(1))

/** A bar for each contender, the best first, on a logarithmic scale. */
export function bars({ title, unit }, rows) {
  const [left, right, line] = [140, 80, 24]
  const sorted = rows.toSorted((a, b) => a.median - b.median)
  const [least, most] = [sorted[0].median, sorted[sorted.length - 1].median]
  const scale = (value) => 20 + (Math.log(value / least) / Math.log(Math.max(most / least, 10))) * (width - left - right - 20)
  const body = sorted.flatMap(({ contender, median }, i) => {
    const y = 8 + i * line
    const length = fixed(scale(median))
    return [
      `<text x="${left - 8}" y="${y + 14}" text-anchor="end">${contender}</text>`,
      `<rect x="${left}" y="${y + 2}" width="${length}" height="${line - 8}" rx="3" fill="${colourOf(contender)}"/>`,
      `<text x="${left + length + 6}" y="${y + 14}">${number(median)}</text>`,
    ]
  })
  const height = sorted.length * line + 32
  return svg(title, height, [...body, `<text x="${left}" y="${height - 8}">${escaped(unit)}, logarithmic</text>`])
}

const dashes = ['', '6 3', '2 3', '8 3 2 3']

/** A line for each contender. */
export function lines({ title, unit, pointHead, points }, series) {
  const [left, right, top, bottom, height] = [64, 150, 12, 48, 340]
  const values = series.flatMap(({ medians }) => medians.filter((value) => value !== undefined))
  const steep = Math.max(...values) / Math.min(...values) > 20
  const [low, high] = steep ? [Math.min(...values), Math.max(...values)] : [0, Math.max(...values)]
  const share = (value) => (steep ? Math.log(value / low) / Math.log(high / low) : value / high)
  const x = (i) => fixed(left + (i / (points.length - 1)) * (width - left - right))
  const y = (value) => fixed(height - bottom - share(value) * (height - top - bottom))
  const ticks = steep ? decades(low, high) : [0, high / 2, high]
  const body = [
    ...ticks.flatMap((value) => [
      `<line x1="${left}" x2="${width - right}" y1="${y(value)}" y2="${y(value)}" stroke="${faint}"/>`,
      `<text x="${left - 6}" y="${y(value) + 4}" text-anchor="end">${value === 0 ? '0' : number(value)}</text>`,
    ]),
    ...points.map(({ label }, i) => `<text x="${x(i)}" y="${height - bottom + 18}" text-anchor="middle">${label}</text>`),
    `<text x="${left}" y="${height - 8}">${escaped(unit)}, by ${escaped(pointHead)}</text>`,
    ...placed(series, y).flatMap(({ contender, medians, textY }, i) => {
      const known = medians.flatMap((value, at) => (value === undefined ? [] : [[x(at), y(value)]]))
      const [endX] = known[known.length - 1]
      return [
        `<polyline points="${known.map((point) => point.join()).join(' ')}" fill="none" stroke="${colourOf(contender)}" stroke-width="2" stroke-dasharray="${dashes[i % dashes.length]}"/>`,
        `<text x="${endX + 8}" y="${textY}" fill="${colourOf(contender)}">${contender}</text>`,
      ]
    }),
  ]
  return svg(title, height, body)
}

const decades = (low, high) =>
  Array.from(
    { length: Math.ceil(Math.log10(high)) - Math.floor(Math.log10(low)) + 1 },
    (_, i) => 10 ** (Math.floor(Math.log10(low)) + i),
  ).filter((value) => value >= low && value <= high)

/** Names at the ends of lines, none on top of another. */
function placed(series, y) {
  const last = ({ medians }) => medians.findLast((value) => value !== undefined)
  let lowest = Number.NEGATIVE_INFINITY
  return series
    .map((one) => ({ ...one, endY: y(last(one)) }))
    .sort((a, b) => a.endY - b.endY)
    .map((one) => {
      lowest = Math.max(one.endY + 4, lowest + 15)
      return { ...one, textY: fixed(lowest) }
    })
}
