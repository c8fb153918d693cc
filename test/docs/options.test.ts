import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const page = readFileSync('docs/options.md', 'utf8')

describe('the page on options names', () => {
  it('every option there is, and none that is not', () => {
    const rows = [...page.matchAll(/^\| (`.*?) \| /gm)]
    const named = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))
    const [, body = ''] =
      /^export interface ChatOptions<.*?\{\n(.*?)^\}/ms.exec(readFileSync('src/options.ts', 'utf8')) ?? []
    const existing = [...body.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, name]) => name)
    expect(existing).toContain('resolveUser')
    expect(named.sort()).toEqual(existing.sort())
  })

  it('what `on` and `docs` take', () => {
    const row = (name: string) => new RegExp(`^\\| .*\`${name}\`.*`, 'm').exec(page)?.[0]
    expect(row('on')).toContain('{ event, report }')
    expect(row('docs')).toContain('{ securitySchemes, contact }')
  })
})
