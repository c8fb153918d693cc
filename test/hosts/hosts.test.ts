import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { mustRun } from '../package/run.js'
import { nodes } from './nodes.js'

const hosts = inject('hosts')
const expresses = ['4', '5']
const folderOf = (express: string): string => join(hosts, `express${express}`)

const bundles = (express: string): string => join(folderOf(express), 'bundles')
/** The database's client has a binary, and is not bundled by anybody. */
const external = ['@libsql/client', '@prisma/adapter-libsql', '@prisma/client']

process.env.CHAT_SQL = join(hosts, 'node_modules/express-chat/prisma/sqlite.sql')

describe.each(expresses)('where sharp is not installed, a host on Express %s', (express) => {
  const folder = folderOf(express)
  beforeAll(() => {
    process.env.HAS_SHARP = 'false'
  })

  it('is bundled by esbuild', async () => {
    const { errors, warnings } = await build({
      absWorkingDir: folder,
      entryPoints: ['run.mjs'],
      outfile: join(bundles(express), 'esbuild.cjs'),
      ...{ bundle: true, platform: 'node', format: 'cjs', external, logLevel: 'silent' },
    })
    expect([...errors, ...warnings]).toEqual([])
  })

  it('is bundled by webpack', async () => {
    await mustRun(folder, 'node', 'webpack.cjs', './run.mjs', bundles(express), ...external)
  })

  it.each(['run.mjs', 'run.cjs', 'bundles/esbuild.cjs', 'bundles/webpack.cjs'])('does without: %s', async (file) => {
    await mustRun(folder, 'node', file)
  })
})

describe('where sharp 0.34 is installed beside it', () => {
  beforeAll(async () => {
    await mustRun(
      hosts,
      'npm',
      'install',
      '--prefer-offline',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      'sharp@0.34',
    )
    process.env.HAS_SHARP = 'true'
  })

  const rows = expresses.flatMap((express) => nodes.versions.map((node) => [express, node] as const))
  describe.concurrent.each(rows)('a host on Express %s and Node.js %s', (express, node) => {
    const binary = nodes.binary(node, hosts)
    const start = (...args: string[]) => mustRun(folderOf(express), binary, ...args)

    it('is the Node.js that it is named after', async () => {
      expect(await start('--version')).toMatch(new RegExp(`^v${node}\\.`))
    })

    it.each([
      ['in ES modules', 'run.mjs'],
      ['in CommonJS', 'run.cjs'],
      ['bundled by esbuild', 'bundles/esbuild.cjs'],
      ['bundled by webpack', 'bundles/webpack.cjs'],
    ])('talks %s', async (_, file) => {
      await start(file)
    })

    it('talks in CommonJS under Jest', async () => {
      await start(jestOf(express), '--config', 'jest.config.json', 'commonjs.spec.cjs')
    })

    it('talks in ES modules under Jest', async () => {
      await start('--experimental-vm-modules', jestOf(express), '--config', 'jest.config.json', 'esm.spec.mjs')
    })
  })

  describe.concurrent.each(expresses)('a host on Express %s', (express) => {
    const folder = folderOf(express)

    it('talks under ts-jest', async () => {
      await mustRun(folder, 'node', jestOf(express), '--config', 'jest.config.json', 'typescript.spec.ts')
    })

    it('talks in both kinds of modules under Vitest', async () => {
      const vitest = resolve('node_modules/vitest/vitest.mjs')
      await mustRun(folder, 'node', vitest, 'run', '--globals', '--testTimeout', '60000', 'both.spec.mjs')
    })

    it('talks in both kinds of modules under node:test', async () => {
      await mustRun(folder, 'node', '--test', 'both.spec.mjs')
    })
  })
})

/** The Jest of a folder: 29 beside Express 4, and 30 beside Express 5. */
function jestOf(express: string): string {
  const { resolve: find } = createRequire(join(folderOf(express), 'package.json'))
  return join(dirname(find('jest/package.json')), 'bin/jest.js')
}
