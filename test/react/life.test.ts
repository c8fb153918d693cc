import type { Me, Room } from 'express-chat'
import type { ChatClient } from 'express-chat/client'
import {
  ChatProvider,
  type Listing,
  type Uploads,
  useConnection,
  useMe,
  useMediaSource,
  useMembers,
  useMentions,
  useMessageSearch,
  useMessages,
  usePresence,
  usePublicRooms,
  useRoom,
  useRooms,
  useSearch,
  useTyping,
  useUnread,
  useUpload,
  useUser,
  useUserSearch,
} from 'express-chat/react'
import { createElement, Fragment, type ReactElement, StrictMode } from 'react'
import { describe, expect, it } from 'vitest'
import { messageOf, roomOf, userOf } from '../client/state/room-model.js'
import { givenWire, pass, type Wire } from '../client/wire.js'
import { act, render } from './render.js'

/** Two rooms that Alice has read. */
const rooms = () => [readRoom('room', 3), readRoom('other', 2, { name: 'Another' })]

function readRoom(id: string, seq: number, facts: Partial<Room> = {}): Room {
  const room = roomOf(id, { lastMessageSeq: seq, revision: seq, ...facts })
  return { ...room, me: room.me ? { ...room.me, lastReadSeq: seq } : null }
}

/** A component that does nothing but use a hook, and what the hook gave it last. */
function probeOf<Arg, T>(use: (arg: Arg) => T) {
  const probe = { renders: 0 } as { value: T; renders: number; of(arg: Arg): ReactElement }
  const Probe = ({ arg }: { arg: Arg }) => {
    probe.value = use(arg)
    probe.renders += 1
    return null
  }
  probe.of = (arg) => createElement(Probe, { arg })
  return probe
}

const later = (ms = 50) => act(() => pass(ms))

/** Renders below a provider, and lets what follows come. */
async function page(client: ChatClient, element: ReactElement, { isStrict = false } = {}) {
  const Around = isStrict ? StrictMode : Fragment
  const around = (child: ReactElement) => createElement(Around, null, createElement(ChatProvider, { client }, child))
  const { show, unmount } = await render(around(element))
  await later()
  return {
    async show(next: ReactElement) {
      await show(around(next))
      await later()
    },
    async unmount() {
      await unmount()
      await later()
    },
  }
}

const watched = (wire: Wire) => wire.said('presence.watch').map(({ userIds }) => userIds)

describe('ChatProvider', () => {
  it.each([false, true])('connects once while it is mounted, and not after it (StrictMode: %s)', async (isStrict) => {
    const wire = givenWire()
    const client = wire.client()
    const { unmount } = await page(client, createElement('p'), { isStrict })
    await later(60_000)
    expect(wire.sockets).toHaveLength(1)
    expect(client.connection.getSnapshot().status).toBe('live')
    await unmount()
    await later(200)
    expect(client.connection.getSnapshot().status).toBe('idle')
    await later(600_000)
    expect(wire.sockets.map(({ isClosed }) => isClosed)).toEqual([true])
  })

  it('lets go of a client that it is given no more, and connects the next one', async () => {
    const [first, second] = [givenWire(), givenWire()]
    const clients = [first.client(), second.client()] as const
    const connection = probeOf(() => useConnection())
    const element = (client: ChatClient) => createElement(ChatProvider, { client }, connection.of(null))
    const { show } = await render(element(clients[0]))
    await later()
    await show(element(clients[1]))
    await later(300)
    expect(clients.map((client) => client.connection.getSnapshot().status)).toEqual(['idle', 'live'])
    expect(connection.value.status).toBe('live')
  })

  it('connects when it is told to, and only then', async () => {
    const wire = givenWire()
    const client = wire.client()
    const element = (connect: boolean) => createElement(ChatProvider, { client, connect })
    const { show } = await render(element(false))
    await later()
    expect(wire.log).toEqual([])
    await show(element(true))
    await later()
    expect(client.connection.getSnapshot().status).toBe('live')
    await show(element(false))
    await later(300)
    expect(client.connection.getSnapshot().status).toBe('idle')
  })
})

