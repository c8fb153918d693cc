import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const read = (path: string): string => readFileSync(path, 'utf8')
const guides = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  // Not the copies of which the site is built.
  .filter((name) => name.endsWith('.md') && !name.startsWith('.site'))
  .map((name) => `docs/${name}`)
const pages = ['README.md', '.github/CONTRIBUTING.md', ...guides]

const withoutCode = (text: string): string => text.replace(/^( *)```.*?^ *```$/gms, '')
const linksOf = (path: string): string[] =>
  [...withoutCode(read(path)).matchAll(/\]\((?!https?:)([^)]+)\)/g)].map(([, link = '']) => link)

/** What links to a heading have behind their #. */
const anchorsOf = (path: string): string[] =>
  [...withoutCode(read(path)).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )

describe('of what can be read', () => {
  it.each(pages)('%s has only links that lead somewhere', (path) => {
    const broken = linksOf(path).filter((link) => {
      const [file = '', anchor] = link.split('#')
      const target = file === '' ? path : join(dirname(path), file)
      return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).includes(anchor))
    })
    expect(broken).toEqual([])
  })

  it.each(guides)('%s is found from the README, and leads on', (path) => {
    const [, index = ''] = read('README.md').split('\n## Guides\n')
    expect(index).toContain(`](${path}`)
    const [, end = ''] = read(path).split('\n**Read on:** ')
    expect(end).toMatch(/^\[/)
    expect(end.trimEnd()).not.toContain('\n\n')
  })

  it.each(pages)('%s shows only pieces that the test runs which it names above them', (path) => {
    const marks = [...read(path).matchAll(/^ *<!-- ((?:test|examples)\/\S+?)(?:: (\S+))? -->\n *```/gm)]
    const unread = marks.filter(([, file = '', name]) => {
      if (!existsSync(file)) return true
      return (
        name !== undefined && ![`'${name}'`, `: ${name}'`, `  ${name}: {`].some((quoted) => read(file).includes(quoted))
      )
    })
    expect(unread.map(([mark]) => mark)).toEqual([])
    expect([...read(path).matchAll(/<!-- (?:test|examples)\//g)]).toHaveLength(marks.length)
  })

  it.each(pages)('%s names only commands and files of the package that there are', (path) => {
    const text = read(path)
    const { scripts } = JSON.parse(read('package.json'))
    const commands = [...text.matchAll(/npm (?:run ([\w:]+)|(test))/g)].map(([, run, test]) => run ?? test ?? '')
    expect(commands.filter((name) => !(name in scripts))).toEqual([])
    const shipped = [...text.matchAll(/node_modules\/express-chat\/([\w./-]*\w)/g)].map(([, name = '']) => name)
    const sql = [...text.matchAll(/(?<![\w/.-])prisma\/[\w./-]+\.sql\b/g)].map(([name]) => name)
    expect([...shipped, ...sql].filter((name) => !existsSync(name))).toEqual([])
  })
})
