import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Provider } from './drivers/connection.js'
import { installed } from './package.js'
import type { HostSchema, SchemaFile } from './schema.js'

/** Where the host's copy of our models stands. */
export type Copy =
  | { is: 'missing' }
  /** As this version has them; other names of tables, and their schema, are the host's to choose. */
  | { is: 'current'; path: string }
  /** As another version has written them. */
  | { is: 'older'; path: string; version: string }
  /** In another way than we know; the lines begin with - where they are ours alone, and with + where they are the host's. */
  | { is: 'changed'; path: string; lines: string[] }

/** Our models for a kind of database, as the package brings them. */
export function modelsFor(provider: Provider): string {
  const name = provider === 'mysql' ? 'chat.mysql.prisma' : 'chat.prisma'
  return readFileSync(join(installed().folder, 'prisma', name), 'utf8')
}

const stamp = /^\/\/ Written by express-chat (\S+) \((\w+)\).*\r?\n/

/** With a first line by which a later version knows whether somebody has changed it since. */
export const stamped = (models: string): string =>
  `// Written by express-chat ${installed().version} (${fingerprint(models)}): npx express-chat init brings it up to date, unless it was changed.\n${models}`

/** Finds our models in the host's schema, in whichever of its files. */
export function copyIn({ files }: Pick<HostSchema, 'files'>, models: string): Copy {
  const file = files.find(({ text }) => /^model ChatRoom\s*\{/m.test(text))
  if (!file) return { is: 'missing' }
  const { path } = file
  const lines = differences(file, models)
  if (lines.length === 0) return { is: 'current', path }
  const [line = '', version = '', said] = stamp.exec(file.text) ?? []
  const isUntouched = said === fingerprint(file.text.slice(line.length))
  return isUntouched ? { is: 'older', path, version } : { is: 'changed', path, lines }
}

/** What the host calls our tables, where that is another name. */
export function tableNames(schema: HostSchema | undefined): Map<string, string> {
  if (!schema) return new Map()
  const theirs = mapsOf(schema.files.map(({ text }) => text).join('\n'))
  const pairs = [...mapsOf(modelsFor('sqlite'))].map(([model, name]) => [name, theirs.get(model) ?? name] as const)
  return new Map(pairs.filter(([ours, name]) => ours !== name))
}

const mapsOf = (text: string): Map<string, string> =>
  new Map(
    [...text.matchAll(/^model (Chat\w+)\s*\{[^}]*@@map\("(\w+)"\)/gm)].map(([, model = '', name = '']) => [
      model,
      name,
    ]),
  )

/** Spaces are prisma format's business, and line ends Git's. */
const plain = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '' && !line.startsWith('//'))

const fingerprint = (models: string): string =>
  createHash('sha256').update(plain(models).join('\n')).digest('hex').slice(0, 16)

/** Block by block: the host's own may be in the same file. */
function differences({ text }: SchemaFile, models: string): string[] {
  const [ours, theirs] = [blocksOf(models), blocksOf(text)]
  return [...ours].flatMap(([name, block]) => {
    const own = theirs.get(name)
    if (!own) return [`- ${name} { … }`]
    const missing = block.filter((line) => !own.includes(line)).map((line) => `- ${name}: ${line}`)
    const added = own.filter((line) => !block.includes(line)).map((line) => `+ ${name}: ${line}`)
    return [...missing, ...added]
  })
}

function blocksOf(text: string): Map<string, string[]> {
  const blocks = text.matchAll(/^((?:model|enum) \w+)\s*\{([^}]*)\}/gm)
  return new Map(
    [...blocks].map(([, name = '', lines = '']) => [
      name,
      plain(lines).filter((line) => !/^@@(map|schema)\(/.test(line)),
    ]),
  )
}