describe('usePresence', () => {
  it.each([false, true])('watches whom it is given, and nobody once it is gone (StrictMode: %s)', async (isStrict) => {
    const wire = givenWire()
    wire.present = ['bob']
    const presence = probeOf((userId: string | undefined) => usePresence(userId))
    const { show, unmount } = await page(wire.client(), presence.of('bob'), { isStrict })
    expect(watched(wire).at(-1)).toEqual(['bob'])
    expect(presence.value?.online).toBe(true)
    await show(presence.of('carol'))
    expect(watched(wire).at(-1)).toEqual(['carol'])
    expect(presence.value?.online).toBe(false)
    await show(presence.of(undefined))
    expect(watched(wire).at(-1)).toEqual([])
    expect(presence.value).toBeUndefined()
    await show(presence.of('bob'))
    expect(watched(wire).at(-1)).toEqual(['bob'])
    await unmount()
    expect(watched(wire).at(-1)).toEqual([])
  })

  it('watches on for others who want to know of the same', async () => {
    const wire = givenWire()
    const presence = probeOf((userId: string) => usePresence(userId))
    const both = createElement(Fragment, null, presence.of('bob'), presence.of('bob'), presence.of('carol'))
    const { show } = await page(wire.client(), both)
    expect([...(watched(wire).at(-1) as string[])].sort()).toEqual(['bob', 'carol'])
    await show(createElement(Fragment, null, presence.of('bob')))
    expect(watched(wire).at(-1)).toEqual(['bob'])
  })

  it('follows who comes and goes, and knows nothing while nobody is heard', async () => {
    const wire = givenWire()
    const presence = probeOf((userId: string) => usePresence(userId))
    await page(wire.client(), presence.of('bob'))
    expect(presence.value).toMatchObject({ online: false })
    await act(async () => wire.socket.tell({ type: 'presence', userId: 'bob', online: true, lastSeenAt: null }))
    expect(presence.value).toEqual({ online: true, lastSeenAt: null })
    await act(async () => wire.socket.end(1006))
    expect(presence.value).toBeUndefined()
    wire.present = ['bob']
    await later(10_000)
    expect(presence.value).toMatchObject({ online: true })
  })
})

describe('useMessages, useMembers and useRoom', () => {
  it.each([false, true])(
    'load what they are given once, and again what they are given next (StrictMode: %s)',
    async (isStrict) => {
      const wire = givenWire(...rooms())
      const messages = probeOf((roomId: string | undefined) => useMessages(roomId))
      const members = probeOf((roomId: string | undefined) => useMembers(roomId))
      const room = probeOf((roomId: string | undefined) => useRoom(roomId))
      const all = (roomId: string | undefined) =>
        createElement(Fragment, null, messages.of(roomId), members.of(roomId), room.of(roomId))
      const asked = (what: string) => wire.log.filter((each) => each.startsWith(`GET /rooms/${what}`))
      const { show } = await page(wire.client(), all('room'), { isStrict })
      expect(messages.value.items.map(({ id }) => id)).toEqual(['room-1', 'room-2', 'room-3'])
      expect([messages.value.status, members.value.status, room.value.status]).toEqual(['ready', 'ready', 'joined'])
      expect(room.value.room?.name).toBe('A group')
      await show(all('other'))
      expect(messages.value.items.map(({ id }) => id)).toEqual(['other-1', 'other-2'])
      expect(room.value.room?.name).toBe('Another')
      await show(all(undefined))
      expect([messages.value, members.value, room.value]).toMatchObject([
        { items: [], status: 'idle', handle: null },
        { items: [], status: 'idle', handle: null },
        { room: null, status: 'loading', handle: null },
      ])
      await show(all('room'))
      expect(messages.value.items).toHaveLength(3)
      for (const what of ['room/messages', 'room/members', 'other/messages', 'other/members']) {
        expect(asked(what), what).toHaveLength(1)
      }
    },
  )

  it('show nothing of a room in another, however late it comes', async () => {
    const wire = givenWire(...rooms())
    const messages = probeOf((roomId: string) => useMessages(roomId))
    wire.hold(/GET .*messages/)
    const { show } = await page(wire.client(), messages.of('room'))
    await show(messages.of('other'))
    const [late, next] = wire.held
    next?.answer(200, { items: [messageOf('other', 2)], hasBefore: true, hasAfter: false })
    await later()
    late?.answer(200, { items: [messageOf('room', 3)], hasBefore: true, hasAfter: false })
    await later()
    expect(messages.value.items.map(({ id }) => id)).toEqual(['other-2'])
  })

  it('say that and why they could not be loaded, and load when they are asked to again', async () => {
    const wire = givenWire(...rooms())
    const messages = probeOf((roomId: string) => useMessages(roomId))
    wire.hold(/GET .*messages/)
    await page(wire.client(), messages.of('room'))
    expect(messages.value.status).toBe('loading')
    wire.held[0]?.answer(403, { code: 'forbidden', status: 403 })
    await later()
    expect(messages.value).toMatchObject({ status: 'failed', error: { code: 'forbidden' } })
    wire.hold()
    await act(async () => messages.value.handle.load())
    await later()
    expect(messages.value).toMatchObject({ status: 'ready', error: null })
  })

  it('ask what a room is that is not mine, and say that it is missing', async () => {
    const wire = givenWire()
    const room = probeOf((roomId: string) => useRoom(roomId))
    await page(wire.client(), room.of('public'))
    expect(room.value).toMatchObject({ status: 'missing', room: null })
  })

  it('render no more once they are gone', async () => {
    const wire = givenWire(...rooms())
    const messages = probeOf((roomId: string) => useMessages(roomId))
    const { show } = await page(wire.client(), messages.of('room'))
    await show(createElement('p'))
    const { renders } = messages
    const message = messageOf('room', 4, { revision: 4 })
    await act(async () => wire.socket.tell({ type: 'message.created', roomId: 'room', revision: 4, message }))
    expect(messages.renders).toBe(renders)
  })
})

