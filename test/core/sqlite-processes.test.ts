import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createClient } from '@libsql/client'
import { PrismaLibSql } from '@prisma/adapter-libsql'
import { createChatRouter } from 'express-chat'
import { expect, it, onTestFinished } from 'vitest'
import { PrismaClient } from '../../examples/prisma/generated/client.js'
import { databases, type TestDatabase } from '../databases.js'
import { secret } from '../host.js'

const sqlite = databases.find(({ name }) => name === 'sqlite') as TestDatabase

/** Another process that writes to the file, and takes its time. */
const holder = (url: string, ms: number) => `
  import { createClient } from '@libsql/client'
  const transaction = await createClient({ url: '${url}' }).transaction('write')
  console.log('held')
  setTimeout(async () => {
    await transaction.rollback()
    console.log('released')
  }, ${ms})`

it('on SQLite, a write that another process is in the way of waits for it, and is there for all once it is answered', async () => {
  const database = await sqlite.open()
  onTestFinished(() => database.close())
  // As most hosts make it: without a word about time-outs.
  const prisma = new PrismaClient({ adapter: new PrismaLibSql({ url: database.url }) })
  onTestFinished(() => prisma.$disconnect())
  const chat = createChatRouter({ resolveUser: () => null, prisma, secret })
  onTestFinished(() => chat.close())
  await chat.ready()

  const other = spawn(process.execPath, ['--input-type=module', '--eval', holder(database.url, 300)])
  onTestFinished(() => void other.kill('SIGKILL'))
  await once(other.stdout, 'data')
  await chat.users.save({ id: 'alice', name: 'Alice' })
  const { id } = await chat.rooms.create('alice', { type: 'group', name: 'A group' })
  await chat.messages.send('alice', id, { text: 'Hello' })

  const third = createClient({ url: database.url })
  onTestFinished(() => third.close())
  const { rows } = await third.execute(
    "SELECT u.id, m.text FROM chat_users u JOIN chat_messages m ON m.user_id = u.id WHERE m.text = 'Hello'",
  )
  expect(rows).toMatchObject([{ id: 'alice', text: 'Hello' }])
  // Nothing holds the file still.
  await (await third.transaction('write')).rollback()
})

it('on SQLite, a time-out that the host chose stays', async () => {
  const database = await sqlite.open()
  onTestFinished(() => database.close())
  const prisma = new PrismaClient({ adapter: new PrismaLibSql({ url: database.url, timeout: 70 }) })
  onTestFinished(() => prisma.$disconnect())
  const chat = createChatRouter({ resolveUser: () => null, prisma, secret })
  onTestFinished(() => chat.close())
  await chat.ready()
  expect(await prisma.$queryRawUnsafe('PRAGMA busy_timeout')).toEqual([{ timeout: 70 }])
})
