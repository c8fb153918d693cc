import { ChatClientError } from 'express-chat/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { givenGroup, revisionOf, say, sharedHost } from '../realtime/given.js'
import { givenClient, live, liveClient, shows, textsOf, until } from './given.js'

describe('a client', () => {
  const host = sharedHost()

  it('knows who it is, and its rooms with what is unread in each', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('alice', roomId, { text: 'Hello' })
    const bob = await liveClient(host, 'bob')
    expect(bob.me.getSnapshot()).toMatchObject({ id: 'bob', name: 'Bob' })
    const { items } = bob.rooms.getSnapshot()
    const room = items.find(({ id }) => id === roomId)
    expect(room).toMatchObject({ name: 'A group', me: { role: 'member' }, lastMessage: { text: 'Hello' } })
    expect(room).toEqual((await host.as('bob').get(`/rooms/${roomId}`)).body)
    expect(bob.room(roomId).unread.getSnapshot()).toBe(1)
  })

  it('shows a message while it is written, to others as it comes, and once', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = await Promise.all([liveClient(host, 'alice'), liveClient(host, 'bob')])
    await Promise.all([alice.room(roomId).messages.load(), bob.room(roomId).messages.load()])
    const states: string[] = []
    const { messages } = alice.room(roomId)
    messages.subscribe(() =>
      states.push(
        messages
          .getSnapshot()
          .items.map(({ state, key }) => `${state} ${key}`)
          .at(-1) ?? '',
      ),
    )
    const sent = await messages.send({ text: 'Hi', clientId: 'c1' })
    expect(sent).toMatchObject({ text: 'Hi', clientId: 'c1' })
    await shows(bob, roomId, 'Hi')
    await shows(alice, roomId, 'Hi')
    expect([...new Set(states)]).toEqual(['sending c1', 'sent c1'])
    expect(bob.room(roomId).unread.getSnapshot()).toBe(1)
    expect(alice.room(roomId).unread.getSnapshot()).toBe(0)
    bob.room(roomId).markRead()
    expect(bob.room(roomId).unread.getSnapshot()).toBe(0)
    await expect.poll(async () => (await host.as('bob').get(`/rooms/${roomId}`)).body.me.unreadCount).toBe(0)
  })

  it('tells of a room that one was added to, and of one that one was removed from', async () => {
    const bob = await liveClient(host, 'bob')
    const roomId = await givenGroup(host, 'alice', 'bob')
    await until(bob.room(roomId), ({ status }) => status === 'joined')
    await bob.room(roomId).messages.load()
    await bob.room(roomId).messages.send({ text: 'I am here' })
    await host.as('alice').delete(`/rooms/${roomId}/members/bob`)
    const left = await until(bob.room(roomId), ({ status }) => status === 'left')
    expect(left).toMatchObject({ reason: 'removed', room: { name: 'A group' } })
    expect(bob.room(roomId).messages.getSnapshot().items).toEqual([])
    expect(bob.rooms.getSnapshot().items.map(({ id }) => id)).not.toContain(roomId)
    await expect(bob.room(roomId).messages.send({ text: 'Still?' })).rejects.toMatchObject({ code: 'not_found' })
    // Added again, what the page asked for once is there again.
    await host.as('alice').post(`/rooms/${roomId}/members`, { userId: 'bob' })
    await until(bob.room(roomId).messages, ({ status, items }) => status === 'ready' && items.length > 1)
    // What could not be sent stays until its author decides what becomes of it.
    expect(textsOf(bob, roomId)).toEqual(['I am here', 'Still?'])
    expect(bob.room(roomId).messages.getSnapshot().items.at(-1)).toMatchObject({
      state: 'failed',
      error: { code: 'not_found' },
    })
  })

  it('asks nothing of a room that it was told it is not in any more, and everything once it is again', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const asked: string[] = []
    const counted: typeof fetch = (url, init) => {
      asked.push(String(url).replace(/^.*\/chat/, ''))
      return fetch(url, init)
    }
    const bob = await liveClient(host, 'bob', { fetch: counted })
    const room = bob.room(roomId)
    await Promise.all([room.messages.load(), room.members.load()])
    await host.as('alice').delete(`/rooms/${roomId}/members/bob`)
    await until(room, ({ status }) => status === 'left')
    asked.length = 0
    await Promise.all([room.load(), room.messages.load(), room.members.load()])
    expect(asked).toEqual([])
    await host.as('alice').post(`/rooms/${roomId}/members`, { userId: 'bob' })
    await until(room.messages, ({ status }) => status === 'ready')
    await until(room.members, ({ items }) => items.length === 2)
  })

  it('keeps the newest messages alone of a room that nobody looks at any more', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await say(host, 'alice', roomId, 180)
    const bob = await liveClient(host, 'bob')
    const { messages } = bob.room(roomId)
    const count = () => messages.getSnapshot().items.length
    const end = messages.subscribe(() => undefined)
    await messages.load()
    while (messages.getSnapshot().hasBefore) await messages.loadBefore(100)
    const all = count()
    expect(all).toBeGreaterThan(180)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    end()
    // Who mounts anew at once finds all of it.
    const again = messages.subscribe(() => undefined)
    vi.advanceTimersByTime(1_000)
    expect(count()).toBe(all)
    again()
    vi.advanceTimersByTime(999)
    expect(count()).toBe(all)
    vi.advanceTimersByTime(1)
    expect(count()).toBe(100)
    vi.useRealTimers()
    await host.chat.messages.send('alice', roomId, { text: 'Newer' })
    await until(bob.room(roomId), ({ room }) => room?.lastMessage?.text === 'Newer')
    expect(count()).toBe(100)
    expect(messages.getSnapshot()).toMatchObject({ hasBefore: true, hasAfter: false, status: 'ready' })
    // What was let go of is read again.
    while (messages.getSnapshot().hasBefore) await messages.loadBefore(100)
    expect(count()).toBe(all + 1)
  })

  it('replies, edits, deletes and reacts at once, and takes it back when it is refused', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = await Promise.all([liveClient(host, 'alice'), liveClient(host, 'bob')])
    await Promise.all([alice.room(roomId).messages.load(), bob.room(roomId).messages.load()])
    const { messages } = alice.room(roomId)
    const first = await messages.send({ text: 'First' })
    const reply = await messages.send({ text: 'Second', replyTo: first })
    expect(reply.replyTo).toMatchObject({ id: first.id, text: 'First' })
    const editing = messages.edit(first.id, 'First, edited')
    expect(messages.getSnapshot().items.map(({ text }) => text)).toContain('First, edited')
    await editing
    const shown = () => messages.getSnapshot().items.find(({ id }) => id === first.id)
    expect(messages.getSnapshot().items.find(({ id }) => id === reply.id)?.replyTo?.text).toBe('First, edited')
    const reacting = messages.react(first.id, '👍')
    expect(shown()).toMatchObject({ myReactions: ['👍'], reactions: [{ count: 1, userIds: ['alice'] }] })
    await reacting
    expect(shown()?.myReactions).toEqual(['👍'])
    await messages.unreact(first.id, '👍')
    expect(shown()).toMatchObject({ myReactions: [], reactions: [] })

    const theirs = bob.room(roomId).messages
    await until(theirs, ({ items }) => items.some(({ id }) => id === reply.id))
    const refused = theirs.edit(first.id, 'Not mine')
    const asBob = () => theirs.getSnapshot().items.find(({ id }) => id === first.id)
    expect(asBob()?.text).toBe('Not mine')
    const error = await refused.catch((caught) => caught)
    expect(error).toBeInstanceOf(ChatClientError)
    expect(error).toMatchObject({ code: 'forbidden', status: 403, isTransient: false })
    expect(asBob()?.text).toBe('First, edited')
    await messages.delete(first.id)
    expect(shown()).toMatchObject({ text: '', deletedAt: expect.any(String) })
    await until(theirs, () => asBob()?.deletedAt !== null)
    expect(theirs.getSnapshot().items.find(({ id }) => id === reply.id)?.replyTo?.text).toBe('')
  })

  it('shows at once whom an edit mentions, and takes it back when it is refused', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await liveClient(host, 'alice')
    const { messages } = alice.room(roomId)
    await messages.load()
    const { id } = await messages.send({ text: '@Bob', mentions: ['bob'] })
    const shown = () => messages.getSnapshot().items.find((item) => item.id === id)
    const edits = [
      [{ mentions: [] }, { text: '@Bob', mentions: [] }],
      [
        { text: '@Alice', mentions: ['alice'] },
        { text: '@Alice', mentions: ['alice'] },
      ],
      ['Nobody', { text: 'Nobody', mentions: ['alice'] }],
    ] as const
    for (const [changes, looks] of edits) {
      const edited = messages.edit(id, changes as Parameters<typeof messages.edit>[1])
      expect(shown()).toMatchObject(looks)
      expect(await edited).toMatchObject(looks)
      expect(shown()).toMatchObject(looks)
    }
    const refused = messages.edit(id, { mentions: ['erin'] })
    expect(shown()?.mentions).toEqual(['erin'])
    await expect(refused).rejects.toMatchObject({ code: 'invalid_request' })
    expect(shown()).toMatchObject({ text: 'Nobody', mentions: ['alice'] })
  })

  it('pages a long history both ways, and jumps into it without a hole in what it shows', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await say(host, 'alice', roomId, 230)
    const bob = await liveClient(host, 'bob')
    const { messages } = bob.room(roomId)
    await messages.load()
    const seqs = () => messages.getSnapshot().items.map(({ seq }) => seq)
    const from = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => first + n)
    const last = (await host.as('bob').get(`/rooms/${roomId}`)).body.lastMessageSeq
    expect(seqs()).toEqual(from(last - 49, last))
    await messages.loadBefore()
    expect(seqs()).toEqual(from(last - 99, last))
    // Where nothing is yet, the newest are.
    await messages.jumpTo(last + 1_000)
    expect(seqs()).toEqual(from(last - 99, last))
    await messages.jumpTo(40)
    expect(seqs()).toContain(40)
    expect(seqs()).toEqual(from(seqs()[0] as number, seqs().at(-1) as number))
    expect(messages.getSnapshot()).toMatchObject({ hasAfter: true, hasBefore: true })
    await messages.loadBefore(100)
    expect(seqs()[0]).toBe(1)
    expect(messages.getSnapshot().hasBefore).toBe(false)
    // Something new comes while the window is elsewhere, and is not shown there.
    await host.chat.messages.send('alice', roomId, { text: 'New' })
    await expect.poll(() => bob.room(roomId).unread.getSnapshot()).toBe(231)
    expect(messages.getSnapshot().hasAfter).toBe(true)
    while (messages.getSnapshot().hasAfter) await messages.loadAfter(100)
    expect(seqs()).toEqual(from(1, last + 1))
    await messages.jumpToLatest()
    expect(textsOf(bob, roomId).at(-1)).toBe('New')
  })

  it('shows who types, tells it every three seconds at most, and that it ended', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const [alice, bob] = await Promise.all([liveClient(host, 'alice'), liveClient(host, 'bob')])
    for (let n = 0; n < 20; n += 1) alice.room(roomId).typing.start()
    const typing = await until(bob.room(roomId).typing, (users) => users.length > 0)
    expect(typing).toMatchObject([{ id: 'alice', name: 'Alice' }])
    expect(alice.room(roomId).typing.getSnapshot()).toEqual([])
    alice.room(roomId).typing.stop()
    await until(bob.room(roomId).typing, (users) => users.length === 0)
  })

  it('watches the presence of all whom anybody watches', async () => {
    await givenGroup(host, 'alice', 'bob', 'carol')
    const alice = await liveClient(host, 'alice')
    const end = alice.presence.watch(['bob'])
    alice.presence.watch(['carol'])
    await until(alice.presence.of('bob'), (state) => state?.online === false)
    const bob = await liveClient(host, 'bob')
    await until(alice.presence.of('bob'), (state) => state?.online)
    bob.close()
    const gone = await until(alice.presence.of('bob'), (state) => state?.online === false)
    expect(gone?.lastSeenAt).toEqual(expect.any(String))
    end()
    await until(alice.presence.of('bob'), (state) => state === undefined)
    expect(alice.presence.of('carol').getSnapshot()).toMatchObject({ online: false })
  })

  it('makes, finds, previews, joins, changes, mutes, leaves and deletes rooms', async () => {
    const [alice, bob] = await Promise.all([liveClient(host, 'alice'), liveClient(host, 'bob')])
    const made = await alice.rooms.create({ type: 'group', name: 'Zebras', isPublic: true })
    const { id } = made
    expect(alice.room(id).getSnapshot().status).toBe('joined')
    expect(alice.room(id).can('canDeleteRoom')).toBe(true)
    expect((await bob.rooms.searchPublic('zebra')).items.map((room) => room.id)).toContain(id)
    await bob.room(id).load()
    expect(bob.room(id).getSnapshot()).toMatchObject({ status: 'preview', room: { name: 'Zebras' } })
    await bob.room(id).messages.load()
    expect(bob.room(id).messages.getSnapshot()).toMatchObject({ status: 'failed', error: { code: 'forbidden' } })
    await bob.room(id).join()
    expect(bob.room(id).getSnapshot().status).toBe('joined')
    await until(bob.room(id).messages, ({ status }) => status === 'ready')
    await alice.room(id).update({ name: 'Zebras!' })
    await until(bob.room(id), ({ room }) => room?.name === 'Zebras!')
    await alice.room(id).members.load()
    expect(
      alice
        .room(id)
        .members.getSnapshot()
        .items.map(({ user }) => user.id),
    ).toEqual(['alice', 'bob'])
    await alice.room(id).members.add({ userId: 'carol' })
    await alice.room(id).members.update('carol', { role: 'admin' })
    await until(alice.room(id).members, ({ items }) => items.some(({ role }) => role === 'admin'))
    await alice.room(id).members.remove('carol')
    await until(alice.room(id).members, ({ items }) => items.length === 2)
    await bob.room(id).mute(true)
    expect(bob.unread.getSnapshot().rooms).toBe(
      bob.rooms.getSnapshot().items.filter(({ me }) => me && !me.muted && me.unreadCount > 0).length,
    )
    expect((await host.as('bob').get(`/rooms/${id}`)).body.me.muted).toBe(true)
    await bob.room(id).leave()
    await until(bob.room(id), ({ status, reason }) => status === 'left' && reason === 'left')
    await alice.room(id).delete()
    await until(alice.room(id), ({ status, reason }) => status === 'left' && reason === 'deleted')
    await bob.room('no-such-room').load()
    expect(bob.room('no-such-room').getSnapshot().status).toBe('missing')
  })

  it('searches people and messages, and changes its profile', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await host.chat.messages.send('bob', roomId, { text: 'A needle in hay' })
    const alice = await liveClient(host, 'alice')
    expect((await alice.users.search('bo')).items.map(({ id }) => id)).toContain('bob')
    expect((await alice.room(roomId).messages.search('needle')).items).toMatchObject([{ text: 'A needle in hay' }])
    const [found] = (await alice.search({ q: 'needle', roomId, limit: 5 })).items
    expect(found).toMatchObject({ message: { text: 'A needle in hay' }, room: { id: roomId }, highlights: [[2, 8]] })
    await alice.me.update({ description: 'Busy' })
    expect(alice.me.getSnapshot()?.description).toBe('Busy')
    const aborted = new AbortController()
    aborted.abort()
    await expect(alice.users.search('x', { signal: aborted.signal })).rejects.toMatchObject({ code: 'aborted' })
    await expect(alice.users.get('nobody')).rejects.toMatchObject({ code: 'not_found', status: 404 })
  })

  it('keeps what did not change: an event in one room leaves all others, and all other messages, as they were', async () => {
    const [one, other] = await Promise.all([givenGroup(host, 'alice', 'bob'), givenGroup(host, 'alice', 'bob')])
    await say(host, 'alice', one, 5)
    const bob = await liveClient(host, 'bob')
    await Promise.all([bob.room(one).messages.load(), bob.room(other).messages.load(), bob.room(one).members.load()])
    const before = {
      list: bob.rooms.getSnapshot().items,
      items: bob.room(one).messages.getSnapshot().items,
      window: bob.room(other).messages.getSnapshot(),
      members: bob.room(other).members.getSnapshot(),
      typing: bob.room(one).typing.getSnapshot(),
    }
    const told = vi.fn()
    bob.room(other).messages.subscribe(told)
    bob.room(other).subscribe(told)
    bob.room(one).typing.subscribe(told)
    const { id } = before.items.at(-1) as { id: string }
    await host.as('alice').post(`/rooms/${one}/messages/${id}/reactions`, { reaction: '👍' })
    const { items } = await until(bob.room(one).messages, (window) => window.items !== before.items)
    expect(items.slice(0, -1).every((item, n) => item === before.items[n])).toBe(true)
    expect(items.at(-1)).not.toBe(before.items.at(-1))
    expect(bob.room(other).messages.getSnapshot()).toBe(before.window)
    expect(bob.room(other).members.getSnapshot()).toBe(before.members)
    expect(bob.room(one).typing.getSnapshot()).toBe(before.typing)
    const after = bob.rooms.getSnapshot().items
    const same = after.filter((room) => room.id !== one)
    expect(same.every((room) => before.list.includes(room))).toBe(true)
    expect(told).not.toHaveBeenCalled()
    expect(await revisionOf(host, one)).toBeGreaterThan(0)
  })

  it('keeps messages as they are while older ones are read before them', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    await say(host, 'alice', roomId, 80)
    const bob = await liveClient(host, 'bob')
    const { messages } = bob.room(roomId)
    await messages.load()
    const before = messages.getSnapshot().items
    await messages.loadBefore()
    const after = messages.getSnapshot().items
    expect(after.length).toBeGreaterThan(before.length)
    expect(before.every((message) => after.includes(message))).toBe(true)
  })

  it('says clearly that there is no WebSocket, and how to give it one', async () => {
    const without = () => givenClient(host, 'alice', { WebSocket: undefined })
    if (globalThis.WebSocket === undefined) expect(without).toThrow('npm install ws')
    else await live(without())
  })
})
