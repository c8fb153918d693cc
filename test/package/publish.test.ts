import { readFileSync } from 'node:fs'
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
        "dist/index.cjs",
        "dist/index.cjs.map",
        "dist/index.d.cts",
        "dist/index.d.ts",
        "dist/index.js",
        "dist/index.js.map",
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
