import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { artifacts, clients } from '../../prisma/artifacts.js'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

// Where one of these fails after the models were changed: `npm run generate`.
describe('what is written from chat.prisma', async () => {
  const chat = read('prisma/chat.prisma')
  const host = read('examples/prisma/schema/host.prisma')

  it.each(Object.entries(await artifacts({ chat, host })))('%s is up to date', (path, text) => {
    expect(read(path)).toBe(text)
  })

  it.each(clients)('the client in $folder is up to date', ({ folder, schema }) => {
    const generated = read(`${folder}/internal/class.ts`)
    const files = schema.endsWith('.prisma') ? [schema] : [`${schema}/chat.prisma`, `${schema}/host.prisma`]
    for (const file of files) expect(generated).toContain(JSON.stringify(read(file)).slice(1, -1))
  })

  it('the models for MySQL have the same fields, and only native types of their own', () => {
    expect(plain(read('prisma/chat.mysql.prisma'))).toBe(plain(chat))
  })
})

const plain = (models: string) =>
  models
    .replace(/^(\/\/ .*\n)+/, '')
    .replace(/ @db\.\w+(\(\d+\))?/g, '')
    .replace(/dbgenerated\("\('(.*?)'\)"\)/g, '"$1"')
    .replace(/ +/g, ' ')
    .replace(/ $/gm, '')
