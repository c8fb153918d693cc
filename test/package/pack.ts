import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { mustRun } from './run.js'

/** The version of a package that is installed here. */
export const versionOf = (name: string): string =>
  JSON.parse(readFileSync(join('node_modules', name, 'package.json'), 'utf8')).version

/** Packs what was built into a folder. */
export async function pack(folder: string): Promise<string> {
  if (!existsSync('dist/index.js')) throw new Error('Nothing to pack: `npm run build` first')
  mkdirSync(folder, { recursive: true })
  // Without scripts, since `prepack` would build it all again.
  await mustRun('.', 'npm', 'pack', '--ignore-scripts', '--pack-destination', folder)
  return join(folder, `${readdirSync(folder).find((name) => name.endsWith('.tgz'))}`)
}

/** Generates Prisma clients in a project that has installed us, from the models as they were packed. */
export async function generateClients(
  project: string,
  provider: 'sqlite' | 'postgresql' | 'mysql',
  generators: string,
): Promise<void> {
  const models = provider === 'mysql' ? 'chat.mysql.prisma' : 'chat.prisma'
  const schema = `\
    datasource db {
      provider = "${provider}"
    }
    ${generators}
    ${readFileSync(join(project, 'node_modules/express-chat/prisma', models), 'utf8')}`
  writeFileSync(join(project, `${provider}.prisma`), schema)
  // As in prisma/clients.js: no engine is needed, and none is to be downloaded.
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath
  const prisma = resolve('node_modules/prisma/build/index.js')
  await mustRun(project, 'node', prisma, 'generate', '--no-hints', '--schema', `${provider}.prisma`)
}
