import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Provider } from '../drivers/connection.js'
import { installed } from '../package.js'

/** A file of SQL that this package brings. */
export interface Script {
  /** Its path in the package. */
  path: string
  /** The version of the tables that it begins with; nothing where it begins with none. */
  from: string | undefined
  to: string
  text: string
  /** One by one, without comments. */
  statements: string[]
  /** The tables, and the columns as `table.column`, that are there from then on. */
  adds: Set<string>
  /** Changes with its text. */
  fingerprint: string
}

export interface Scripts {
  /** All tables, as they are now. */
  create: Script
  /** From each version to the next, the oldest first. */
  upgrades: Script[]
  /** The name of the table with the leases of servers. */
  nodes: string
}

/** What makes and upgrades our tables on one kind of database; `names` are those of the host for some of them. */
export function scriptsOf(provider: Provider, names: ReadonlyMap<string, string> = new Map()): Scripts {
  const folder = join(installed().folder, 'prisma')
  const files = readdirSync(join(folder, 'upgrades')).map((name) => /^(.+)-to-(.+)\.(\w+)\.sql$/.exec(name))
  const found = files.flatMap((name) => (name?.[3] === provider ? [name as unknown as [string, string, string]] : []))
  const read = (path: string, from: string | undefined, to: string): Script => {
    const text = renamed(readFileSync(join(folder, path), 'utf8'), names)
    const statements = statementsOf(text)
    const fingerprint = createHash('sha256').update(text).digest('hex').slice(0, 16)
    return { path: `prisma/${path}`, from, to, text, statements, adds: additionsOf(statements), fingerprint }
  }
  const upgrades: Script[] = []
  let [next] = found.filter(([, from]) => !found.some(([, , to]) => to === from))
  while (next) {
    const [file, from, to] = next
    upgrades.push(read(`upgrades/${file}`, from, to))
    next = found.find(([, from]) => from === to)
  }
  return {
    create: read(`${provider}.sql`, undefined, upgrades.at(-1)?.to ?? ''),
    upgrades,
    nodes: names.get('chat_nodes') ?? 'chat_nodes',
  }
}

/** Every name in our files is quoted. */
const renamed = (text: string, names: ReadonlyMap<string, string>): string =>
  text.replace(/(["`])(\w+)\1/g, (quoted, mark, name) =>
    names.has(name) ? `${mark}${names.get(name)}${mark}` : quoted,
  )

/** Our files have each comment on lines of its own, and end no line inside a statement with a semicolon. */
const statementsOf = (text: string): string[] =>
  text
    .replace(/^--.*$/gm, '')
    .split(/;[ \t\r]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '')

function additionsOf(statements: string[]): Set<string> {
  // What is made under another name for a while is no new table.
  const renamed = statements.flatMap((statement) => /^ALTER TABLE ["`](\w+)["`] RENAME TO/.exec(statement)?.[1] ?? [])
  return new Set(
    statements.flatMap((statement) => {
      const [, created] = /^CREATE TABLE ["`](\w+)/.exec(statement) ?? []
      if (created) return renamed.includes(created) ? [] : [created]
      const [, changed] = /^ALTER TABLE ["`](\w+)/.exec(statement) ?? []
      return [...statement.matchAll(/\bADD COLUMN ["`](\w+)/g)].map(([, column]) => `${changed}.${column}`)
    }),
  )
}
