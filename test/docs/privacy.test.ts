import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import express from 'express'
import { expect, it, onTestFinished } from 'vitest'
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
