import { PrismaPg } from '@prisma/adapter-pg'
import { afterEach, describe, expect, it } from 'vitest'
import { PrismaClient as PostgresClient } from '../../examples/prisma/postgresql/generated/client.js'
import { schema } from '../databases/engines.js'
import { databases, type OpenDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { givenGroup } from '../realtime/given.js'

type Prisma = OpenDatabase['prisma']

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

describe.each(databases.filter(({ name }) => name === 'postgresql'))('hooks in chat.transaction on $name', (on) => {
  /** A client of the database whose pool has so many connections. */
  async function pooled(max: number): Promise<Prisma> {
    const database = await on.open()
    closing.push(() => database.close())
    const client = new PostgresClient({ adapter: new PrismaPg({ connectionString: database.url, max }, { schema }) })
    closing.push(() => client.$disconnect())
    return client as unknown as Prisma
  }

  async function given(
    prisma: Prisma,
    options: Parameters<typeof startHost>[1],
  ): Promise<TestHost & { roomId: string }> {
    const host = await startHost({ prisma }, options)
    closing.push(() => host.close())
    await people(host, 'alice', 'bob')
    return { ...host, roomId: await givenGroup(host, 'alice', 'bob') }
  }

  it('query with its client, on the one connection that there is, and see what it wrote', async () => {
    const prisma = await pooled(1)
    const orders: unknown[] = []
    const { chat, roomId } = await given(prisma, {
      before: {
        async message(_draft, about) {
          orders.push(await about.prisma.user.findUnique({ where: { id: 'order' }, select: { name: true } }))
        },
        async member(_draft, about) {
          orders.push(await about.prisma.user.count())
        },
        async room(_draft, about) {
          orders.push(await about.prisma.user.count())
        },
      },
      directory: {
        find: (ids, about) => about.prisma.user.findMany({ where: { id: { in: ids } } }),
        search: () => [],
      },
    })
    orders.length = 0
    await chat.messages.send('alice', roomId, { text: 'outside' })
    await chat.transaction(async (tx, inside) => {
      await tx.user.create({ data: { id: 'order', name: 'An order' } })
      await inside.messages.send('alice', roomId, { text: 'inside' })
      await inside.members.add('alice', roomId, { userId: 'order' })
      await inside.rooms.create('alice', { type: 'group', name: 'Orders' })
    })
    expect(orders).toEqual([null, { name: 'An order' }, 1, 1])
  })

  it('that query past it find a connection that is not ours, as long as there are two', async () => {
    const prisma = await pooled(2)
    const { chat, roomId } = await given(prisma, {
      before: { message: async () => void (await prisma.user.count()) },
    })
    const both = ['one', 'two'].map((text) =>
      chat.transaction((_tx, inside) => inside.messages.send('alice', roomId, { text })),
    )
    expect((await Promise.all(both)).map(({ text }) => text)).toEqual(['one', 'two'])
  })
})