describe('the hooks that follow what is known', () => {
  it('show it as it changes, and render for nothing else', async () => {
    const wire = givenWire(...rooms())
    const mine = probeOf(() => useMe())
    const list = probeOf(() => useRooms())
    const typing = probeOf((roomId: string | undefined) => useTyping(roomId))
    const total = probeOf(() => useUnread())
    const unread = probeOf((roomId: string | undefined) => useUnread(roomId))
    const user = probeOf((userId: string | undefined) => useUser(userId))
    const members = probeOf((roomId: string) => useMembers(roomId))
    const all = (roomId: string | undefined, userId: string | undefined) =>
      createElement(
        Fragment,
        null,
        ...[mine.of(null), list.of(null), typing.of(roomId), total.of(null), unread.of(roomId), user.of(userId)],
        members.of('room'),
      )
    const { show } = await page(wire.client(), all('room', 'bob'))
    expect(mine.value?.id).toBe('alice')
    expect(list.value.items.map(({ id }) => id).sort()).toEqual(['other', 'room'])
    expect([unread.value, total.value, typing.value, user.value]).toEqual([
      0,
      { rooms: 0, messages: 0, mentions: 0 },
      [],
      undefined,
    ])

    const said = messageOf('room', 4, { revision: 4, user: userOf('bob') })
    await act(async () => wire.socket.tell({ type: 'message.created', roomId: 'room', revision: 4, message: said }))
    const told = { role: 'owner', muted: false, lastReadSeq: 3, unreadCount: 1 }
    await act(async () =>
      wire.socket.tell({ type: 'me.updated', roomId: 'room', me: told, revision: 4, lastMessageSeq: 4 }),
    )
    expect([unread.value, total.value, user.value?.id]).toEqual([1, { rooms: 1, messages: 1, mentions: 0 }, 'bob'])
    const before = [mine.renders, user.renders, unread.renders]
    await act(async () => wire.socket.tell({ type: 'typing', roomId: 'room', userIds: ['bob'] }))
    expect(typing.value.map(({ id }) => id)).toEqual(['bob'])
    expect([mine.renders, user.renders, unread.renders]).toEqual(before)

    await show(all(undefined, undefined))
    expect([unread.value, typing.value, user.value]).toEqual([0, [], undefined])
    await show(all('other', 'alice'))
    expect([unread.value, typing.value, user.value?.id]).toEqual([0, [], 'alice'])
  })
})

