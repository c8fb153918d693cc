import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import ts from 'typescript'
import { describe, expect, inject, it } from 'vitest'
import { mustRun, run } from './run.js'

const tarball = inject('tarball')
const packed = (await mustRun('.', 'tar', '-tf', tarball)).trim().split('\n')
const paths = packed.map((path) => path.replace('package/', ''))

describe('the package', () => {
  it('holds every file that its package.json names, and every one that its README links to or shows', () => {
    const { main, types, bin, typesVersions, exports } = JSON.parse(readFileSync('package.json', 'utf8'))
    const named = namesIn([main, types, bin, typesVersions, exports]).filter((path) => !path.includes('*'))
    expect(named).toContain('dist/index.cjs')
    const shown = [...readFileSync('README.md', 'utf8').matchAll(/(?:\]\(|src=")(?!https?:|#)([^)"#]+)/g)]
    const linked = shown.map(([, path = '']) => path)
    expect(linked).toEqual(expect.arrayContaining(['docs/hosts.md', 'docs/demo-desktop.webp', 'CHANGELOG.md']))
    // For who changes the library, who has the repository.
    const needed = [...named, ...linked].filter((path) => !path.startsWith('.github/'))
    expect(needed.filter((path) => !paths.includes(path))).toEqual([])
  })

  it('is refused before it is packed where a file is missing that `exports` names', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'express-chat-unbuilt-'))
    cpSync('package.json', join(folder, 'package.json'))
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    const [building, checking] = scripts.prepack.split(' && ')
    expect(building).toBe('npm run build')
    const { ok, output } = await run('.', 'npx', ...checking.split(' '), folder)
    expect(ok).toBe(false)
    expect(output).toContain('dist/index.cjs')
    rmSync(folder, { recursive: true })
  })

  it('has types that fit its files, whoever resolves them', async () => {
    await mustRun('.', 'npx', 'attw', tarball)
  })

  it('holds the library, its pages, its demo, the models and the SQL, and nothing else', () => {
    // What two entries share is in a file that is named by its content.
    const shared = paths.map((path) => path.replace(/-[\w-]{8}(?=\.d\.|\.js)/, '-…'))
    // And what the page of the demo is bundled into is Vite's to name.
    const names = [...new Set(shared.map((path) => path.replace(/^(dist\/demo\/page\/).*/, '$1…')))]
    expect(names.sort()).toMatchInlineSnapshot(`
      [
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "dist/THIRD-PARTY-LICENSES.txt",
        "dist/bus-….d.cts",
        "dist/bus-….d.ts",
        "dist/chat-client-….d.cts",
        "dist/chat-client-….d.ts",
        "dist/chunk-….js",
        "dist/chunk-….js.map",
        "dist/client.cjs",
        "dist/client.cjs.map",
        "dist/client.d.cts",
        "dist/client.d.ts",
        "dist/client.js",
        "dist/client.js.map",
        "dist/command.js",
        "dist/demo/page/…",
        "dist/demo/pictures/lake.jpg",
        "dist/demo/server.js",
        "dist/index.cjs",
        "dist/index.cjs.map",
        "dist/index.d.cts",
        "dist/index.d.ts",
        "dist/index.js",
        "dist/index.js.map",
        "dist/react.cjs",
        "dist/react.cjs.map",
        "dist/react.d.cts",
        "dist/react.d.ts",
        "dist/react.js",
        "dist/react.js.map",
        "dist/s3.cjs",
        "dist/s3.cjs.map",
        "dist/s3.d.cts",
        "dist/s3.d.ts",
        "dist/s3.js",
        "dist/s3.js.map",
        "dist/storage-….d.cts",
        "dist/storage-….d.ts",
        "dist/testing.cjs",
        "dist/testing.cjs.map",
        "dist/testing.d.cts",
        "dist/testing.d.ts",
        "dist/testing.js",
        "dist/testing.js.map",
        "docs/architecture.md",
        "docs/chaos.md",
        "docs/client.md",
        "docs/command.md",
        "docs/comparison.md",
        "docs/databases.md",
        "docs/demo-desktop.webp",
        "docs/demo-phone.webp",
        "docs/demo.md",
        "docs/design.md",
        "docs/files.md",
        "docs/grafana.json",
        "docs/hosts.md",
        "docs/importing.md",
        "docs/install.md",
        "docs/model/README.md",
        "docs/model/room.pml",
        "docs/moving.md",
        "docs/mutation.md",
        "docs/notifications.md",
        "docs/operations.md",
        "docs/options.md",
        "docs/performance.md",
        "docs/privacy.md",
        "docs/protocol.md",
        "docs/scale-deploy.svg",
        "docs/scale-p50.svg",
        "docs/scale-p99.svg",
        "docs/security.md",
        "docs/server-api.md",
        "docs/several-servers.md",
        "docs/shop.md",
        "docs/subscriptions.md",
        "docs/tables.md",
        "docs/troubleshooting.md",
        "docs/webhooks.md",
        "package.json",
        "prisma/chat.mysql.prisma",
        "prisma/chat.prisma",
        "prisma/mysql.sql",
        "prisma/postgresql.sql",
        "prisma/sqlite.sql",
        "prisma/upgrades/0.1-to-0.2.mysql.sql",
        "prisma/upgrades/0.1-to-0.2.postgresql.sql",
        "prisma/upgrades/0.1-to-0.2.sqlite.sql",
      ]
    `)
  })

  it('says nothing of our own generated client in its types', () => {
    expect(readFileSync('dist/index.d.ts', 'utf8')).not.toContain('@prisma/client')
  })
})

describe('the client', () => {
  it('arrives as one file of less than 28.9 kB', () => {
    // What bundlers take; CommonJS adds some of its own.
    expect(gzipSync(readFileSync('dist/client.js')).length).toBeLessThan(28_900)
  })

  it.each(['client.js', 'client.cjs'])('needs nothing else: %s', (file) => {
    expect(importsOf(`dist/${file}`)).toEqual([])
  })

  it('says nothing of zod in its types', () => {
    const types = readdirSync('dist').filter((file) => /^(chat-client|client|react).*\.d\.c?ts$/.test(file))
    expect(types).toHaveLength(6)
    for (const file of types) expect(readFileSync(`dist/${file}`, 'utf8')).not.toContain('zod')
  })
})

describe('the hooks', () => {
  it.each(['react.js', 'react.cjs'])('are for browsers, and need React alone: %s', (file) => {
    expect(readFileSync(`dist/${file}`, 'utf8').slice(0, 40)).toContain('use client')
    expect(new Set(importsOf(`dist/${file}`))).toEqual(new Set(['react']))
  })
})

/** Every path that a part of package.json names. */
function namesIn(part: unknown): string[] {
  if (typeof part === 'string') return [part.replace('./', '')]
  return Object.values(part ?? {}).flatMap(namesIn)
}

/** Whatever a built file imports or requires. */
function importsOf(path: string): string[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const [first] = ts.isCallExpression(node) ? node.arguments : []
    const isCall = ts.isCallExpression(node) && /^(require|import)$/.test(node.expression.getText(source))
    if (isCall && first && ts.isStringLiteralLike(first)) found.push(first.text)
    const named = ts.isImportDeclaration(node) || ts.isExportDeclaration(node) ? node.moduleSpecifier : undefined
    if (named && ts.isStringLiteralLike(named)) found.push(named.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}
