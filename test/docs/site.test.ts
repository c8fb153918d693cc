import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const config = readFileSync('docs/.site/.vitepress/config.ts', 'utf8')
const guides = readdirSync('docs').filter((name) => name.endsWith('.md'))

/** Pages that describe and show nothing to run, or whose every line another test holds. */
const references = [
  ...['architecture.md', 'design.md', 'comparison.md', 'performance.md', 'security.md', 'tables.md'],
  ...['options.md', 'troubleshooting.md', 'chaos.md', 'mutation.md', 'command.md', 'demo.md', 'databases.md'],
]

describe('the site', () => {
  it.each(guides)('has %s in its sidebar, by the task that it is for', (name) => {
    expect(config).toContain(`'${name.replace(/\.md$/, '')}']`)
  })

  it.each(guides.filter((name) => !references.includes(name)))('shows in %s a piece that a test runs', (name) => {
    const tested = /^ *<!-- (?:test|examples)\/\S+?(?:: \S+)? -->\n *```/m
    expect(readFileSync(`docs/${name}`, 'utf8')).toMatch(tested)
  })

  it('counts no page as a reference that is not there', () => {
    expect(references.filter((name) => !existsSync(`docs/${name}`))).toEqual([])
  })
})