describe('my rooms that I have put away', () => {
  it('are asked for once they are shown, and then follow what is known', async () => {
    const away = (isArchived: boolean) => ({ ...roomOf('away').me, isArchived, mentionCount: 2 }) as Me
    const wire = givenWire(...rooms(), roomOf('away', { me: away(true) }))
    const list = probeOf(() => useRooms())
    const archived = probeOf(() => useRooms({ archived: true }))
    const mentions = probeOf((roomId: string | undefined) => useMentions(roomId))
    const both = (...shown: ReactElement[]) => createElement(Fragment, null, list.of(null), ...shown)
    const { show } = await page(wire.client(), both())
    expect(wire.log.filter((what) => what.includes('archived'))).toEqual([])
    await show(both(archived.of(null), mentions.of('away')))
    expect(archived.value).toMatchObject({ status: 'ready', items: [{ id: 'away' }], hasMore: false })
    expect(mentions.value).toBe(2)
    await act(async () =>
      wire.socket.tell({ type: 'me.updated', roomId: 'away', me: away(false), revision: 1, lastMessageSeq: 0 }),
    )
    expect(archived.value.items).toEqual([])
    expect(list.value.items.map(({ id }) => id).sort()).toEqual(['away', 'other', 'room'])
    await act(() => archived.value.handle.loadMore())
    await show(both(mentions.of(undefined)))
    expect(mentions.value).toBe(0)
  })
})

