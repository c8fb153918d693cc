import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'

const path = '.github/CONTRIBUTING.md'
const page = readFileSync(path, 'utf8')

it('names files, folders and links that are there', () => {
  const named = [...page.matchAll(/`((?:src|test|prisma|docs|examples|bench)\/[\w./-]*)`/g)].map(
    ([, name = '']) => name,
  )
  const linked = [...page.matchAll(/\]\((\.[^)#]+)/g)].map(([, link = '']) => join(dirname(path), link))
  expect(named.length).toBeGreaterThan(30)
  expect([...named, ...linked].filter((name) => !existsSync(name))).toEqual([])
})

it('names commands that are there, and every command that runs tests', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  const named = [...page.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name)
  expect(named.filter((name) => !(name in scripts))).toEqual([])
  expect(Object.keys(scripts).filter((name) => name.startsWith('test:') && !named.includes(name))).toEqual([])
})
