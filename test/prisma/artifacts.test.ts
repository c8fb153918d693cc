import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { artifacts } from '../../prisma/artifacts.js'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

// Where one of these fails after the models were changed: `npm run generate`.
describe('what is written from chat.prisma', async () => {
  const chat = read('prisma/chat.prisma')

  it.each(Object.entries(await artifacts(chat)))('%s is up to date', (path, text) => {
    expect(read(path)).toBe(text)
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
