import { rounded } from './text.js'

export interface Line {
  name: string
  points: { x: number; y: number }[]
  /** Of an earlier version: thin and dashed, in the colour of the line of the same name. */
  isBefore?: boolean
}

export interface Chart {
  title: string
  x: string
  y: string
  lines: Line[]
  /** Steps of the axis are factors of ten. */
  isLogarithmic?: boolean
}

const [width, height] = [740, 400]
const box = { left: 64, right: 700, top: 48, bottom: 296 }
const dashed = ' stroke-dasharray="4 4"'
const colours = ['#2f81f7', '#db6d28', '#2da44e', '#a371f7', '#d4a72c', '#cf222e']
const style = `text{font:13px system-ui,sans-serif;fill:#57606a}.title{font-size:15px;font-weight:600}.grid{stroke:#8c959f;stroke-opacity:.35}@media(prefers-color-scheme:dark){text{fill:#adbac7}}`

/** A picture of curves, as SVG: legible on white and on black. */
export function svgOf({ title, x, y, lines, isLogarithmic = false }: Chart): string {
  const points = lines.flatMap((line) => line.points)
  const scaled = (value: number) => (isLogarithmic ? Math.log10(value) : value)
  const xs = steps(Math.max(...points.map((point) => point.x)))
  const most = xs.at(-1) ?? 1
  const ticks = isLogarithmic
    ? powers(points.map((point) => point.y))
    : steps(Math.max(...points.map((point) => point.y)))
  const [low, high] = [scaled(ticks[0] ?? 0), scaled(ticks.at(-1) ?? 1)]
  const across = (value: number) => box.left + ((box.right - box.left) * value) / most
  const up = (value: number) => box.bottom - ((box.bottom - box.top) * (scaled(value) - low)) / (high - low)
  const names = [...new Set(lines.map(({ name }) => name))]
  const colourOf = (name: string) => colours[names.indexOf(name) % colours.length] as string
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>${style}</style>`,
    `<text class="title" x="${box.left}" y="20">${escaped(title)}</text>`,
    ...ticks.map((tick) => `<path class="grid" d="M${box.left} ${at(up(tick))}H${box.right}"/>`),
    ...ticks.map((tick) => text(box.left - 8, up(tick) + 4, 'end', rounded(tick))),
    ...xs.map((tick) => text(across(tick), box.bottom + 20, 'middle', rounded(tick))),
    text(box.left, box.top - 12, 'start', y),
    text(box.right, box.bottom + 40, 'end', x),
    ...lines.map(({ name, points, isBefore }) => {
      const path = points.map((point, n) => `${n === 0 ? 'M' : 'L'}${at(across(point.x))} ${at(up(point.y))}`).join('')
      const dashes = isBefore ? dashed : ''
      return `<path fill="none" stroke="${colourOf(name)}" stroke-width="${isBefore ? 1.2 : 2.2}"${dashes} d="${path}"/>`
    }),
    ...legend(lines, colourOf),
    '</svg>',
    '',
  ].join('\n')
}

/** Two to a row, below the picture. */
function legend(lines: Line[], colourOf: (name: string) => string): string[] {
  const now = lines
    .filter(({ isBefore }) => !isBefore)
    .map(({ name }) => ({ name, colour: colourOf(name), dashes: '' }))
  const before = { name: 'the version before', colour: '#8c959f', dashes: dashed }
  return (lines.some(({ isBefore }) => isBefore) ? [...now, before] : now).flatMap(({ name, colour, dashes }, n) => {
    const [left, top] = [box.left + (n % 2) * 320, box.bottom + 62 + Math.floor(n / 2) * 18]
    return [
      `<path stroke="${colour}" stroke-width="2"${dashes} d="M${left} ${top - 4}h24"/>`,
      text(left + 32, top, 'start', name),
    ]
  })
}

/** From nothing to at least this, in four to ten round steps. */
function steps(most: number): number[] {
  const rough = most / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= rough) ?? power
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, n) => n * step)
}

/** The powers of ten around these. */
function powers(values: number[]): number[] {
  const positive = values.filter((value) => value > 0)
  const [first, last] = [Math.floor(Math.log10(Math.min(...positive))), Math.ceil(Math.log10(Math.max(...positive)))]
  return Array.from({ length: Math.max(last - first, 1) + 1 }, (_, n) => 10 ** (first + n))
}

const at = (value: number): string => value.toFixed(1)

const text = (x: number, y: number, anchor: string, content: string): string =>
  `<text x="${at(x)}" y="${at(y)}" text-anchor="${anchor}">${escaped(content)}</text>`

const escaped = (content: string): string =>
  content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
