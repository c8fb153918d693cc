import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { overridesFor } from '../../src/store/driver-version.js'
import { blockOf, readme } from '../readme.js'

const page = readFileSync('docs/install.md', 'utf8')

describe('the page on installing names', () => {
  it('the drivers that this repository itself overrides, and in the versions that it takes', () => {
    const { overrides, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    const shown = JSON.parse(`{${blockOf('docs/install.md', 'test/docs/install.test.ts: overrides')}}`).overrides
    expect(Object.keys(overrides).filter((name) => name.startsWith('@prisma/'))).toEqual(Object.keys(shown))
    for (const [adapter, drivers] of Object.entries<Record<string, string>>(shown)) {
      // As the log and the command say it.
      expect(overridesFor(adapter)).toBe(`"overrides": ${JSON.stringify({ [adapter]: drivers })}`)
      expect(Object.keys(drivers)).toEqual(Object.keys(overrides[adapter]))
      for (const [name, range] of Object.entries(drivers)) {
        const version = devDependencies[name].replace('^', '')
        expect(version.replace(/\d+$/, '0')).toBe(range.replace('^', ''))
        expect(page).toContain(`${name}@${version}`)
      }
      expect(page).toContain(`npm install ${adapter}@7`)
    }
    expect(readme).toContain(
      'npm pkg set "overrides.@prisma/adapter-libsql.@libsql/client=^0.18.0"\nnpm install express-chat ',
    )
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
