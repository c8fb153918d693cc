import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { blockOf, readme } from './readme.js'

describe('the README', () => {
  it('shows the minimal example, whole and unchanged', () => {
    const path = 'examples/minimal/server.ts'
    expect(blockOf('README.md', path)).toBe(readFileSync(path, 'utf8'))
  })

  it('is two screens long: what is more belongs into a guide in docs', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(160)
  })

  it('has only numbers that the benchmark has written', () => {
    const measured = readFileSync('docs/performance.md', 'utf8')
    const [, section = ''] = /^## How fast it is\n(.*?)^## /ms.exec(readme) ?? []
    const cells = [...section.matchAll(/^\| [^|]+ \| (\S[^\n]*) \|$/gm)].map(([, row = '']) => row)
    const numbers = cells.flatMap((row) => row.match(/\d(?:[\d,.]*\d)?/g) ?? [])
    expect(numbers.length).toBeGreaterThan(8)
    expect(numbers.filter((number) => !new RegExp(`(?<![\\d,.])${number}(?![\\d,])`).test(measured))).toEqual([])
  })

  it('starts the demo and the tests by one line each', () => {
    expect(readme).toContain('\nnpm ci && npm run demo\n')
    expect(readme).toContain('\nnpm ci && npm test\n')
  })
})
