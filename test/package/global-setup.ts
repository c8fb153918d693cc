import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { generateClients, pack, versionOf } from './pack.js'
import { mustRun } from './run.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** The packed library. */
    tarball: string
    /** A project that has installed it. */
    consumer: string
  }
}

/** Packs the library, and installs it into a project of its own. */
export async function setup({ provide }: TestProject) {
  const consumer = mkdtempSync(join(tmpdir(), 'express-chat-consumer-'))
  cpSync('test/package/consumer', consumer, { recursive: true })
  const tarball = await pack(consumer)

  const wanted = ['typescript', '@types/node', '@types/express', '@prisma/client'].map(
    (name) => `${name}@${versionOf(name)}`,
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
  for (const provider of ['sqlite', 'postgresql', 'mysql'] as const) {
    await generateClients(consumer, provider, bothKinds(provider))
  }

  provide('tarball', tarball)
  provide('consumer', consumer)
  return () => rmSync(consumer, { recursive: true, force: true })
}

const bothKinds = (folder: string): string => `
  generator current {
    provider            = "prisma-client"
    output              = "./${folder}"
    moduleFormat        = "esm"
    importFileExtension = "js"
  }
  generator legacy {
    provider = "prisma-client-js"
    output   = "./${folder}-js"
  }`
