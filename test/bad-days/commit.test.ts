import { describe, expect, it, onTestFinished } from 'vitest'
import { type Moment, TcpProxy } from '../breakable/proxy.js'
import { clientsOf } from '../databases/clients.js'
import { databases, type TestDatabase } from '../databases.js'
import { people, startHost } from '../host.js'
import { longMs } from '../patience.js'
import { givenDatabase, givenGroup, quietLogger, ready } from '../realtime/given.js'
import { followed } from '../realtime/stream.js'

/** A host whose way to its database can be cut. */
async function givenHostBehindProxy(on: TestDatabase) {
  const { prisma, url } = await givenDatabase(on)
  const { hostname, port } = new URL(url)
  const proxy = await TcpProxy.open(Number(port || (on.name === 'mysql' ? 3306 : 5432)), hostname)
  onTestFinished(() => proxy.close())
  const byProxy = Object.assign(new URL(url), { hostname: '127.0.0.1', port: String(proxy.port) })
  const cuttable = (await clientsOf(on.name))(byProxy.href)
  onTestFinished(() => cuttable.$disconnect())
  const host = await startHost({ prisma: cuttable }, { logger: quietLogger() })
  onTestFinished(() => host.close())
  await people(host, 'alice', 'bob')
  const roomId = await givenGroup(host, 'alice', 'bob')
  const stored = (text: string) => prisma.chatMessage.count({ where: { text } })
  /** Who has just come is written down at its own time, and that commit is not the one to cut. */
  const present = () => expect.poll(() => prisma.chatPresence.count()).toBe(1)
  return { host, proxy, roomId, stored, present }
}

describe.each(databases.filter(({ name }) => name !== 'sqlite'))('a connection that is cut, on $name', (on) => {
  const cases: { moment: Moment; status: number[] }[] = [
    { moment: 'before', status: [503] },
    { moment: 'during', status: [201, 503] },
    { moment: 'after', status: [201] },
  ]

  it.each(cases)('$moment the commit: the answer is true, and nothing is there twice', async ({ moment, status }) => {
    const { host, proxy, roomId, stored, present } = await givenHostBehindProxy(on)
    const bob = await ready(host, 'bob')
    await present()
    for (let n = 1; n <= 5; n += 1) {
      void proxy.cutAtCommit(moment)
      // Without a clientId: nothing but the truth keeps a retry from being a second message.
      const answer = await host.as('alice').post(`/rooms/${roomId}/messages`, { text: `message ${n}` })
      expect(status).toContain(answer.status)
      if (answer.status === 503) {
        expect(answer.body).toMatchObject({ code: 'unavailable' })
        expect(answer.headers.get('retry-after')).toBe('1')
      }
      expect(await stored(`message ${n}`)).toBe(answer.status === 201 ? 1 : 0)
    }
    expect(proxy.cuts).toBe(5)
    await host.as('alice').post(`/rooms/${roomId}/messages`, { text: 'the end' })
    await bob.until(() => bob.events(roomId).at(-1)?.message?.text === 'the end', 'the last message')
    followed(bob.frames, roomId, bob.frames[0].rooms[roomId].revision)
  })

  it('while many write: who is refused is not stored, and who is answered once', { timeout: longMs }, async () => {
    const { host, proxy, roomId, stored } = await givenHostBehindProxy(on)
    const moments: Moment[] = ['before', 'after', 'during']
    let n = 0
    const writer = async () => {
      for (let turn = 0; turn < 15; turn += 1) {
        n += 1
        const text = `many ${n}`
        if (n % 10 === 0) void proxy.cutAtCommit(moments[(n / 10) % 3] as Moment)
        const { status } = await host.as('alice').post(`/rooms/${roomId}/messages`, { text })
        expect(await stored(text)).toBe(status === 201 ? 1 : 0)
      }
    }
    await Promise.all(Array.from({ length: 8 }, writer))
    expect(proxy.cuts).toBeGreaterThan(5)
    const { body } = await host.as('alice').get(`/rooms/${roomId}/messages?limit=100`)
    const seqs = body.items.map((message: { seq: number }) => message.seq)
    expect(seqs).toEqual(seqs.map((_: number, index: number) => seqs[0] + index))
  })

  it('after the commit of anything else: 503, and asked again it is done', async () => {
    const { host, proxy, roomId } = await givenHostBehindProxy(on)
    await host.chat.users.save({ id: 'carol', name: 'Carol' })
    void proxy.cutAtCommit('after')
    const add = () => host.as('alice').post(`/rooms/${roomId}/members`, { userId: 'carol' })
    expect((await add()).status).toBe(503)
    expect((await add()).status).toBe(200)
    const { body } = await host.as('alice').get(`/rooms/${roomId}`)
    expect(body.memberCount).toBe(3)
  })
})
