import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenGroup, revisionOf, say } from '../realtime/given.js'
import { givenServers } from './given.js'
import { anotherSecret, givenReceiver, signingSecret, status } from './receiver.js'

const ascends = (numbers: number[]) => numbers.every((each, n) => n === 0 || each > (numbers[n - 1] as number))

describe.each(databases)('a webhook, on $name', (on) => {
  it('is sent each change once, in the order of the room, after the commit, and verified by standardwebhooks', async () => {
    const [servers, receiver] = [await givenServers(on), await givenReceiver()]
    const host = await servers.start({ webhooks: [receiver.webhook()] })
    const roomId = await givenGroup(host, 'alice', 'bob')
    await say(host, 'alice', roomId, 12)
    const undone = host.chat.transaction(async (_, chat) => {
      await chat.messages.send('alice', roomId, { text: 'undone' })
      throw new Error('rolled back')
    })
    await expect(undone).rejects.toThrow('rolled back')
    await host.chat.transaction((_, chat) => chat.messages.send('alice', roomId, { text: 'committed' }))
    await host.chat.rooms.update('alice', roomId, { name: 'Another' })
    const revision = await revisionOf(host, roomId)
    await receiver.until(() => receiver.received.at(-1)?.revision === revision)
    expect(receiver.texts(roomId)).toHaveLength(13)
    expect(receiver.texts(roomId).at(-1)).toBe('committed')
    expect(ascends(receiver.received.map((each) => each.revision))).toBe(true)
    expect(receiver.received.map(({ id }) => id)).toEqual(receiver.received.map((each) => `${roomId}_${each.revision}`))
    const types = new Set(receiver.received.map(({ type }) => type))
    expect([...types].sort()).toEqual(['member.added', 'message.created', 'room.updated'])
  })

  it('goes on where it was, in another place of the list and with another secret, and begins with what happens from now on', async () => {
    const servers = await givenServers(on)
    const [receiver, rotated] = [await givenReceiver(), await givenReceiver(anotherSecret)]
    const first = await servers.start({ webhooks: [receiver.webhook({ name: 'orders' })] })
    const roomId = await givenGroup(first, 'alice', 'bob')
    await first.chat.messages.send('alice', roomId, { text: '1' })
    await receiver.until(() => receiver.texts(roomId).length === 1)
    await first.close()
    const between = await servers.start({})
    await between.chat.messages.send('alice', roomId, { text: '2' })
    const added = receiver.webhook({ url: `${receiver.origin}/added` })
    const moved = rotated.webhook({ name: 'orders', secret: [signingSecret, anotherSecret] })
    const second = await servers.start({ webhooks: [added, moved] })
    await second.chat.messages.send('alice', roomId, { text: '3' })
    await rotated.until(() => rotated.texts(roomId).length === 2)
    expect(rotated.texts(roomId)).toEqual(['2', '3'])
    await receiver.until(() => receiver.received.some(({ path }) => path === '/added'))
    expect(receiver.received.filter(({ path }) => path === '/added').map(({ text }) => text)).toEqual(['3'])
  })

  it('ends with 410, on all servers and over restarts, until it is resumed with all that it missed', async () => {
    const [servers, receiver] = [await givenServers(on), await givenReceiver()]
    const webhooks = [receiver.webhook({ name: 'over' })]
    const [host, other] = [await servers.start({ webhooks }), await servers.start({ webhooks })]
    const [roomId, another] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice', 'bob')]
    const revision = await revisionOf(host, another)
    await receiver.until(() => receiver.received.some((each) => each.revision === revision && each.roomId === another))
    receiver.answer = status(410)
    await host.chat.messages.send('alice', roomId, { text: 'gone' })
    const isOver = async () => (await other.chat.subscriptions.list())[0]?.endedAt
    await expect.poll(isOver).toEqual(expect.any(String))
    receiver.answer = status(204)
    const asked = receiver.received.length
    await other.chat.messages.send('alice', another, { text: 'there' })
    await other.chat.messages.send('alice', roomId, { text: 'to nobody' })
    await Promise.all([host.close(), other.close()])
    const again = await servers.start({ webhooks })
    // Another webhook is told by then, and by the same looks at the database.
    const recorded: string[] = []
    await again.chat
      .subscribe('beside', ([event]) => void recorded.push(event?.roomId ?? ''), { from: 'start' })
      .ready()
    await expect.poll(() => new Set(recorded).size).toBe(2)
    expect(receiver.received).toHaveLength(asked)
    expect(await again.chat.subscriptions.failed('webhook:over')).toEqual({ items: [], nextCursor: null })
    await again.chat.subscriptions.resume('webhook:over')
    await receiver.until(
      () => receiver.texts(another).includes('there') && receiver.texts(roomId).includes('to nobody'),
    )
    expect(receiver.texts(roomId)).toEqual(['gone', 'gone', 'to nobody'])
    const resumed = again.chat.subscriptions.resume('webhook:over')
    await expect(resumed).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('a webhook', () => {
  it('posts what happens in one room one after the other, and in several rooms at once', async () => {
    const [servers, receiver] = [await givenServers(), await givenReceiver()]
    const host = await servers.start({ webhooks: [receiver.webhook({ types: ['message.created'], concurrency: 4 })] })
    const rooms = await Promise.all([1, 2, 3, 4].map(() => givenGroup(host, 'alice')))
    await receiver.until(() => receiver.received.length === rooms.length)
    const open = new Map<string, number>()
    let waiting: (() => void)[] | undefined = []
    let most = 0
    receiver.answer = ({ roomId }, response) => {
      const inRoom = (open.get(roomId) ?? 0) + 1
      open.set(roomId, inRoom)
      most = Math.max(most, inRoom)
      const answer = () => {
        open.set(roomId, inRoom - 1)
        response.writeHead(204).end()
      }
      if (!waiting) return answer()
      waiting.push(answer)
      // Nobody is answered before one of each room waits.
      if (waiting.length < rooms.length) return
      for (const each of waiting) each()
      waiting = undefined
    }
    await Promise.all(
      rooms.flatMap((roomId) => [1, 2, 3].map((n) => host.chat.messages.send('alice', roomId, { text: `${n}` }))),
    )
    await receiver.until(() => receiver.received.filter(({ text }) => text).length >= 12)
    expect(most).toBe(1)
    for (const roomId of rooms) expect(receiver.texts(roomId).toSorted()).toEqual(['1', '2', '3'])
  })

  it('is sent only the types and rooms that it names, and later nothing of the others', async () => {
    const [servers, receiver] = [await givenServers(), await givenReceiver()]
    const before = await servers.start({})
    const [named, not] = [await givenGroup(before, 'alice', 'bob'), await givenGroup(before, 'alice', 'bob')]
    const types = ['message.created'] as const
    const webhooks = [
      receiver.webhook({
        name: 'ids',
        url: `${receiver.origin}/ids`,
        types,
        rooms: { ids: [named], types: ['group'] },
      }),
      receiver.webhook({ name: 'types', url: `${receiver.origin}/types`, types, rooms: { types: ['private'] } }),
      receiver.webhook({ name: 'tenants', url: `${receiver.origin}/tenants`, types, rooms: { tenantIds: ['other'] } }),
    ]
    const host = await servers.start({ webhooks })
    const { id } = await host.chat.rooms.create('alice', { type: 'private', userIds: ['bob'] })
    for (const roomId of [not, named, id]) await host.chat.messages.send('alice', roomId, { text: roomId })
    await host.chat.rooms.update('alice', named, { description: 'not named' })
    const states = async () => (await host.chat.subscriptions.list()).map(({ behind }) => behind)
    await expect.poll(states).toEqual([0, 0, 0])
    const came = receiver.received.map(({ path, text }) => [path, text]).sort()
    expect(came).toEqual([
      ['/ids', named],
      ['/types', id],
    ])
    await host.close()
    const wider = await servers.start({ webhooks: [receiver.webhook({ name: 'ids', types })] })
    await wider.chat.messages.send('alice', not, { text: 'from now on' })
    await receiver.until(() => receiver.received.length > came.length)
    expect(receiver.received.at(-1)?.text).toBe('from now on')
  })

  it('that is slow holds up neither another one nor the chat, and keeps its place when it is taken out', async () => {
    const [servers, slow, quick] = [await givenServers(), await givenReceiver(), await givenReceiver()]
    const host = await servers.start({ webhooks: [slow.webhook({ name: 'slow', concurrency: 1 }), quick.webhook()] })
    slow.answer = () => undefined
    const rooms = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')] as [string, string]
    for (const roomId of rooms) await say(host, 'alice', roomId, 5)
    await quick.until(() => rooms.every((roomId) => quick.texts(roomId).length === 5))
    expect(slow.received).toHaveLength(1)
    await slow.shut()
    await host.close()
    const without = await servers.start({ webhooks: [] })
    expect((await without.chat.subscriptions.list()).find(({ name }) => name === 'webhook:slow')?.behind).toBe(2)
    await without.chat.subscriptions.delete('webhook:slow')
    expect((await without.chat.subscriptions.list()).map(({ name }) => name)).not.toContain('webhook:slow')
  })

  it('says when it happened, where the chat keeps that, and what else Standard Webhooks asks for', async () => {
    const [servers, receiver] = [await givenServers(), await givenReceiver()]
    const host = await servers.start({ webhooks: [receiver.webhook()] })
    const roomId = await givenGroup(host, 'alice', 'bob')
    const { id, createdAt } = await host.chat.messages.send('alice', roomId, { text: 'said' })
    await receiver.until(() => receiver.texts(roomId).length === 1)
    await host.chat.messages.delete('alice', roomId, id)
    const { deletedAt } = await host.chat.messages.get('alice', roomId, id)
    await receiver.until(() => receiver.received.at(-1)?.type === 'message.deleted')
    const [said, deleted] = receiver.received.filter(({ text }) => text !== undefined)
    expect([said?.timestamp, deleted?.timestamp]).toEqual([createdAt, deletedAt])
    expect(said?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-id': `${roomId}_${said?.revision}`,
      'webhook-timestamp': expect.stringMatching(/^\d{10}$/),
      'webhook-signature': expect.stringMatching(/^v1,[\w+/=]{44}$/),
    })
  })
})
