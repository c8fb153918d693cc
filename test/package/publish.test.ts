import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import ts from 'typescript'
import { describe, expect, inject, it } from 'vitest'
import { mustRun } from './run.js'

const tarball = inject('tarball')

describe('the package', () => {
  it('holds the library, the models and the SQL, and nothing else', async () => {
    const files = (await mustRun('.', 'tar', '-tf', tarball)).trim().split('\n')
    // What two entries share is in a file that is named by its content.
    const names = files.map((file) => file.replace('package/', '').replace(/-[\w-]{8}\.d\./, '-….d.'))
    expect(names.sort()).toMatchInlineSnapshot(`
      [
        "LICENSE",
        "README.md",
        "dist/bus-….d.cts",
        "dist/bus-….d.ts",
        "dist/chat-client-….d.cts",
        "dist/chat-client-….d.ts",
        "dist/client.cjs",
        "dist/client.cjs.map",
        "dist/client.d.cts",
        "dist/client.d.ts",
        "dist/client.js",
        "dist/client.js.map",
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
        "package.json",
        "prisma/chat.mysql.prisma",
        "prisma/chat.prisma",
        "prisma/mysql.sql",
        "prisma/postgresql.sql",
        "prisma/sqlite.sql",
      ]
    `)
  })

  it('says nothing of our own generated client in its types', () => {
    expect(readFileSync('dist/index.d.ts', 'utf8')).not.toContain('@prisma/client')
  })
})

describe('the client', () => {
  it('arrives as one file of less than 10 kB', () => {
    // What bundlers take; CommonJS adds some of its own.
    expect(gzipSync(readFileSync('dist/client.js')).length).toBeLessThan(10_000)
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
