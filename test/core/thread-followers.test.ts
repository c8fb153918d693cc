import type { FollowedThread, Message, SendMessage, ThreadMe } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { listening } from './reading-back.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('following threads on $name', (database) => {
  const host = shareHost(database)

  const reply = (room: GivenRoom, userId: string, threadId: string, text: string, more: SendMessage = {}) =>
    room.say(userId, { text, threadId, ...more }) as Promise<Message>
  const meIn = async (room: GivenRoom, userId: string, id: string): Promise<ThreadMe> =>
    (await room.as(userId).get(`/messages/${id}/thread/me`)).body
  const threadsOf = async (userId: string, query = ''): Promise<FollowedThread[]> =>
    (await host.as(userId).get(`/threads${query}`)).body.items
  const nothing = { isFollowing: false, lastReadSeq: 0, unreadCount: 0, mentionCount: 0 }
  /** What somebody has, without the moment at which it was counted. */
  const counts = ({ lastSeq: _, revision: __, ...side }: ThreadMe) => side

  it('is done by who wrote the message, was mentioned in it, replied, or was mentioned in a reply, and by nobody else', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol', 'dave', 'erin')
    const root = await room.say('alice', { text: 'Dinner, @Bob?', mentions: ['bob'] })
    expect(counts(await meIn(room, 'alice', root.id))).toEqual(nothing)
    await reply(room, 'carol', root.id, 'And me?')
    await reply(room, 'carol', root.id, 'And @Dave?', { mentions: ['dave'] })
    const sides = Object.fromEntries(
      await Promise.all(
        ['alice', 'bob', 'carol', 'dave', 'erin'].map(async (id) => [id, counts(await meIn(room, id, root.id))]),
      ),
    )
    expect(sides).toEqual({
      alice: { isFollowing: true, lastReadSeq: 0, unreadCount: 2, mentionCount: 0 },
      bob: { isFollowing: true, lastReadSeq: 0, unreadCount: 2, mentionCount: 0 },
      carol: { isFollowing: true, lastReadSeq: 2, unreadCount: 0, mentionCount: 0 },
      dave: { isFollowing: true, lastReadSeq: 1, unreadCount: 1, mentionCount: 1 },
      erin: nothing,
    })
    const followers = await host.chat.system.threads.followers(room.id, root.id, { limit: 3 })
    expect(followers.items.map(({ id }) => id)).toEqual(['alice', 'bob', 'carol'])
    const { nextCursor } = followers
    const rest = await host.chat.system.threads.followers(room.id, root.id, { cursor: nextCursor ?? '' })
    expect(rest.items.map(({ id }) => id)).toEqual(['dave'])
  })

  it('counts what there is to read: replies of others that stand', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Count')
    const replies: Message[] = []
    for (const text of ['1', '2', '3', '4', '5']) replies.push(await reply(room, 'bob', root.id, text))
    await host.chat.system.messages.send(room.id, { text: '6', threadId: root.id })
    expect(await meIn(room, 'alice', root.id)).toMatchObject({ lastReadSeq: 0, unreadCount: 5 })
    await room.as('bob').delete(`/messages/${replies[3]?.id}`)
    expect((await meIn(room, 'alice', root.id)).unreadCount).toBe(4)
    const read = (lastReadSeq: number) => room.as('alice').patch(`/messages/${root.id}/thread/me`, { lastReadSeq })
    expect((await read(2)).body).toMatchObject({ lastReadSeq: 2, unreadCount: 2 })
    // It never goes back, nor beyond the last.
    expect((await read(1)).body).toMatchObject({ lastReadSeq: 2, unreadCount: 2 })
    expect((await read(1_000_000_000_000)).body).toMatchObject({ lastReadSeq: 6, unreadCount: 0 })
    await reply(room, 'bob', root.id, '7', { alsoInRoom: true })
    expect((await meIn(room, 'alice', root.id)).unreadCount).toBe(1)
    // An answer of one's own is read, and so is what stands above it.
    await reply(room, 'alice', root.id, '8')
    expect(await meIn(room, 'alice', root.id)).toMatchObject({ lastReadSeq: 8, unreadCount: 0 })
    // Who does not follow has no marker.
    const stranger = await givenGroup(host, 'alice', 'bob', 'carol')
    const other = await stranger.say('alice', 'Other')
    await reply(stranger, 'bob', other.id, 'Yes')
    const { body } = await stranger.as('carol').patch(`/messages/${other.id}/thread/me`, { lastReadSeq: 1 })
    expect(counts(body)).toEqual(nothing)
  })

  it('counts mentions above the marker, as they stand', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol', 'dave')
    const root = await room.say('alice', 'Mentions')
    const one = await reply(room, 'bob', root.id, '@Alice', { mentions: ['alice'] })
    await reply(room, 'bob', root.id, '@Alice @Carol', { mentions: ['alice', 'carol'], alsoInRoom: true })
    const three = await reply(room, 'bob', root.id, 'nobody')
    expect(await meIn(room, 'alice', root.id)).toMatchObject({ unreadCount: 3, mentionCount: 2 })
    expect(await meIn(room, 'carol', root.id)).toMatchObject({ unreadCount: 2, mentionCount: 1 })
    await room.as('bob').patch(`/messages/${three.id}`, { mentions: ['alice', 'dave'] })
    expect((await meIn(room, 'alice', root.id)).mentionCount).toBe(3)
    // Whom an edit mentions follows from there.
    expect(await meIn(room, 'dave', root.id)).toMatchObject({ isFollowing: true, unreadCount: 1, mentionCount: 1 })
    await room.as('bob').delete(`/messages/${one.id}`)
    expect((await meIn(room, 'alice', root.id)).mentionCount).toBe(2)
    await host.chat.threads.markRead('alice', room.id, root.id, 2)
    expect(await meIn(room, 'alice', root.id)).toMatchObject({ unreadCount: 1, mentionCount: 1 })
  })

  it('says at which revision it was counted, so that answers and events can overtake each other', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const root = await room.say('alice', 'When')
    const other = await room.say('alice', 'Meanwhile')
    expect(await meIn(room, 'carol', root.id)).toEqual({ ...nothing, lastSeq: 0, revision: other.revision })
    const first = await reply(room, 'bob', root.id, 'One')
    // The message that the thread is of takes the revision after it.
    expect(await meIn(room, 'alice', root.id)).toMatchObject({
      unreadCount: 1,
      lastSeq: 1,
      revision: first.revision + 1,
    })
    const second = await reply(room, 'bob', root.id, 'Two')
    const before = await meIn(room, 'alice', root.id)
    expect(before).toMatchObject({ unreadCount: 2, lastSeq: 2, revision: second.revision + 1 })
    await room.as('bob').delete(`/messages/${first.id}`)
    const after = await meIn(room, 'alice', root.id)
    expect(after).toMatchObject({ unreadCount: 1, lastSeq: 2 })
    expect(after.revision).toBeGreaterThan(before.revision)
    const read = await host.chat.threads.markRead('alice', room.id, root.id, 1)
    expect(read).toEqual({ ...after, lastReadSeq: 1 })
    expect(await meIn(room, 'carol', root.id)).toEqual({ ...nothing, lastSeq: 2, revision: after.revision })
  })

  it('lists threads, those with the last reply first, with what is unread in each', async () => {
    const [one, two] = [await givenGroup(host, 'dave', 'erin'), await givenGroup(host, 'dave', 'erin')]
    const roots: Message[] = []
    for (const [n, room] of [one, two, one, two].entries()) {
      const root = await room.say('dave', `Thread ${n}`)
      roots.push(root)
      await reply(room, 'erin', root.id, 'Yes')
    }
    await reply(two, 'erin', roots[1]?.id ?? '', 'Once more')
    await reply(one, 'dave', roots[2]?.id ?? '', 'Mine')
    // They follow some of other tests as well.
    const ofThese = (items: FollowedThread[]) => items.filter(({ room }) => [one.id, two.id].includes(room.id))
    const texts = (items: FollowedThread[]) => ofThese(items).map(({ message }) => message.text)
    const items = ofThese(await threadsOf('dave'))
    expect(texts(items)).toEqual(['Thread 2', 'Thread 1', 'Thread 3', 'Thread 0'])
    expect(items.map(({ me }) => me.unreadCount)).toEqual([0, 2, 1, 1])
    expect(items[1]).toEqual({
      message: (await two.as('dave').get(`/messages/${roots[1]?.id}`)).body,
      room: { id: two.id, name: 'A group' },
      me: await meIn(two, 'dave', roots[1]?.id ?? ''),
    })
    expect(texts(await threadsOf('dave', '?unread=true'))).toEqual(['Thread 1', 'Thread 3', 'Thread 0'])
    const paged: string[] = []
    let cursor: string | undefined
    do {
      const page = await host.chat.threads.followed('dave', { limit: 3, ...(cursor ? { cursor } : {}) })
      expect(page.items.length).toBeLessThanOrEqual(3)
      paged.push(...texts(page.items))
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    expect(paged).toEqual(texts(items))
  })

  it('ends with leaving the room, and with the room, and begins again on coming back', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('bob', 'In and out')
    await reply(room, 'alice', root.id, 'Yes')
    const isListed = async () => (await threadsOf('bob')).some(({ message }) => message.id === root.id)
    expect(await isListed()).toBe(true)
    await room.as('bob').delete('/members/me')
    expect(await isListed()).toBe(false)
    expect((await room.as('bob').get(`/messages/${root.id}/thread/me`)).status).toBe(404)
    expect((await host.chat.system.threads.followers(room.id, root.id)).items.map(({ id }) => id)).toEqual(['alice'])
    await room.as('alice').post('/members', { userId: 'bob' })
    expect(await isListed()).toBe(true)
    await room.as('alice').delete('')
    expect(await isListed()).toBe(false)
  })

  it('is stopped and begun by hand, and begun again by a mention or a reply of one’s own', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const root = await room.say('alice', 'By hand')
    await reply(room, 'bob', root.id, 'One')
    const following = `/messages/${root.id}/thread/following`
    // Whoever comes by themselves has read what is there.
    expect(counts((await room.as('carol').put(following)).body)).toEqual({
      ...nothing,
      isFollowing: true,
      lastReadSeq: 1,
    })
    expect((await room.as('alice').delete(following)).status).toBe(204)
    const two = await reply(room, 'bob', root.id, 'Two')
    expect(await meIn(room, 'alice', root.id)).toMatchObject({ isFollowing: false })
    // Whoever looks at it all the same is not kept account of.
    const read = await room.as('alice').patch(`/messages/${root.id}/thread/me`, { lastReadSeq: two.threadSeq })
    expect(read.body).toMatchObject({ isFollowing: false, lastReadSeq: 0, unreadCount: 2 })
    expect((await threadsOf('alice')).some(({ message }) => message.id === root.id)).toBe(false)
    await reply(room, 'bob', root.id, '@Alice', { mentions: ['alice'] })
    expect(await meIn(room, 'alice', root.id)).toMatchObject({ isFollowing: true, unreadCount: 3, mentionCount: 1 })
    await host.chat.threads.unfollow('alice', room.id, root.id)
    // By themselves again, they have read what came meanwhile.
    expect(await host.chat.threads.follow('alice', room.id, root.id)).toMatchObject({ lastReadSeq: 3, unreadCount: 0 })
    await host.chat.threads.unfollow('alice', room.id, root.id)
    await reply(room, 'alice', root.id, 'Stop')
    expect(await meIn(room, 'alice', root.id)).toMatchObject({ isFollowing: true, lastReadSeq: 4 })
    // Whoever stops before the first reply stays away from it.
    const other = await room.say('alice', 'Not this one')
    await host.chat.threads.unfollow('alice', room.id, other.id)
    await reply(room, 'bob', other.id, 'Well')
    expect(await meIn(room, 'alice', other.id)).toMatchObject({ isFollowing: false })
    const answer = await reply(room, 'bob', other.id, 'Hm')
    for (const id of [answer.id, 'nowhere']) {
      expect((await room.as('carol').put(`/messages/${id}/thread/following`)).status, id).toBe(404)
    }
  })

  it('is told to one’s other devices', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const root = await room.say('alice', 'Devices')
    await reply(room, 'bob', root.id, 'One')
    const [alice, bob] = [await listening(host, 'alice'), await listening(host, 'bob')]
    await host.chat.threads.markRead('alice', room.id, root.id, 1)
    expect(await alice.next('thread.updated')).toEqual({
      ...{ type: 'thread.updated', roomId: room.id, messageId: root.id },
      me: { ...nothing, isFollowing: true, lastReadSeq: 1, lastSeq: 1, revision: root.revision + 2 },
    })
    await host.chat.threads.unfollow('alice', room.id, root.id)
    expect((await alice.next('thread.updated')).me).toMatchObject({ isFollowing: false })
    // Nobody else is told, and nothing takes a revision.
    const last = await room.say('alice', 'The end')
    await bob.until(() => bob.events(room.id).at(-1)?.revision === last.revision, 'the last')
    expect(bob.frames.some(({ type }) => type === 'thread.updated')).toBe(false)
    expect(last.revision).toBe(root.revision + 3)
  })
})
