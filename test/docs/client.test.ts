import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import express from 'express'
import { type ChatClient, type ChatClientOptions, createChatClient, type ShownMessage } from 'express-chat/client'
import * as hooks from 'express-chat/react'
import { Window } from 'happy-dom'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { WebSocket } from 'ws'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { blockOf, execute } from '../readme.js'

const page = readFileSync('docs/client.md', 'utf8')
const block = (name: string): string => blockOf('docs/client.md', `test/docs/client.test.ts: ${name}`)

describe('what is shown of the client runs:', () => {
  const sqlite = databases.find(({ name }) => name === 'sqlite') as TestDatabase
  let database: OpenDatabase
  let host: TestHost
  /** Set as one test wants them. */
  const others: TestHost[] = []
  const otherHost = async (options: Parameters<typeof startHost>[1]) => {
    const other = await startHost(database, options)
    others.push(other)
    return other
  }

  beforeEach(async () => {
    database = await sqlite.open()
    host = await startHost(database)
    await people(host, 'alice', 'bob')
  })
  afterEach(async () => {
    for (const each of [...others.splice(0), host]) await each.close()
    await database.close()
  })

  it.each(['README.md', 'docs/client.md'])('%s, in a page of the host', async (page) => {
    const room = await host.chat.rooms.create('alice', { type: 'group', name: 'Shipping', userIds: ['bob'] })
    const clients: ChatClient[] = []
    const shown: string[] = []
    const [imported, ...lines] = blockOf(page, 'test/docs/client.test.ts: client').split('\n')
    expect(imported).toBe("import { createChatClient } from 'express-chat/client'")
    await execute(lines.join('\n'), {
      createChatClient(options: ChatClientOptions) {
        expect(options.url).toBe('/chat')
        const url = `${host.origin}${options.url}`
        const auth = async () => ({ 'x-user': String(await options.auth?.()) })
        const client = createChatClient({ ...options, url, auth, WebSocket })
        clients.push(client)
        return client
      },
      currentToken: async () => 'alice',
      roomId: room.id,
      show: (items: ShownMessage[]) => shown.push(`${items.at(-1)?.text} ${items.at(-1)?.state}`),
    })
    expect(shown.slice(-2)).toEqual(['Hello sending', 'Hello sent'])
    for (const client of clients) client.close()
  })

  it('a whole page without a framework, by the address of an order', async () => {
    const { chat, origin } = host
    const { room } = await chat.system.rooms.ensure({
      ...{ key: 'order:17', type: 'group', name: 'A lamp', userIds: ['bob', 'alice'], data: { price: 25 } },
    })
    await chat.messages.send('alice', room.id, { text: 'Is it the blue one?' })
    const unread = async () => (await chat.system.unread('bob')).messages
    expect(await unread()).toBe(1)

    const [, html = '', script = ''] = /^(.*)<script type="module">\n(.*)<\/script>\n$/s.exec(block('page')) ?? []
    const [imported, ...lines] = script.split('\n')
    expect(imported).toBe("import { createChatClient } from '/chat-client.js'")
    const window = new Window({ url: `${origin}/messages?order=17` })
    onTestFinished(() => window.happyDOM.close())
    const { document, localStorage, location } = window
    document.write(html)
    const visibility = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden' as never)
    await execute(lines.join('\n'), {
      ...{ document, localStorage, location },
      createChatClient(options: ChatClientOptions) {
        const auth = () => ({ 'x-user': 'bob' })
        const client = createChatClient({ ...options, url: `${origin}${options.url}`, auth, WebSocket })
        onTestFinished(() => client.close())
        return client
      },
    })
    const shown = (id: string) => document.getElementById(id)?.textContent
    const said = () => [...document.querySelectorAll('li')].map(({ textContent }) => textContent)
    await expect.poll(said).toEqual(['Alice: Is it the blue one?'])
    await expect.poll(() => ['unread', 'status', 'name', 'price'].map(shown)).toEqual(['1', 'live', 'A lamp', '25'])

    visibility.mockReturnValue('visible' as never)
    document.dispatchEvent(new window.Event('visibilitychange'))
    await expect.poll(() => shown('unread')).toBe('0')
    await expect.poll(unread).toBe(0)

    const write = (text: string) => {
      Object.assign(document.getElementById('text') as object, { value: text })
      document.getElementById('form')?.dispatchEvent(new window.Event('submit'))
    }
    write(' ')
    write('It is')
    expect(said()).toEqual(['Alice: Is it the blue one?', 'Bob: It is …'])
    await expect.poll(said).toEqual(['Alice: Is it the blue one?', 'Bob: It is'])
    await chat.system.rooms.update(room.id, { data: { price: 20 } })
    await expect.poll(() => shown('price')).toBe('20')
    await chat.system.messages.send(room.id, { text: 'It was shipped' })
    await chat.eraseUser('alice', { messages: 'delete' })
    await expect.poll(said).toEqual(['Deleted user: This was deleted', 'Bob: It is', 'It was shipped'])
  })

  it('the client served as one file, for pages without a bundler', async () => {
    const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
    const file = pathToFileURL(resolve('src/client/index.ts'))
    const resolved = (specifier: string) => {
      expect(exports[specifier.replace('express-chat', '.')].import.default).toBe('./dist/client.js')
      return file.href
    }
    const code = block('served').replace('import.meta.resolve', 'resolved')
    await execute(code, { app: host.app, express, fileURLToPath, resolved })
    const answer = await fetch(`${host.origin}/chat-client.js`)
    expect([answer.status, await answer.text()]).toEqual([200, readFileSync(file, 'utf8')])
  })

  describe('the page on the client, of people who want to be kept apart,', () => {
    const clientOf = (of: TestHost, userId: string): ChatClient => {
      const client = createChatClient({ url: `${of.origin}/chat`, auth: () => ({ 'x-user': userId }), WebSocket })
      onTestFinished(() => client.close())
      client.connect()
      return client
    }

    it('in their rooms and beyond', async () => {
      const asking = await otherHost({ contact: (from) => (from === 'alice' ? true : 'ask') })
      await people(asking, 'carol', 'dave', 'erin')
      const { rooms, messages } = asking.chat
      const room = await rooms.create('alice', { type: 'group', name: 'Us', userIds: ['bob', 'carol'] })
      const { id: messageId } = await messages.send('bob', room.id, { text: 'Buy now' })
      for (const asker of ['dave', 'erin']) await rooms.create(asker, { type: 'private', userIds: ['alice'] })
      const client = clientOf(asking, 'alice')
      const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString()
      const scope = { client, room: client.room(room.id), messageId, inAnHour: hours(1), tomorrow: hours(24) }
      await execute(block('safety'), scope)

      const { system, requests } = asking.chat
      expect((await system.members.get(room.id, 'bob')).silencedUntil).toBe(scope.inAnHour)
      expect((await asking.chat.bans.list('alice', room.id)).items).toMatchObject([
        { user: { id: 'carol' }, reason: 'spam', until: scope.tomorrow },
      ])
      expect((await system.rooms.get(room.id)).slowModeSeconds).toBe(30)
      expect(client.blocks.getSnapshot().items.map(({ user }) => user.id)).toEqual(['bob'])
      expect((await system.reports.list()).items).toMatchObject([{ messageId, reason: 'spam', reporterId: 'alice' }])
      expect((await requests.list('alice')).items).toEqual([])
      const { items } = await rooms.list('alice', { type: 'private' })
      expect(items.map(({ peer }) => peer?.id)).toEqual(['dave'])
    })

    it('and of what they keep, and whom they let in', async () => {
      const on = await otherHost({ editHistory: 'members' })
      const room = await on.chat.rooms.create('alice', { type: 'group', name: 'Us', userIds: ['bob'] })
      const { id: messageId } = await on.chat.messages.send('bob', room.id, { text: 'The key is under the mat' })
      await people(on, 'carol')
      const scope = { room: clientOf(on, 'alice').room(room.id), messageId, friend: clientOf(on, 'carol') }
      await execute(block('rooms'), scope)
      expect((await on.chat.pins.list('bob', room.id)).items.map(({ id }) => id)).toEqual([messageId])
      expect(await on.chat.system.rooms.get(room.id)).toMatchObject({ memberCount: 3, readReceipts: false })
    })

    it('by their moderators', async () => {
      const moderated = await otherHost({ isModerator: ({ id }) => id === 'dave' })
      const { rooms, messages, system } = moderated.chat
      const room = await rooms.create('alice', { type: 'group', name: 'Us', userIds: ['bob'] })
      for (const text of ['Buy now', 'Hello']) {
        const { id } = await messages.send('bob', room.id, { text })
        await messages.report('alice', room.id, id, { reason: 'spam' })
      }
      const client = clientOf(moderated, 'dave')
      await execute(block('moderation'), {
        client,
        isSpam: (text: string) => /Buy/.test(text),
      })

      const { items } = await system.reports.list()
      expect(items.map(({ copy, status, note }) => [copy.text, status, note])).toEqual([
        ['Hello', 'dismissed', null],
        ['Buy now', 'resolved', 'Banned'],
      ])
      const said = (await messages.list('alice', room.id)).items.filter(({ kind }) => kind === 'user')
      expect(said.map(({ text, deletedAt }) => [text, deletedAt !== null])).toEqual([
        ['', true],
        ['Hello', false],
      ])
      expect((await client.moderation.audit({ action: 'member.banned' })).items).toMatchObject([{ userId: 'bob' }])
    })
  })
})

describe('the page on the client names', () => {
  it('every hook', () => {
    const existing = Object.keys(hooks).filter((name) => name.startsWith('use'))
    expect(existing.filter((name) => !page.includes(`\`${name}`) && !page.includes(`${name}(`))).toEqual([])
  })

  it('every way of the client to keep people apart', () => {
    const { blocks, requests, moderation, room } = createChatClient({ url: 'http://chat.test', WebSocket })
    const ways = { blocks, requests, moderation, bans: room('x').bans, 'moderation.room': moderation.room('x') }
    const isNamed = (noun: string, way: string) =>
      [`${noun}.${way}(`, ...(noun === 'moderation.room' ? [`room.${way}(`, `\`${way}\``] : [])].some((each) =>
        page.includes(each),
      )
    const missing = Object.entries(ways).flatMap(([noun, api]) =>
      Object.keys(api).flatMap((way) => (isNamed(noun, way) || /subscribe|Snapshot/.test(way) ? [] : `${noun}.${way}`)),
    )
    expect(missing).toEqual([])
  })
})
