/** Lines over labels, as the text of an SVG file. */

export interface Series {
  readonly name: string
  /** One per label. */
  readonly values: readonly number[]
}

export interface Plot {
  readonly title: string
  /** What the labels count. */
  readonly across: string
  readonly labels: readonly string[]
  readonly series: readonly Series[]
}

const [width, height, left, right, top, bottom] = [640, 360, 50, 180, 40, 50]
const colours = ['#3b82f6', '#22a06b', '#d97706', '#db2777', '#7c3aed']

/** The picture; values start at zero. */
export function plot({ title, across, labels, series }: Plot): string {
  const most = Math.ceil(Math.max(...series.flatMap(({ values }) => values)))
  const x = (i: number): number => Math.round(left + (i / Math.max(1, labels.length - 1)) * (width - left - right))
  const y = (value: number): number => Math.round(height - bottom - (value / most) * (height - top - bottom))
  const parts = [
    `<text x="${left}" y="24" font-size="15">${title}</text>`,
    ...Array.from({ length: most + 1 }, (_, value) => grid(value, y(value))),
    ...labels.map((label, i) => `<text x="${x(i)}" y="${height - bottom + 20}" text-anchor="middle">${label}</text>`),
    `<text x="${left}" y="${height - 8}">${across}</text>`,
    ...series.flatMap(({ name, values }, i) => {
      const colour = colours[i % colours.length]
      const points = values.map((value, at) => `${x(at)},${y(value)}`).join(' ')
      return [
        `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="2"/>`,
        `<text x="${width - right + 12}" y="${top + 18 * i + 12}" fill="${colour}">${name}</text>`,
      ]
    }),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12" fill="#808080">\n${parts.join('\n')}\n</svg>\n`
}

const grid = (value: number, y: number): string =>
  `<line x1="${left}" x2="${width - right}" y1="${y}" y2="${y}" stroke="#8884"/><text x="${left - 8}" y="${y + 4}" text-anchor="end">${value}</text>`
