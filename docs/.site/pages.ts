import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'

const target = 'docs/.site/pages'
const repository = 'https://github.com/OWNER/express-chat/blob/main'

/** Each page of the repository that is one of the site, by where it stands there. */
const placeOf: Record<string, string> = {
  'README.md': 'index.md',
  'CHANGELOG.md': 'changelog.md',
  '.github/CONTRIBUTING.md': 'contributing.md',
}
const guides = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => !name.startsWith('.site'))
for (const name of guides.filter((each) => each.endsWith('.md'))) placeOf[`docs/${name}`] = name

rmSync(target, { recursive: true, force: true })
for (const [path, place] of Object.entries(placeOf)) {
  const to = join(target, place)
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, moved(readFileSync(path, 'utf8'), path, place))
}
for (const name of guides.filter((each) => /\.(svg|webp)$/.test(each))) cpSync(`docs/${name}`, join(target, name))

/** A link to another page leads to where that is on the site, and one to a file of the repository leads there. */
function moved(text: string, path: string, place: string): string {
  const linked = (link: string): string => {
    if (/^(https?:|#)/.test(link)) return link
    const [file = '', anchor] = link.split('#')
    const found = posix.join(posix.dirname(path), file)
    const page = placeOf[found] ?? (/^docs\/.*\.(svg|webp)$/.test(found) ? found.slice(5) : undefined)
    if (!page) return `${repository}/${found}`
    return (
      `${posix.join('./', relative(posix.dirname(place), page))}`.replace(/^(?!\.)/, './') +
      (anchor ? `#${anchor}` : '')
    )
  }
  return text
    .replaceAll(/\]\(([^)]+)\)/g, (_, link) => `](${linked(link)})`)
    .replaceAll(/src="(docs\/[^"]+)"/g, (_, link) => `src="${linked(link)}"`)
}
