import { readFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import express from 'express'
import { createChatClient } from 'express-chat/client'
import { Window } from 'happy-dom'
import { expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { givenStorage } from '../media/given-storage.js'
import { blockOf, execute } from '../readme.js'
import { givenGroup, givenHost } from '../realtime/given.js'

const block = (name: string): string => blockOf('docs/privacy.md', `test/docs/privacy.test.ts: ${name}`)

it('the page on privacy shows how somebody gets their data', async () => {
  const store = givenStorage()
  onTestFinished(store.remove)
  const { chat } = await givenHost({ storage: store.storage })
  const roomId = await givenGroup({ chat }, 'alice', 'bob')
  await chat.messages.send('bob', roomId, { text: 'of Bob' })
  await chat.media.upload('bob', { filename: 'diary.txt', stream: Readable.from([Buffer.from('Dear diary')]) })
  const app = express()
  app.use((request, _response, next) => {
    Object.assign(request, { user: { id: 'bob' } })
    next()
  })
  await execute(block('export'), { app, chat, pipeline, Readable })
  const server = app.listen(0)
  onTestFinished(() => void server.close())
  const { port } = server.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/my-data`)
  expect(answer.headers.get('content-type')).toContain('ndjson')
  const lines = (await answer.text()).trim().split('\n')
  const types = lines.map((line) => JSON.parse(line).type)
  expect(types).toEqual(['user', 'room', 'message', 'file'])
  const appended: string[] = []
  const archive = {
    append: async (bytes: Readable, { name }: { name: string }) => appended.push(name, await text(bytes)),
  }
  await execute(block('files'), { chat, userId: 'bob', archive })
  await expect.poll(() => appended).toEqual([expect.stringMatching(/\/diary\.txt$/), 'Dear diary'])
})

it('the page on privacy shows how somebody is erased', async () => {
  const { chat, prisma } = await givenHost()
  const roomId = await givenGroup({ chat }, 'alice', 'bob')
  const { id } = await chat.messages.send('bob', roomId, { text: 'of Bob' })
  const printed: unknown[] = []
  const erasure = await execute(`${block('erase')}\nreturn erasure`, {
    ...{ chat, userId: 'bob', console: { log: (...words: unknown[]) => printed.push(words) } },
  })
  expect(erasure).toMatchObject({ userId: null, finishedAt: expect.any(String) })
  expect(printed).toEqual([])
  expect(await chat.messages.get('alice', roomId, id)).toMatchObject({ text: '', user: null })

  await prisma.user.create({ data: { id: 'alice', name: 'Alice' } })
  let remove: ((request: unknown, response: unknown) => Promise<void>) | undefined
  const app = { delete: (_path: string, route: typeof remove) => (remove = route) }
  await execute(block('account'), { chat, app })
  let status = 0
  await remove?.({ user: { id: 'alice' } }, { sendStatus: (given: number) => (status = given) })
  expect(status).toBe(204)
  expect(await prisma.user.count({ where: { id: 'alice' } })).toBe(0)
  await expect.poll(() => prisma.chatErasure.count({ where: { finishedAt: null } })).toBe(0)
  expect(await prisma.chatRoomUser.count()).toBe(0)
})

it('the page on privacy shows how SQLite lets go of the bytes of what was erased', async () => {
  const { chat, prisma } = await givenHost()
  const roomId = await givenGroup({ chat }, 'alice', 'bob')
  const word = 'a word of Bob alone'
  await chat.messages.send('bob', roomId, { text: word })
  const [{ file = '' } = {}] = await prisma.$queryRawUnsafe<{ file?: string }[]>('PRAGMA database_list')
  const holds = async () => {
    const files = await Promise.all([file, `${file}-wal`].map((path) => readFile(path, 'latin1')))
    return files.some((bytes) => bytes.includes(word))
  }
  await chat.eraseUser('bob', { messages: 'delete' })
  expect(await holds()).toBe(true)
  for (const line of block('vacuum').trim().split('\n')) await prisma.$queryRawUnsafe(line)
  expect(await holds()).toBe(false)
})

it('the page on privacy shows how what somebody has not sent leaves their browser', async () => {
  const host = await givenHost()
  const { chat, origin } = host
  const roomId = await givenGroup({ chat }, 'alice', 'bob')
  const { localStorage } = new Window({ url: 'http://localhost' })
  const auth = () => ({ 'x-user': 'bob' })
  const options = { url: `${origin}/chat`, auth, storage: localStorage, WebSocket }
  const client = createChatClient(options)
  onTestFinished(() => client.close())
  client.connect()
  await expect.poll(() => client.connection.getSnapshot().status).toBe('live')
  const room = client.room(roomId)
  room.draft.set('what Bob thinks')
  const socketsEnd = chat.close()
  await Promise.all([expect.poll(() => client.connection.getSnapshot().status).not.toBe('live'), socketsEnd])
  room.messages.send({ text: 'what Bob says' }).catch(() => undefined)
  const account = [`express-chat ${options.url}`, 'bob'].map(encodeURIComponent).join(' ')
  const kept = () => Object.keys(localStorage).map((key) => key.slice(0, account.length + 1))
  await expect.poll(() => kept().sort()).toEqual([`${account} `, `${account}/`])

  localStorage.setItem('theme', 'dark')
  const left: string[] = []
  await execute(block('devices'), { client, localStorage, location: { replace: (url: string) => left.push(url) } })
  expect([Object.keys(localStorage), left]).toEqual([['theme'], ['/']])
})

it('the page on privacy shows how messages go that are too old', async () => {
  const { chat, prisma } = await givenHost()
  let given: unknown
  const createChatRouter = (options: unknown) => {
    given = options
  }
  await execute(block('retention'), { createChatRouter, options: {} })
  expect(given).toEqual({ retention: { days: 365, types: { private: null } } })
  await execute(block('room'), { chat })
  expect(await prisma.chatRoom.findFirst({ where: { key: 'order:17' } })).toMatchObject({ retentionDays: 30 })
})
