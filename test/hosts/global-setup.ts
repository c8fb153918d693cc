import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { generateClients, pack, versionOf } from '../package/pack.js'
import { mustRun } from '../package/run.js'
import { nodes } from './nodes.js'

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder in which hosts on Express 4 and 5 are, with all that they need but sharp. */
    hosts: string
  }
}

/** Each in a folder of its own, so that it finds its own Express and Jest. */
const workspaces = {
  express4: { express: '^4.21.0', jest: '^29.7.0', 'jest-environment-node': '^29.7.0' },
  express5: { express: '^5.0.0', jest: '^30.0.0', 'jest-environment-node': '^30.0.0' },
}

/** Packs the library once, and installs all that the hosts need at once. */
export async function setup({ provide }: TestProject) {
  const hosts = mkdtempSync(join(tmpdir(), 'express-chat-hosts-'))
  const tarball = await pack(join(hosts, 'packed'))
  const { overrides } = JSON.parse(readFileSync('package.json', 'utf8'))
  const here = ['@libsql/client', '@prisma/adapter-libsql', '@prisma/client', 'jsonwebtoken', 'typescript', 'ws']
  const installed = {
    private: true,
    workspaces: Object.keys(workspaces),
    dependencies: {
      'express-chat': `file:${tarball}`,
      ...Object.fromEntries(here.map((name) => [name, versionOf(name)])),
      'ts-jest': '^29.4.0',
      webpack: '^5.0.0',
      ...nodes.packages,
    },
    overrides: { '@prisma/adapter-libsql': overrides['@prisma/adapter-libsql'] },
  }
  writeFileSync(join(hosts, 'package.json'), JSON.stringify(installed))
  for (const [name, dependencies] of Object.entries(workspaces)) {
    const folder = join(hosts, name)
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, private: true, dependencies }))
    cpSync('test/hosts/host', folder, { recursive: true })
    cpSync('test/hosts/host/host.mjs', join(folder, 'host.ts'))
  }
  await mustRun(hosts, 'npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund')
  // Into `@prisma/client`, where hosts of both kinds of modules find it.
  await generateClients(hosts, 'sqlite', 'generator client { \n provider = "prisma-client-js" \n }')

  provide('hosts', hosts)
  return () => rmSync(hosts, { recursive: true, force: true })
}
