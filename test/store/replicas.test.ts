import { readReplicas } from '@prisma/extension-read-replicas'
import { createChatRouter } from 'express-chat'
import { afterEach, describe, expect, it } from 'vitest'
import { databases, type OpenDatabase } from '../databases.js'
import { people, secret, startHost, userOfHeader } from '../host.js'
import { givenGroup, ready } from '../realtime/given.js'

type Prisma = OpenDatabase['prisma']

const opened: OpenDatabase[] = []
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()))
})

describe.each(databases.filter(({ name }) => name === 'postgresql'))('a client with a replica, on $name', (on) => {
  /** A primary, and a replica that lags behind so far that it has nothing yet. */
  async function given() {
    const [primary, replica] = await Promise.all([on.open(), on.open()])
    opened.push(primary, replica)
    return { primary: primary.prisma, replica: replica.prisma }
  }

  it('reads from its primary what was just written, and resumes from there', async () => {
    const { primary, replica } = await given()
    const prisma = primary
      .$extends(readReplicas({ replicas: [replica] }))
      .$extends({ client: { $isOurs: () => true } }) as unknown as Prisma & { $isOurs(): boolean }
    const host = await startHost({ prisma })
    await people(host, 'alice', 'bob')
    const roomId = await givenGroup(host, 'alice', 'bob')
    const bob = await ready(host, 'bob')
    const revision = (await host.chat.rooms.get('bob', roomId)).revision
    bob.terminate()
    const { id } = await host.chat.messages.send('alice', roomId, { text: 'hello' })
    expect(await host.chat.messages.get('bob', roomId, id)).toMatchObject({ text: 'hello' })
    expect((await host.as('bob').get(`/rooms/${roomId}/messages/${id}`)).status).toBe(200)
    const again = await host.socket('bob', { hello: { rooms: { [roomId]: revision } } })
    expect(await again.next('message.created')).toMatchObject({ message: { text: 'hello' } })
    await host.chat.transaction(async (tx, chat) => {
      // What the host's extensions add is there, too.
      expect((tx as typeof prisma).$isOurs()).toBe(true)
      await chat.messages.edit('alice', roomId, id, { text: 'hello, all' })
    })
    await host.close()
  })

  it('is refused where it reads from the replica and does not hand out its primary', async () => {
    const { primary, replica } = await given()
    const split = primary.$extends({
      query: {
        $allModels: {
          findUnique: ({ model, args }) =>
            Reflect.get(replica, model.charAt(0).toLowerCase() + model.slice(1)).findUnique(args),
        },
      },
    })
    const logger = { warn: () => undefined, error: () => undefined }
    const chat = createChatRouter({ resolveUser: userOfHeader, prisma: split as unknown as Prisma, secret, logger })
    await expect(chat.ready()).rejects.toThrow(/reads from another database than it writes to: .* \$primary\(\)/)
    await chat.close()
    expect(await primary.chatNode.count()).toBe(0)
  })
})