describe('a search', () => {
  const listOf = (...names: string[]) => ({ items: names.map(userOf), nextCursor: null as string | null })
  const found = ({ items }: Listing<{ id: string }>) => items.map(({ id }) => id)

  it('asks once typing pauses, and for what was typed last', async () => {
    const wire = givenWire()
    const search = probeOf((q: string) => useUserSearch(q))
    const { show } = await page(wire.client(), search.of('b'))
    expect(search.value.isLoading).toBe(true)
    await show(search.of('bo'))
    await show(search.of('bob'))
    await later(200)
    const asked = wire.log.filter((what) => what.startsWith('GET /users'))
    expect(asked).toEqual(['GET /users?q=bob'])
    expect(search.value).toMatchObject({ isLoading: false, error: null, hasMore: false })
  })

  it('shows nothing of what was asked before, however late it comes, and cancels it', async () => {
    const wire = givenWire()
    const search = probeOf((q: string) => useUserSearch(q))
    wire.hold(/users/)
    const { show, unmount } = await page(wire.client(), search.of('b'))
    await later(200)
    await show(search.of('c'))
    // That it was cancelled is no failure.
    expect([search.value.error, search.value.isLoading]).toEqual([null, true])
    await later(200)
    const [late, next] = wire.held
    next?.answer(200, listOf('carol'))
    await later()
    late?.answer(200, listOf('bob'))
    await later()
    expect(found(search.value)).toEqual(['carol'])
    await show(search.of('d'))
    await later(200)
    await unmount()
    wire.held[2]?.answer(200, listOf('dave'))
    await later()
    expect(found(search.value)).toEqual(['carol'])
  })

  it('reads page after page, from the beginning when it is asked to, and no page twice at once', async () => {
    const wire = givenWire()
    const search = probeOf((q: string) => usePublicRooms(q))
    wire.hold(/rooms\/public/)
    await page(wire.client(), search.of('x'))
    await later(200)
    wire.held[0]?.answer(200, { items: [roomOf('one')], nextCursor: 'c1' })
    await later()
    expect([found(search.value), search.value.hasMore]).toEqual([['one'], true])
    await act(async () => search.value.loadMore())
    expect(search.value.isLoading).toBe(true)
    await act(async () => search.value.loadMore())
    expect(wire.held.map(({ what }) => what)).toEqual(['GET /rooms/public?q=x', 'GET /rooms/public?q=x&cursor=c1'])
    wire.held[1]?.answer(200, { items: [roomOf('two')], nextCursor: null })
    await later()
    expect([found(search.value), search.value.hasMore]).toEqual([['one', 'two'], false])
    await act(async () => search.value.loadMore())
    await act(async () => search.value.reload())
    wire.held[2]?.answer(200, { items: [roomOf('three')], nextCursor: null })
    await later()
    expect(wire.held).toHaveLength(3)
    expect(found(search.value)).toEqual(['three'])
  })

  it('says what went wrong, and keeps what it had', async () => {
    const wire = givenWire()
    const search = probeOf((q: string) => useUserSearch(q))
    wire.hold(/users/)
    await page(wire.client(), search.of('b'))
    await later(200)
    wire.held[0]?.answer(200, { ...listOf('bob'), nextCursor: 'c' })
    await later()
    await act(async () => search.value.loadMore())
    wire.held[1]?.answer(500, { code: 'internal', status: 500 })
    await later()
    expect([found(search.value), search.value.isLoading, search.value.error?.code]).toEqual([
      ['bob'],
      false,
      'internal',
    ])
    await act(async () => search.value.reload())
    expect(search.value.error).toBeNull()
  })

  it('of messages finds nothing where nothing is asked for, and forgets what it found', async () => {
    const wire = givenWire()
    const search = probeOf((q: string) => useMessageSearch('room', q))
    wire.hold(/messages\?q/)
    const { show } = await page(wire.client(), search.of(' '))
    await later(200)
    expect([wire.held.length, search.value.isLoading]).toEqual([0, false])
    await show(search.of('x'))
    await later(200)
    wire.held[0]?.answer(200, { items: [messageOf('room', 2)], nextCursor: null })
    await later()
    expect(found(search.value)).toEqual(['room-2'])
    await show(search.of(''))
    expect(found(search.value)).toEqual([])
  })

  it('of all rooms asks for what is given, and goes on over pages that are empty', async () => {
    const wire = givenWire()
    const search = probeOf((filter: Parameters<typeof useSearch>[0]) => useSearch(filter))
    wire.hold(/messages\/search/)
    const { show } = await page(wire.client(), search.of({ q: ' ', roomId: 'room' }))
    await later(200)
    expect([wire.held.length, search.value.isLoading]).toEqual([0, false])
    await show(search.of({ q: 'x', roomId: 'room', has: 'media' }))
    await later(200)
    wire.held[0]?.answer(200, { items: [], nextCursor: 'c1' })
    await later()
    const room = { id: 'room', name: 'A room' }
    const item = { message: messageOf('room', 2), room, highlights: [[0, 1]] }
    wire.held[1]?.answer(200, { items: [item], nextCursor: null })
    await later()
    const path = 'GET /messages/search?q=x&roomId=room&has=media'
    expect(wire.held.map(({ what }) => what)).toEqual([path, `${path}&cursor=c1`])
    expect(search.value).toMatchObject({ items: [item], hasMore: false, isLoading: false })
  })

  it('shows nothing of another room, be it asked for or not to be had', async () => {
    const wire = givenWire(...rooms())
    const search = probeOf((room: string) => useMessageSearch(room, 'x'))
    wire.hold(/messages\?q/)
    const { show } = await page(wire.client(), search.of('room'))
    await later(200)
    wire.held[0]?.answer(200, { items: [messageOf('room', 2)], nextCursor: 'c1' })
    await later()
    expect([found(search.value), search.value.hasMore]).toEqual([['room-2'], true])
    await show(search.of('other'))
    expect([found(search.value), search.value.hasMore, search.value.isLoading]).toEqual([[], false, true])
    await later(200)
    wire.held[1]?.answer(403, { code: 'forbidden', status: 403 })
    await later()
    expect([found(search.value), search.value.error?.code]).toEqual([[], 'forbidden'])
  })

  it('goes on from where it is alone, not from what was asked before', async () => {
    const wire = givenWire()
    const search = probeOf((q: string) => usePublicRooms(q))
    wire.hold(/rooms\/public/)
    const { show } = await page(wire.client(), search.of('x'))
    await later(200)
    wire.held[0]?.answer(200, { items: [roomOf('one')], nextCursor: 'c1' })
    await later()
    await show(search.of('y'))
    await later(200)
    wire.held[1]?.answer(403, { code: 'forbidden', status: 403 })
    await later()
    expect([found(search.value), search.value.hasMore]).toEqual([['one'], false])
    await act(async () => search.value.loadMore())
    await later(200)
    expect(wire.held).toHaveLength(2)
  })
})

