import { randomBytes } from 'node:crypto'
import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import type { Finding } from '../../src/command/finding.js'
import { modelsFor } from '../../src/command/models.js'
import type { TestDatabase } from '../databases.js'
import { App, config, datasource } from './app.js'
import { call } from './command.js'

/** An app in which all is well, on a database of this kind. */
export function healthyApp(name: TestDatabase['name']): App {
  const models = modelsFor(name)
  const schema = datasource(name)
  const app = new App({
    'package.json': '{ "type": "module" }',
    'prisma.config.ts': config("'prisma/schema'"),
    'prisma/schema/schema.prisma': schema,
    'prisma/schema/chat.prisma': models,
    'src/generated/internal/class.ts': `const config = {\n  "inlineSchema": ${JSON.stringify(`${schema}\n${models}`)},\n}`,
  })
  symlinkSync(fileURLToPath(new URL('../../node_modules', import.meta.url)), join(app.cwd, 'node_modules'))
  return app
}

export const goodSecret = randomBytes(32).toString('base64url')

/** Asks the doctor, and gives what it found but for what it could not look at. */
export async function examined(app: App, args: string[], env: Record<string, string> = {}) {
  const { code, out, err } = await call(['doctor', '--json', ...args], {
    cwd: app.cwd,
    env: { CHAT_SECRET: goodSecret, ...env },
  })
  expect(err).toBe('')
  const { ok, findings } = JSON.parse(out) as { ok: boolean; findings: Finding[] }
  expect(code).toBe(ok ? 0 : 1)
  const known = findings.filter(({ level }) => level !== 'unknown')
  return { ok, findings: known, unknown: findings.filter(({ level }) => level === 'unknown') }
}
