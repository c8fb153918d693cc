import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { mustRun } from './run.js'

// A frontend with a package.json of its own: it installs the package for its client, and has neither Express nor Prisma.
let frontend: string
beforeAll(async () => {
  frontend = mkdtempSync(join(tmpdir(), 'express-chat-frontend-'))
  writeFileSync(join(frontend, 'package.json'), '{ "private": true, "type": "module" }')
  const quietly = ['--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  await mustRun(frontend, 'npm', 'install', ...quietly, inject('tarball'))
})
afterAll(() => rmSync(frontend, { recursive: true, force: true }))

it('is spared what only servers need, and is light', () => {
  const files = readdirSync(join(frontend, 'node_modules'), { recursive: true, encoding: 'utf8' })
  const installed = files
    .filter((path) => path.endsWith('package.json'))
    .map((path) => path.replace(/\/?package.json$/, ''))
  expect(installed).toContain('express-chat')
  expect(installed.filter((name) => /^(@prisma|@aws-sdk|sharp|react)\b/.test(name))).toEqual([])
  const sizes = files.map((path) => statSync(join(frontend, 'node_modules', path))).filter((entry) => entry.isFile())
  expect(sizes.reduce((total, { size }) => total + size, 0)).toBeLessThan(25_000_000)
})

describe('a bundle of its page holds nothing else than', () => {
  it.each([
    ['the client', "export { createChatClient } from 'express-chat/client'", ['client.js']],
    [
      'the client and the hooks',
      "export { createChatClient } from 'express-chat/client'; export * from 'express-chat/react'",
      ['client.js', 'react.js'],
    ],
  ])('%s', async (_, contents, files) => {
    const { metafile } = await build({
      stdin: { contents, resolveDir: frontend },
      ...{ bundle: true, platform: 'browser', format: 'esm', write: false, metafile: true, logLevel: 'silent' },
      // A peer, of which the page has one already.
      external: ['react'],
    })
    const inputs = Object.keys(metafile.inputs).filter((path) => path !== '<stdin>')
    expect(inputs.map((path) => path.replace(/.*express-chat\/dist\//, '')).sort()).toEqual(files)
  })
})
