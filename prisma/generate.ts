import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { artifacts, clients } from './artifacts.js'

const chat = readFileSync('prisma/chat.prisma', 'utf8')
const host = readFileSync('examples/prisma/schema/host.prisma', 'utf8')
for (const [path, text] of Object.entries(await artifacts({ chat, host }))) {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
}

// The CLI is no dependency: with it, everybody's `npm ci` would take twice as long for what only this script needs.
const { version } = createRequire(import.meta.url)('@prisma/client/package.json')
for (const { schema } of clients) {
  execFileSync('npx', ['--yes', `prisma@${version}`, 'generate', '--no-hints', '--schema', schema], {
    stdio: 'inherit',
  })
}
