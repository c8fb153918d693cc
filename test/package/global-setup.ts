import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { mustRun } from './run.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed library. */
    tarball: string
    /** A project that has installed it. */
    consumer: string
  }
}

const version = (name: string) => createRequire(import.meta.url)(`${name}/package.json`).version

/** Packs the library, and installs it into a project of its own. */
export async function setup({ provide }: TestProject) {
  if (!existsSync('dist/index.js')) throw new Error('Nothing to pack: `npm run build` first')
  const consumer = mkdtempSync(join(tmpdir(), 'express-chat-consumer-'))
  cpSync('test/package/consumer', consumer, { recursive: true })
  await mustRun('.', 'npm', 'pack', '--pack-destination', consumer)
  const tarball = join(consumer, `${readdirSync(consumer).find((name) => name.endsWith('.tgz'))}`)

  const wanted = ['typescript', '@types/node', '@types/express', '@prisma/client'].map(
    (name) => `${name}@${version(name)}`,
  )
  writeFileSync(join(consumer, 'package.json'), '{ "private": true, "type": "module" }')
  await mustRun(
    consumer,
    'npm',
    'install',
    '--prefer-offline',
    '--ignore-scripts',
    '--no-audit',
    tarball,
    'express',
    // The oldest that the hooks work with.
    'react@18',
    'react-dom@18',
    '@types/react@18',
    ...wanted,
  )
  for (const provider of ['sqlite', 'postgresql', 'mysql'] as const) await generateClients(consumer, provider)

  provide('tarball', tarball)
  provide('consumer', consumer)
  return () => rmSync(consumer, { recursive: true, force: true })
}

/** Both kinds of client, from the models as they were packed. */
async function generateClients(consumer: string, provider: 'sqlite' | 'postgresql' | 'mysql'): Promise<void> {
  const models = provider === 'mysql' ? 'chat.mysql.prisma' : 'chat.prisma'
  const schema = `\
    datasource db {
      provider = "${provider}"
    }
    generator current {
      provider            = "prisma-client"
      output              = "./${provider}"
      moduleFormat        = "esm"
      importFileExtension = "js"
    }
    generator legacy {
      provider = "prisma-client-js"
      output   = "./${provider}-js"
    }
    ${readFileSync(join(consumer, 'node_modules/express-chat/prisma', models), 'utf8')}`
  writeFileSync(join(consumer, `${provider}.prisma`), schema)
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath
  const prisma = `prisma@${version('@prisma/client')}`
  await mustRun(consumer, 'npx', '--yes', prisma, 'generate', '--no-hints', '--schema', `${provider}.prisma`)
}
