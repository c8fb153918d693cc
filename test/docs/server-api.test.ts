import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { databases, type OpenDatabase, type TestDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { blockOf, execute } from '../readme.js'

const block = (name: string): string => blockOf('docs/server-api.md', `test/docs/server-api.test.ts: ${name}`)

const sqlite = databases.find(({ name }) => name === 'sqlite') as TestDatabase
let database: OpenDatabase
let host: TestHost

beforeEach(async () => {
  database = await sqlite.open()
  host = await startHost(database)
  await people(host, 'alice', 'bob')
})
afterEach(async () => {
  await host.close()
  await database.close()
})

describe('the page on the server-side API shows what runs:', () => {
  it('what your own code says, in your transaction, too', async () => {
    await database.prisma.user.create({ data: { id: 'bob', name: 'Bob' } })
    await execute(block('api'), { chat: host.chat })

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
    await execute(block('data'), {
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
})
