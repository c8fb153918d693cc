import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { mustRun } from '../package/run.js'

const here = fileURLToPath(new URL('../..', import.meta.url))
const copied = ['prisma', 'examples/prisma', 'examples/shop', 'test/mysql', 'bench/peers']
const folder = 'bench/peers/generated'

// Prisma's CLI takes seconds of the processor, which others use as well.
vi.setConfig({ testTimeout: 120_000 })

// What decides whether a client is made, of all of them, but nothing of the clients themselves.
let root: string
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'express-chat-clients-'))
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  symlinkSync(join(here, 'node_modules'), join(root, 'node_modules'))
  const isNeeded = (path: string) => !path.includes('/generated/') || path.endsWith('/generated/client.ts')
  for (const path of copied) cpSync(join(here, path), join(root, path), { recursive: true, filter: isNeeded })
  rmSync(join(root, folder), { recursive: true })
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const refresh = () => mustRun(root, process.execPath, 'prisma/clients.js')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

it('makes a client that is missing, in two processes at once as well, and leaves no draft', async () => {
  await Promise.all([refresh(), refresh()])
  expect(read(`${folder}/client.ts`)).toContain('export const PrismaClient')
  expect(read(`${folder}/models/Member.ts`)).toContain('MemberFindManyArgs')
  expect(readdirSync(join(root, 'bench/peers')).filter((name) => name.startsWith('generated'))).toEqual(['generated'])
})

it('touches none that is there', async () => {
  writeFileSync(join(root, folder, 'enums.ts'), 'untouched')
  await refresh()
  expect(read(`${folder}/enums.ts`)).toBe('untouched')
  expect(existsSync(join(root, 'prisma/generated/enums.ts'))).toBe(false)
})

it('makes one anew whose models have changed, without the files of those that are gone', async () => {
  const models = read('bench/peers/handler.prisma')
  writeFileSync(join(root, 'bench/peers/handler.prisma'), models.replace(/\bMember\b/g, 'Guest'))
  await refresh()
  expect(read(`${folder}/client.ts`)).toContain('export const PrismaClient')
  expect(readdirSync(join(root, folder, 'models'))).toEqual(['Guest.ts', 'Message.ts', 'Room.ts', 'User.ts'])
})

it('says what is wrong with models that are, and leaves no draft', async () => {
  writeFileSync(join(root, 'bench/peers/handler.prisma'), 'model Broken {')
  await expect(refresh()).rejects.toThrow(/validat/i)
  expect(readdirSync(join(root, 'bench/peers')).filter((name) => name.startsWith('generated'))).toEqual(['generated'])
})
