import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { blockOf, readme } from '../readme.js'

const page = readFileSync('docs/install.md', 'utf8')

describe('the page on installing names', () => {
  it('the drivers that this repository itself overrides, and in the versions that it takes', () => {
    const { overrides, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    const shown = JSON.parse(`{${blockOf('docs/install.md', 'test/docs/install.test.ts: overrides')}}`).overrides
    expect(overrides).toMatchObject(shown)
    expect(Object.keys(overrides).filter((name) => name.startsWith('@prisma/'))).toEqual(Object.keys(shown))
    for (const name of ['@libsql/client', 'mariadb']) {
      expect(page).toContain(`${name}@${devDependencies[name].replace('^', '')}`)
    }
  })

  it.each([
    ['the page', page],
    ['the README', readme],
  ])('the versions of Node.js that package.json takes: %s', (_, text) => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(engines.node).toBe('^20.19 || ^22.12 || >=24')
    expect(text).toContain('20.19 or a later 20, 22.12 or a later 22, or 24 and newer')
  })
})
