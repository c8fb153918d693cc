import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createClient } from '@libsql/client'
import type { Engine } from './engine.js'
import { tables } from './tables.js'

async function execute(url: string, statements: string): Promise<void> {
  const client = createClient({ url })
  await client.executeMultiple(statements)
  client.close()
}

/** SQLite files in `directory`, in WAL mode. */
export function sqlite(directory: string): Engine {
  const template = join(directory, 'template.db')
  return {
    version: async () => 'libsql, in WAL mode',
    async prepare() {
      mkdirSync(directory)
      const client = createClient({ url: pathToFileURL(template).href })
      // Everything goes from the WAL into the file that is copied: closing does that too, but not at once.
      await client.executeMultiple(`PRAGMA journal_mode = WAL;\n${tables('sqlite')}\nPRAGMA wal_checkpoint(TRUNCATE);`)
      client.close()
    },
    async create(statements) {
      const path = join(directory, `${randomUUID()}.db`)
      const { href } = pathToFileURL(path)
      if (statements === undefined) copyFileSync(template, path)
      else await execute(href, `PRAGMA journal_mode = WAL;\n${statements}`)
      return href
    },
    execute,
    async drop(url) {
      const path = new URL(url)
      for (const suffix of ['', '-wal', '-shm']) rmSync(new URL(`${path}${suffix}`), { force: true })
    },
    async clean() {
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
