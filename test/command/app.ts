import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** The folder of somebody's app. */
export class App {
  readonly cwd = mkdtempSync(join(tmpdir(), 'express-chat-app-'))

  /** It is gone after the test. */
  constructor(files: Record<string, string>) {
    onTestFinished(() => rmSync(this.cwd, { recursive: true, force: true }))
    for (const [path, text] of Object.entries(files)) this.write(path, text)
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.cwd, path)), { recursive: true })
    writeFileSync(join(this.cwd, path), text)
  }

  /** Nothing where there is no such file. */
  read(path: string): string | undefined {
    return existsSync(join(this.cwd, path)) ? readFileSync(join(this.cwd, path), 'utf8') : undefined
  }
}

export const datasource = (provider = 'sqlite'): string => `
generator client {
  provider = "prisma-client"
  output   = "../../src/generated"
}

datasource db {
  provider = "${provider}"
}

model User {
  id String @id
}
`

export const config = (schema: string): string => `
import 'dotenv/config'
import { join } from 'node:path'
import { defineConfig, env } from 'prisma/config'

export default defineConfig({
  // schema: 'elsewhere', it once was
  schema: ${schema},
  migrations: { path: 'prisma/migrations' },
  datasource: { url: env('DATABASE_URL') },
})
`