describe('useUpload', () => {
  const fileOf = (name: string) => Object.assign(new Blob(['x']), { name })
  const media = (id: string) => ({ id, filename: id, url: `/chat/media/${id}/content` })

  async function given({ isStrict = false } = {}) {
    const wire = givenWire()
    const uploads = probeOf(() => useUpload())
    wire.hold(/POST \/media/)
    const client = wire.client()
    const { unmount } = await page(client, uploads.of(null), { isStrict })
    const states = () =>
      uploads.value.uploads.map(({ filename, status }: Uploads['uploads'][number]) => `${filename} ${status}`)
    return { wire, client, uploads, unmount, states }
  }

  it('has what is done in the order in which it was added, whatever is done first', async () => {
    const { wire, uploads, states } = await given()
    await act(async () => uploads.value.add(fileOf('one')))
    await act(async () => uploads.value.add(new Blob(['x']), { filename: 'two' }))
    await act(async () => uploads.value.add(new Blob(['x'])))
    await later()
    expect(states()).toEqual(['one uploading', 'two uploading', 'file uploading'])
    expect(uploads.value).toMatchObject({ isUploading: true, media: [] })
    for (const n of [2, 0, 1]) {
      expect(uploads.value.isUploading).toBe(true)
      wire.held[n]?.answer(201, media(`m${n}`))
      await later()
    }
    expect(states()).toEqual(['one done', 'two done', 'file done'])
    expect(uploads.value.media.map(({ id }) => id)).toEqual(['m0', 'm1', 'm2'])
    expect(uploads.value.isUploading).toBe(false)
    expect(uploads.value.uploads.map(({ progress }) => progress)).toEqual([1, 1, 1])
  })

  it('has nothing of who was signed in before', async () => {
    const wire = givenWire()
    const uploads = probeOf((client: ChatClient) => {
      const all = useUpload()
      return { ...all, client }
    })
    wire.hold(/POST \/media/)
    const [first, next] = [wire.client(), wire.client()]
    const around = (client: ChatClient) => createElement(ChatProvider, { client }, uploads.of(client))
    const { show } = await render(around(first))
    await later()
    await act(async () => {
      for (const name of ['a', 'b']) uploads.value.add(fileOf(name))
    })
    wire.held[0]?.answer(201, media('a'))
    await later()
    expect(uploads.value.media).toHaveLength(1)
    const [underWay] = wire.signals.slice(-1)
    await show(around(next))
    await later()
    expect([uploads.value.uploads, uploads.value.media, uploads.value.isUploading]).toEqual([[], [], false])
    expect(underWay?.aborted).toBe(true)
  })

  it('tries again what has failed, and only that', async () => {
    const { wire, uploads, states } = await given()
    await act(async () => uploads.value.add(fileOf('one')))
    await later()
    const [{ id } = { id: 0 }] = uploads.value.uploads
    await act(async () => uploads.value.retry(id))
    expect(wire.held).toHaveLength(1)
    wire.held[0]?.answer(507, { code: 'insufficient_storage', status: 507 })
    await later()
    expect(states()).toEqual(['one failed'])
    expect(uploads.value.uploads[0]?.error).toMatchObject({ code: 'insufficient_storage' })
    await act(async () => uploads.value.retry(id))
    await later()
    expect([states(), uploads.value.uploads[0]?.error]).toEqual([['one uploading'], null])
    wire.held[1]?.answer(201, media('m'))
    await later()
    expect(uploads.value.media.map(({ id: mediaId }) => mediaId)).toEqual(['m'])
    await act(async () => uploads.value.retry(id))
    await later()
    expect([wire.held.length, states()]).toEqual([2, ['one done']])
  })

  it('cancels what is taken away, what is cleared and what is under way when it is gone', async () => {
    const { uploads, unmount, states, wire } = await given()
    const before = wire.signals.length
    const signals = () => wire.signals.slice(before, before + 3)
    for (const name of ['one', 'two', 'three']) await act(async () => uploads.value.add(fileOf(name)))
    await later()
    expect(signals().map(({ aborted }) => aborted)).toEqual([false, false, false])
    await act(async () => uploads.value.remove(uploads.value.uploads[1]?.id ?? 0))
    await later()
    expect(signals().map(({ aborted }) => aborted)).toEqual([false, true, false])
    expect(states()).toEqual(['one uploading', 'three uploading'])
    await act(async () => uploads.value.clear())
    await later()
    expect(signals().map(({ aborted }) => aborted)).toEqual([true, true, true])
    expect(states()).toEqual([])
    await act(async () => uploads.value.add(fileOf('four')))
    await later()
    await unmount()
    expect(wire.signals.at(-1)?.aborted).toBe(true)
  })

  it.each([false, true])(
    'leaves to a message what that was given, also where it is gone, and hears of it no more (StrictMode: %s)',
    async (isStrict) => {
      const { wire, client, uploads, unmount, states } = await given({ isStrict })
      const before = wire.signals.length
      for (const name of ['one', 'two', 'three']) await act(async () => uploads.value.add(fileOf(name)))
      await later()
      const files = uploads.value.files.slice(0, 2)
      expect(uploads.value.files.map(({ filename }) => filename)).toEqual(['one', 'two', 'three'])
      await act(async () => void client.room('room').messages.send({ text: 'Look', files }))
      expect(files.map(({ isTaken }) => isTaken)).toEqual([true, true])
      await act(async () => uploads.value.clear())
      await later()
      expect(states()).toEqual([])
      const { renders } = uploads
      await act(async () => wire.held[1]?.answer(201, media('m2')))
      await later()
      expect([uploads.renders, wire.said('message.send')]).toEqual([renders, []])
      await unmount()
      expect(wire.signals.slice(before, before + 3).map(({ aborted }) => aborted)).toEqual([false, false, true])
      wire.held[0]?.answer(201, media('m1'))
      await later()
      expect(wire.held).toHaveLength(3)
      await act(async () => void client.connect())
      await later()
      expect(wire.said('message.send')).toMatchObject([{ text: 'Look', mediaIds: ['m1', 'm2'] }])
    },
  )
})

