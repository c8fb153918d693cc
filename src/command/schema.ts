import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import { CommandError } from './command.js'
import type { Provider } from './drivers/connection.js'
import { packageIn } from './package.js'

/** A file of the host's Prisma schema; its path is from the folder of the app. */
export interface SchemaFile {
  path: string
  text: string
}

/** The host's Prisma schema. */
export interface HostSchema {
  /** Where Prisma reads it: a file, or a folder with all that is below it. From the folder of the app. */
  place: string
  isFolder: boolean
  files: SchemaFile[]
  /** Whether something says so to Prisma, or it looks there by itself. */
  isKnownToPrisma: boolean
  /** Of the database; nothing where no file has a `datasource`. */
  provider: Provider | undefined
}

const howToSay = 'say where it is: --schema prisma/schema'

/** Finds the schema as Prisma does; `given` is what somebody says of it. */
export function findSchema(cwd: string, given: string | undefined): HostSchema {
  const said = given ?? inConfig(cwd) ?? inPackage(cwd)
  if (said !== undefined) {
    const place = relative(cwd, resolve(cwd, said)) || '.'
    if (!existsSync(join(cwd, place))) throw new CommandError(`there is no Prisma schema at ${place}; ${howToSay}`)
    return schemaAt(cwd, place, true)
  }
  for (const [place, isKnown] of [
    ['prisma/schema.prisma', true],
    ['schema.prisma', true],
    ['prisma/schema', false],
  ] as const) {
    if (existsSync(join(cwd, place))) return schemaAt(cwd, place, isKnown)
  }
  throw new CommandError(`there is no Prisma schema in ${cwd}; make one with npx prisma init, or ${howToSay}`)
}

function schemaAt(cwd: string, place: string, isKnownToPrisma: boolean): HostSchema {
  const isFolder = statSync(join(cwd, place)).isDirectory()
  const paths = isFolder ? prismaFilesBelow(cwd, place) : [place]
  const files = paths.map((path) => ({ path, text: readFileSync(join(cwd, path), 'utf8') }))
  return { place, isFolder, files, isKnownToPrisma, provider: providerIn(files) }
}

/** All that Prisma would read of a folder. */
export const prismaFilesBelow = (cwd: string, folder: string): string[] =>
  readdirSync(join(cwd, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.prisma') && !path.split(/[\\/]/).includes('node_modules'))
    .map((path) => join(folder, path))
    .sort()

function providerIn(files: SchemaFile[]): Provider | undefined {
  for (const { text } of files) {
    const [, name] = /^\s*datasource\s+\w+\s*\{[^}]*\bprovider\s*=\s*"([^"]+)"/m.exec(text) ?? []
    if (name === 'sqlite' || name === 'mysql') return name
    if (name === 'postgresql' || name === 'postgres') return 'postgresql'
    if (name !== undefined) {
      throw new CommandError(
        `the chat runs on sqlite, postgresql and mysql (MariaDB too); your datasource is of "${name}"`,
      )
    }
  }
  return undefined
}

/** Where a generator puts the client, if one says it. */
export function generatedBy({ files }: HostSchema): string | undefined {
  for (const { path, text } of files) {
    const generators = text.matchAll(/^\s*generator\s+\w+\s*\{([^}]*\bprovider\s*=\s*"prisma-client(?:-js)?"[^}]*)\}/gm)
    for (const [, generator = ''] of generators) {
      const [, output] = /\boutput\s*=\s*"([^"]+)"/.exec(generator) ?? []
      if (output !== undefined) return join(dirname(path), output)
    }
  }
  return undefined
}

const configs = ['prisma.config', '.config/prisma'].flatMap((name) =>
  ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((extension) => `${name}.${extension}`),
)

/** Prisma's configuration, if the app has one. */
export const configOf = (cwd: string): string | undefined => configs.find((path) => existsSync(join(cwd, path)))

/** Its text is read, not run: that could do anything. */
function inConfig(cwd: string): string | undefined {
  const config = configOf(cwd)
  if (!config) return undefined
  const text = readFileSync(join(cwd, config), 'utf8').replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '')
  const [, value] = /\bschema\s*:\s*((?:[\w.]+\([^)]*\)|'[^']*'|"[^"]*"|`[^`]*`|[^,}\s]+))/.exec(text) ?? []
  if (value === undefined) return undefined
  const parts = [...value.matchAll(/(['"`])(.*?)\1/g)].map(([, , part = '']) => part)
  const isPath = /^(['"`]|([\w]+\.)?(join|resolve)\()/.test(value) && !parts.some((part) => part.includes('${'))
  if (!isPath || parts.length === 0)
    throw new CommandError(`what ${config} says of its schema cannot be read (${value}); ${howToSay}`)
  const path = join(...parts)
  return isAbsolute(path) ? path : join(value.includes('cwd()') ? '.' : dirname(config), path)
}

/** As Prisma 6 and older read it. */
function inPackage(cwd: string): string | undefined {
  const { prisma } = packageIn(cwd) as { prisma?: { schema?: unknown } }
  return typeof prisma?.schema === 'string' ? prisma.schema : undefined
}
