import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { stands } from '../readme.js'

const page = readFileSync('docs/shop.md', 'utf8')
const pieces = [...page.matchAll(/^<!-- ((?:examples\/shop|test\/examples)\/\S+) -->\n```\w+\n(.*?)^```$/gms)].map(
  ([, path = '', code = '']) => ({ path, code, title: code.split('\n', 1)[0]?.trim() }),
)

describe('the walk through the shop', () => {
  it.each(pieces)('shows what stands in $path: $title', ({ path, code }) => {
    expect(stands(code, path)).toBe(true)
  })

  it('has no code but that of the shop, and shows each part of it', () => {
    const blocks = page.match(/^```(?!sh)\w+$/gm) ?? []
    expect(pieces).toHaveLength(blocks.length)
    const shown = new Set(pieces.map(({ path }) => path.replace('examples/shop/', '')))
    const parts = ['shop.prisma', 'sessions.ts', 'chat.ts', 'orders.ts', 'mails.ts', 'accounts.ts', 'back-office.ts']
    expect([...shown]).toEqual(expect.arrayContaining(parts))
  })

  it('names each setting that the shop reads from its environment', () => {
    const [, names = ''] = /settingsOf\(\{ (.*?) \}/.exec(readFileSync('examples/shop/settings.ts', 'utf8')) ?? []
    expect(names.split(', ').filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })

  it('names only people whom the shop knows from the start', () => {
    const seed = readFileSync('examples/shop/seed.ts', 'utf8')
    const people = [...page.matchAll(/`(\w+)@example\.com`/g)].map(([, name = '']) => name)
    expect(people).toHaveLength(3)
    for (const name of people) expect(seed).toContain(`person('${name.charAt(0).toUpperCase()}${name.slice(1)}'`)
  })
})