describe('useMediaSource', () => {
  const url = (expires: number) => `/chat/media/m/content?expires=${expires}&signature=x`

  it('gives a URL that is good, asks for another when it does not load, once each', async () => {
    const wire = givenWire()
    const good = url(Date.now() + 900_000)
    const source = probeOf((of: string | null) => useMediaSource(of))
    wire.hold(/GET \/media/)
    const { show } = await page(wire.client(), source.of(null))
    expect(source.value.src).toBeUndefined()
    await act(async () => source.value.onError())
    expect(wire.held).toEqual([])
    await show(source.of(good))
    expect(source.value.src).toBe(`http://chat.test${good}`)
    await act(async () => source.value.onError())
    await act(async () => source.value.onError())
    await later()
    expect(wire.held.map(({ what }) => what)).toEqual(['GET /media/m'])
    const next = url(Date.now() + 1_800_000)
    wire.held[0]?.answer(200, { id: 'm', url: next, thumbnailUrl: null })
    await later()
    expect(source.value.src).toBe(`http://chat.test${next}`)
    await act(async () => source.value.onError())
    await later()
    expect(wire.held).toHaveLength(2)
    // What is gone stays gone.
    wire.held[1]?.answer(404, { code: 'not_found', status: 404 })
    await later()
    await act(async () => source.value.onError())
    await later()
    expect(wire.held).toHaveLength(2)
  })

  it('asks for another where it has ended before it is shown', async () => {
    const wire = givenWire()
    const source = probeOf((of: string | null) => useMediaSource(of))
    wire.hold(/GET \/media/)
    await page(wire.client(), source.of(url(Date.now() + 30_000)))
    expect(wire.held.map(({ what }) => what)).toEqual(['GET /media/m'])
  })
})
