import type { Room } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { people, type TestHost } from '../host.js'
import { sharedHost } from '../realtime/given.js'
import { failure } from './answering.js'
import { givenLive } from './connecting.js'
import { liveClient, until } from './given.js'
import { givenLine } from './line.js'
import { roomOf, userOf } from './state/room-model.js'
import { pass } from './wire.js'

const createdAt = '2026-11-26T12:00:00.000Z'
const requestOf = (id: string): Room => roomOf(id, { me: null, request: { user: userOf('bob'), createdAt } })

let pairs = 0
async function givenStrangers(host: TestHost): Promise<[string, string]> {
  pairs += 1
  const pair: [string, string] = [`asking-${pairs}`, `asked-${pairs}`]
  await people(host, ...pair)
  return pair
}

describe('rooms that I am asked into', () => {
  const host = sharedHost({ contact: 'ask' })
  type Client = Awaited<ReturnType<typeof liveClient>>
  const shows = (client: Client, ...ids: string[]) =>
    until(
      client.requests,
      ({ items, status }) => status === 'ready' && items.map(({ id }) => id).join() === ids.join(),
      ids.join(),
    )

  it('show who asks and what they said, and are mine once I accept', async () => {
    const [asking, asked] = await givenStrangers(host)
    const [one, other] = [await liveClient(host, asking), await liveClient(host, asked)]
    await other.requests.load()
    expect(other.requests.getSnapshot()).toEqual({ items: [], status: 'ready', error: null })
    const { id } = await one.rooms.create({ type: 'private', userIds: [asked] })
    await one.room(id).messages.send({ text: 'Hey' })
    const { items } = await shows(other, id)
    expect(items).toMatchObject([{ id, peer: { id: asking }, request: { user: { id: asking } } }])
    expect(other.rooms.getSnapshot().items).toEqual([])
    expect(other.unread.getSnapshot()).toEqual({ rooms: 0, messages: 0, mentions: 0 })
    expect(await other.requests.accept(id)).toMatchObject({ id, me: { role: 'member' } })
    expect(other.requests.getSnapshot().items).toEqual([])
    expect(other.rooms.getSnapshot().items.map((room) => room.id)).toEqual([id])
    await other.room(id).messages.load()
    await other.room(id).messages.send({ text: 'Hey you' })
  })

  it('are gone in another tab, too, once they were answered, and whoever asked is not told of a refusal', async () => {
    const [asking, asked] = await givenStrangers(host)
    const asker = await liveClient(host, asking)
    const tabs = [await liveClient(host, asked), await liveClient(host, asked)] as const
    await Promise.all(tabs.map(({ requests }) => requests.load()))
    const { id } = await asker.rooms.create({ type: 'private', userIds: [asked] })
    await Promise.all(tabs.map((tab) => shows(tab, id)))
    await tabs[0].requests.refuse(id)
    expect(tabs[0].requests.getSnapshot().items).toEqual([])
    await shows(tabs[1])
    await asker.room(id).messages.send({ text: 'Are you there?' })
    expect(asker.room(id).getSnapshot()).toMatchObject({ status: 'joined' })
    expect(await failure(tabs[1].requests.accept(id))).toMatchObject({ code: 'not_found' })
    expect(tabs[1].rooms.getSnapshot().items).toEqual([])
  })

  it('are accepted in another tab, whose room it is then as well', async () => {
    const [asking, asked] = await givenStrangers(host)
    const tabs = [await liveClient(host, asked), await liveClient(host, asked)] as const
    await Promise.all(tabs.map(({ requests }) => requests.load()))
    const { id } = await host.chat.rooms.create(asking, { type: 'group', name: 'Us', userIds: [asked] })
    await Promise.all(tabs.map((tab) => shows(tab, id)))
    await tabs[0].requests.accept(id)
    await shows(tabs[1])
    await until(tabs[1].rooms, ({ items }) => items.some((room) => room.id === id))
  })

  it('are right again after a reconnect', async () => {
    const [asking, asked] = await givenStrangers(host)
    const line = await givenLine(host.origin)
    const client = await liveClient(line, asked)
    await client.requests.load()
    line.isUp = false
    line.cut()
    await until(client.connection, ({ status }) => status === 'reconnecting')
    const { id } = await host.chat.rooms.create(asking, { type: 'group', name: 'Us', userIds: [asked] })
    line.isUp = true
    client.wake()
    await shows(client, id)
  })

  it('tell whoever adds somebody that they were only asked, who is no member until they accept', async () => {
    const [asking, asked] = await givenStrangers(host)
    const client = await liveClient(host, asking)
    const { id } = await client.rooms.create({ type: 'group', name: 'Us' })
    const { members } = client.room(id)
    await members.load()
    expect(await members.add({ userId: asked })).toMatchObject({ isAsked: true, user: { id: asked } })
    expect(members.getSnapshot().items.map(({ user }) => user.id)).toEqual([asking])
    await host.as(asked).post(`/rooms/${id}/accept`, {})
    await until(members, ({ items }) => items.length === 2)
  })
})

