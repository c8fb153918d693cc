import { dirname, join } from 'node:path'
import { type Copy, copyIn } from './models.js'
import { configOf, findSchema, type HostSchema, prismaFilesBelow } from './schema.js'

/** Where our file goes, and what is to be done so that Prisma reads it there. */
export interface Home {
  path: string
  todo: string[]
}

export function homeOf(cwd: string, { place, isFolder, isKnownToPrisma }: HostSchema): Home {
  const config = configOf(cwd)
  const say = (folder: string) =>
    config
      ? `say to Prisma that all of ${folder} is its schema; in ${config}:  schema: '${folder}',  migrations: { path: 'prisma/migrations' },`
      : `say to Prisma that all of ${folder} is its schema; in a new file prisma.config.ts:\n\n${configFor(folder)}`
  if (isFolder) return { path: join(place, 'chat.prisma'), todo: isKnownToPrisma ? [] : [say(place)] }
  const folder = dirname(place)
  const others =
    folder === '.' ? [] : prismaFilesBelow(cwd, folder).filter((path) => path !== place && !isOurs(path, folder))
  if (folder !== '.' && others.length === 0) return { path: join(folder, 'chat.prisma'), todo: [say(folder)] }
  // Prisma would read whatever else is there.
  const own = join(folder, folder === '.' ? 'prisma/schema' : 'schema')
  return {
    path: join(own, 'chat.prisma'),
    todo: [`move ${place} into ${own}: Prisma reads models of several files from a folder`, say(own)],
  }
}

/** The whole of a configuration, which Prisma reads .env by if it is told to. */
const configFor = (folder: string): string => `import { existsSync } from 'node:fs'
import { defineConfig } from 'prisma/config'

if (existsSync('.env')) process.loadEnvFile('.env')

export default defineConfig({
  schema: '${folder}',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL },
})
`

const isOurs = (path: string, folder: string): boolean => path === join(folder, 'chat.prisma')

/** Our file may be where it belongs, though Prisma does not read it yet. */
export function foundCopy(cwd: string, schema: HostSchema, home: Home, models: string): Copy {
  const copy = copyIn(schema, models)
  if (copy.is !== 'missing' || schema.isFolder) return copy
  const { files } = safely(() => findSchema(cwd, home.path)) ?? { files: [] }
  return copyIn({ files }, models)
}

function safely<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}
