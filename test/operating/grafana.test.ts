import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { definitions } from '../../src/operating/definitions.js'

interface Panel {
  id: number
  title: string
  gridPos: { x: number; y: number; w: number; h: number }
  targets: { expr: string }[]
}

const board: { panels: Panel[]; templating: { list: { name: string; query: unknown }[] } } = JSON.parse(
  readFileSync('docs/grafana.json', 'utf8'),
)
const page = readFileSync('docs/operations.md', 'utf8')

/** What Prometheus has of each metric. */
const series = Object.entries(definitions).flatMap(([name, { type }]) =>
  type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
)
const labelsOf = new Map<string, readonly string[]>(
  Object.entries(definitions).map(([name, definition]) => [name, 'labels' in definition ? definition.labels : []]),
)
const metricOf = (name: string): string => name.replace(/_(bucket|sum|count)$/, '')
const namesIn = (text: string): string[] => text.match(/express_chat_\w+/g) ?? []

describe('the Grafana board', () => {
  it('asks for metrics that there are, and for each of them', () => {
    const asked = board.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => namesIn(expr)))
    expect(asked.filter((name) => !series.includes(name))).toEqual([])
    expect(new Set(asked.map(metricOf))).toEqual(new Set(Object.keys(definitions)))
    for (const { query } of board.templating.list)
      expect(namesIn(JSON.stringify(query)).filter((name) => !series.includes(name))).toEqual([])
  })

  it('sums by labels that these metrics have, and takes rates of counters alone', () => {
    for (const { expr } of board.panels.flatMap(({ targets }) => targets)) {
      const [name = ''] = namesIn(expr)
      const labels = [...(labelsOf.get(metricOf(name)) ?? []), 'instance', 'job', 'le']
      const by = /\bby \((.*?)\)/.exec(expr)?.[1]?.split(', ') ?? []
      const filtered = [...expr.matchAll(/(\w+)=~?"/g)].map(([, label = '']) => label)
      expect(
        [...by, ...filtered].filter((label) => !labels.includes(label)),
        expr,
      ).toEqual([])
      expect(expr.includes('rate('), expr).toBe(/_(total|bucket)$/.test(name))
    }
  })

  it('has no panel twice, and none over another', () => {
    expect(new Set(board.panels.map(({ id }) => id)).size).toBe(board.panels.length)
    const cells = board.panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, n) => `${x + (n % w)} ${y + Math.floor(n / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
  })
})

it('the page on operations names only metrics that there are', () => {
  expect(namesIn(page).filter((name) => !series.includes(name) && !(name in definitions))).toEqual([])
})