describe('the list of rooms that I am asked into', () => {
  async function given() {
    const all = await givenLive()
    const { requests } = all.client
    all.wire.hold(/requests|accept|refuse/)
    const shown = () => {
      const { items, status, error } = requests.getSnapshot()
      return [items.map(({ id }) => id).join(), status, error?.code ?? null]
    }
    let answered = 0
    async function answer(...answer: Parameters<(typeof all.wire.held)[number]['answer']>) {
      all.wire.held[answered]?.answer(...answer)
      answered += 1
      await pass()
    }
    const page = (...ids: string[]) => answer(200, { items: ids.map(requestOf), nextCursor: null })
    const isAsked = () => all.wire.held.length > answered
    return { ...all, requests, shown, answer, page, isAsked }
  }

  it('that cannot be read says so, and is read when it is asked for again', async () => {
    const { requests, shown, answer, page } = await given()
    const loaded = requests.load()
    expect(shown()).toEqual(['', 'loading', null])
    await pass()
    await answer(503, { code: 'unavailable', status: 503 })
    await loaded
    expect(shown()).toEqual(['', 'failed', 'unavailable'])
    const again = requests.load()
    expect(shown()).toEqual(['', 'loading', null])
    await pass()
    await page('one')
    await again
    expect(shown()).toEqual(['one', 'ready', null])
  })

  it('that cannot be read is read by the next connection', async () => {
    const { wire, requests, shown, answer, page } = await given()
    void requests.load()
    await pass()
    await answer(500, { code: 'internal', status: 500 })
    expect(shown()).toEqual(['', 'failed', 'internal'])
    wire.socket.end(1012, '1')
    await pass(5_000)
    await page('one')
    expect(shown()).toEqual(['one', 'ready', null])
  })

  it('loses none that comes, and keeps none that goes, while it is being read', async () => {
    const { wire, requests, shown, page, isAsked } = await given()
    void requests.load()
    await pass()
    wire.socket.tell({ type: 'room.requested', room: requestOf('new') })
    expect(shown()).toEqual(['new', 'loading', null])
    await page('old')
    expect(isAsked()).toBe(true)
    wire.socket.tell({ type: 'room.left', roomId: 'new', reason: 'left' })
    await page('new', 'old')
    await page('old')
    expect(shown()).toEqual(['old', 'ready', null])
    expect(isAsked()).toBe(false)
  })

  it('is read once for all who ask for it, and not again while it is kept up to date', async () => {
    const { requests, page, isAsked } = await given()
    const both = [requests.load(), requests.load()]
    await pass()
    await page('one')
    await Promise.all(both)
    await requests.load()
    expect(isAsked()).toBe(false)
  })

  it('keeps what could not be answered', async () => {
    const { requests, shown, answer, page } = await given()
    void requests.load()
    await pass()
    await page('one')
    for (const task of [requests.accept('one'), requests.refuse('one')]) {
      const refused = failure(task)
      await pass()
      await answer(503, { code: 'unavailable', status: 503 })
      expect(await refused).toMatchObject({ code: 'unavailable' })
    }
    expect(shown()).toEqual(['one', 'ready', null])
  })
})
