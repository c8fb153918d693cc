import { existsSync, readFileSync } from 'node:fs'
import { type ChatClient, type ChatClientOptions, createChatClient, type ShownMessage } from 'express-chat/client'
import * as hooks from 'express-chat/react'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { databases, type OpenDatabase } from './databases.js'
import { people, startHost, type TestHost } from './host.js'
import { execute, readme, readmeBlock } from './readme.js'

describe('the README shows, whole and unchanged,', () => {
  it('the minimal example', () => {
    const path = 'examples/minimal/server.ts'
    expect(readmeBlock(path)).toBe(readFileSync(path, 'utf8'))
  })
})

describe('what the README shows runs:', () => {
  const sqlite = databases.find(({ name }) => name === 'sqlite') as (typeof databases)[number]
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

  it('the server-side API', async () => {
    await database.prisma.user.create({ data: { id: 'bob', name: 'Bob' } })
    await execute(readmeBlock('test/readme.test.ts: api'), { chat: host.chat })

    const [room] = (await host.chat.rooms.list('bob')).items
    const { items } = await host.chat.messages.list('bob', room?.id ?? '')
    expect(items.map(({ kind, user, text }) => [kind, user?.id, text])).toEqual(
      expect.arrayContaining([
        ['user', 'alice', 'Your parcel is on its way'],
        ['system', undefined, 'Order 17 was shipped'],
        ['user', 'bob', 'I am Bob B. now'],
      ]),
    )
    expect(await database.prisma.user.findUnique({ where: { id: 'bob' } })).toMatchObject({ name: 'Bob B.' })
  })

  it('rooms by their keys, data and bots', async () => {
    const hosts: TestHost[] = []
    const pier = { type: 'place', latitude: 54.3, longitude: 10.1 }
    await execute(readmeBlock('test/readme.test.ts: data'), {
      z,
      pier,
      options: {},
      createChatRouter: (options: Parameters<typeof startHost>[1]) => {
        expect(Object.keys(options?.data ?? {})).toEqual(['message'])
        expect(options?.data?.message?.['~standard'].validate(pier)).toEqual({ value: pier })
        hosts.push(host)
        return host.chat
      },
    })
    expect(hosts).toHaveLength(1)
    const [room] = (await host.chat.rooms.list('bob', { key: 'order:17' })).items
    expect(room).toMatchObject({ key: 'order:17', name: 'Order 17', data: { orderId: 17 }, me: { unreadCount: 1 } })
    const as = { name: 'Shop', avatarUrl: '/shop.svg' }
    expect(room?.lastMessage).toMatchObject({ text: 'Meet us here', data: pier, as, user: null })
  })

  it('the wire, as a page of the host would say it', async () => {
    const room = await host.chat.rooms.create('alice', { type: 'group', name: 'Shipping', userIds: ['bob'] })
    await host.chat.messages.send('bob', room.id, { text: 'Said while Alice was away' })
    const heard: string[] = []
    const sockets: WebSocket[] = []
    // What a browser does by itself: addresses are those of the page's own site.
    class PageSocket extends WebSocket {
      constructor(path: string, protocols: string[]) {
        super(host.origin.replace('http', 'ws') + path, protocols)
        this.on('message', (data) => heard.push(JSON.parse(data.toString()).type))
        sockets.push(this)
      }
    }
    const committed = new Promise((resolve) => {
      execute(readmeBlock('test/readme.test.ts: wire'), {
        fetch: (path: string, init: RequestInit) => fetch(host.origin + path, init),
        WebSocket: PageSocket,
        headers: { 'x-user': 'alice' },
        roomId: room.id,
        lastRevisionSeen: room.revision,
        console: { log: (_: string, message: unknown) => resolve(message) },
      })
    })
    expect(await committed).toMatchObject({ text: 'Hello', user: { id: 'alice' }, roomId: room.id })
    expect(heard.slice(0, 3)).toEqual(['welcome', 'message.created', 'ready'])
    expect((await host.chat.messages.list('bob', room.id)).items.at(-1)).toMatchObject({ text: 'Hello' })
    for (const socket of sockets) socket.terminate()
  })

  it('the client, in a page of the host', async () => {
    const room = await host.chat.rooms.create('alice', { type: 'group', name: 'Shipping', userIds: ['bob'] })
    const clients: ChatClient[] = []
    const shown: string[] = []
    const [imported, ...lines] = readmeBlock('test/readme.test.ts: client').split('\n')
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

  describe('the client, of people who want to be kept apart,', () => {
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
      await execute(readmeBlock('test/readme.test.ts: safety'), scope)

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
      await execute(readmeBlock('test/readme.test.ts: rooms'), scope)
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
      await execute(readmeBlock('test/readme.test.ts: moderation'), {
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

describe('the README names', () => {
  it('every option there is, and none that is not', () => {
    const [, section = ''] = /^## Options\n(.*?)^## /ms.exec(readme) ?? []
    const rows = [...section.matchAll(/^\| (`.*?) \| /gm)]
    const named = rows.flatMap(([, cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name))
    const [, body = ''] =
      /^export interface ChatOptions<.*?\{\n(.*?)^\}/ms.exec(readFileSync('src/options.ts', 'utf8')) ?? []
    const existing = [...body.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, name]) => name)
    expect(existing).toContain('resolveUser')
    expect(named.sort()).toEqual(existing.sort())
  })

  it('what `on` and `docs` take', () => {
    const row = (name: string) => new RegExp(`^\\| .*\`${name}\`.*`, 'm').exec(readme)?.[0]
    expect(row('on')).toContain('{ event, report }')
    expect(row('docs')).toContain('{ securitySchemes, contact }')
  })

  it('every hook', () => {
    const existing = Object.keys(hooks).filter((name) => name.startsWith('use'))
    expect(existing.filter((name) => !readme.includes(`\`${name}`) && !readme.includes(`${name}(`))).toEqual([])
  })

  it('every way of the client to keep people apart', () => {
    const [, section = ''] = /^## The client\n(.*?)^## /ms.exec(readme) ?? []
    const { blocks, requests, moderation, room } = createChatClient({ url: 'http://chat.test', WebSocket })
    const ways = { blocks, requests, moderation, bans: room('x').bans, 'moderation.room': moderation.room('x') }
    const isNamed = (noun: string, way: string) =>
      [`${noun}.${way}(`, ...(noun === 'moderation.room' ? [`room.${way}(`, `\`${way}\``] : [])].some((each) =>
        section.includes(each),
      )
    const missing = Object.entries(ways).flatMap(([noun, api]) =>
      Object.keys(api).flatMap((way) => (isNamed(noun, way) || /subscribe|Snapshot/.test(way) ? [] : `${noun}.${way}`)),
    )
    expect(missing).toEqual([])
  })

  it('the drivers that this repository itself overrides, and in the versions that it takes', () => {
    const { overrides, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8'))
    const shown = JSON.parse(`{${readmeBlock('test/readme.test.ts: overrides')}}`).overrides
    expect(overrides).toMatchObject(shown)
    expect(Object.keys(overrides).filter((name) => name.startsWith('@prisma/'))).toEqual(Object.keys(shown))
    for (const name of ['@libsql/client', 'mariadb']) {
      expect(readme).toContain(`${name}@${devDependencies[name].replace('^', '')}`)
    }
  })

  it('the versions of Node.js that package.json takes', () => {
    const { engines } = JSON.parse(readFileSync('package.json', 'utf8'))
    expect(engines.node).toBe('^20.19 || ^22.12 || >=24')
    expect(readme).toContain('20.19 or a later 20, 22.12 or a later 22, or 24 and newer')
  })

  it('only commands that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
    const named = [...readme.matchAll(/npm (?:run ([\w:]+)|(test))/g)].map(([, run, test]) => run ?? test)
    expect(named).toEqual(expect.arrayContaining(['demo', 'test', 'bench']))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
  })

  it('only files that exist', () => {
    const links = [...readme.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path = '']) => path)
    const shipped = [...readme.matchAll(/node_modules\/express-chat\/([\w./-]+)/g)].map(([, path = '']) => path)
    const sql = [...readme.matchAll(/\bprisma\/[\w./-]+\.sql\b/g)].map(([path]) => path)
    const models = [...readme.matchAll(/chat(?:\.mysql)?\.prisma/g)].map(([name]) => `prisma/${name}`)
    const paths = [...links, ...shipped, ...sql, ...models]
    expect(paths).toEqual(expect.arrayContaining(['docs/protocol.md', 'prisma/sqlite.sql', 'prisma/chat.mysql.prisma']))
    expect(paths.filter((path) => !existsSync(path))).toEqual([])
  })
})
