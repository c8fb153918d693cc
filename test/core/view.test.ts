import { describe, expect, it } from 'vitest'
import { permissionNames } from '../../src/contract/permissions.js'
import { Signer } from '../../src/core/signatures.js'
import { View } from '../../src/core/view.js'
import type { MediaRow } from '../../src/store/media.js'
import type { MemberRow } from '../../src/store/members.js'
import type { MessageRow } from '../../src/store/messages.js'
import type { RoomRow } from '../../src/store/rooms.js'
import type { UserRow } from '../../src/store/users.js'

const at = '2026-11-26T13:00:00.000Z'
const later = '2026-11-26T14:00:00.000Z'
const minute = 60_000

function viewAt(time = at) {
  let now = new Date(time)
  const view = new View('secret', '/chat', () => now, 900)
  const wait = (ms: number) => {
    now = new Date(now.getTime() + ms)
  }
  return { view, wait }
}
const { view } = viewAt()

const userRow = (more: Partial<UserRow> = {}): UserRow => ({
  ...{ id: 'bob', name: 'Bob', description: 'Builder', hostAvatarUrl: 'https://a.b/bob.png', avatarMediaId: null },
  ...{ lastSeenAt: new Date(at), ...more },
})
const bob = { id: 'bob', name: 'Bob', description: 'Builder', avatarUrl: 'https://a.b/bob.png', lastSeenAt: at }
const nobody = (id: string) => ({ id, name: id, description: '', avatarUrl: null, lastSeenAt: null })

const permissions = Object.fromEntries(permissionNames.map((name, n) => [name, n % 2 === 0]))
const memberRow = (more: Partial<MemberRow> = {}) =>
  ({
    ...{ roomId: 'r1', userId: 'bob', role: 'admin', ...permissions, muted: true, lastReadSeq: 3, lastSeenAt: null },
    ...{ mutedUntil: null, notify: 'mentions', isPinned: true, isMarkedUnread: false, archivedAtSeq: 2 },
    ...{ addedById: 'ann', removedById: null, joinedAt: new Date(at), leftAt: null, joinedRevision: 2, revision: 9 },
    ...more,
  }) as unknown as MemberRow

const mediaRow = (more: Partial<MediaRow> = {}) =>
  ({
    ...{ id: 'x1', filename: 'a.png', contentType: 'image/png', byteSize: 7, width: 3, height: 2, durationMs: null },
    ...{ thumbnailKey: 'k', uploadedById: 'bob', createdAt: new Date(at), key: 'k', ...more },
  }) as MediaRow

const messageRow = (more: Partial<MessageRow> = {}) =>
  ({
    ...{ id: 'm1', roomId: 'r1', seq: 4, userId: 'bob', clientId: 'c1', kind: 'user', text: 'Hello', replyToId: null },
    ...{ threadId: null, threadSeq: null, rootSeq: null, thread: null },
    ...{
      mentions: '[]',
      mentionsEveryone: false,
      reactions: '[]',
      system: null,
      data: null,
      saidAs: null,
      forwardedFrom: null,
      hasMedia: false,
      createdRevision: 5,
      revision: 6,
    },
    ...{ createdAt: new Date(at), editedAt: null, deletedAt: null, pinnedAt: null, pinnedById: null, ...more },
  }) as MessageRow
const nothing = { user: undefined, reply: undefined, media: [] }

describe('a user as clients see them', () => {
  it('has the picture of the host, or the one that they gave here', () => {
    expect(view.user(userRow(), true)).toEqual(bob)
    const own = view.user(userRow({ avatarMediaId: 'x1', lastSeenAt: null }), true)
    expect(own).toEqual({ ...bob, lastSeenAt: null, avatarUrl: view.mediaUrl('x1', 'thumbnail') })
  })

  it('was never seen unless it is known that who looks may know it', () => {
    expect(view.user(userRow())).toEqual({ ...bob, lastSeenAt: null })
    expect(view.userOr(userRow(), 'bob')).toEqual({ ...bob, lastSeenAt: null })
  })

  it('is called by their id where nothing else is known', () => {
    expect(view.userOr(userRow(), 'bob', true)).toEqual(bob)
    expect(view.userOr(undefined, 'bob')).toEqual(nobody('bob'))
  })
})

describe('a room as clients see it', () => {
  const row = {
    ...{ id: 'r1', type: 'group', name: 'Team', description: 'Us', avatarMediaId: null, isPublic: true },
    ...{ createdById: 'ann', createdAt: new Date(at), updatedAt: new Date(later), memberCount: 2, lastMessageSeq: 4 },
    ...{ revision: 9, deletedAt: null, pairKey: null, key: 'team:1', data: '{"floor":2}' },
    ...{ historyRevision: null, purgedSeq: 2 },
  } as unknown as RoomRow

  it('has what is the same for everyone', () => {
    const shown = view.room(row)
    expect(shown).toEqual({
      ...{ id: 'r1', type: 'group', name: 'Team', description: 'Us', avatarUrl: null, isPublic: true },
      ...{ key: 'team:1', data: { floor: 2 }, historyFrom: 'start' },
      ...{ createdById: 'ann', createdAt: at, updatedAt: later, memberCount: 2, lastMessageSeq: 4, revision: 9 },
      firstSeq: 3,
    })
    const avatarUrl = view.mediaUrl('x1', 'thumbnail')
    expect(view.room({ ...row, avatarMediaId: 'x1' })).toEqual({ ...shown, avatarUrl })
  })

  it('has my side of it', () => {
    const seen = { room: { ...row, historyRevision: 3 }, unreadCount: 5, mentionCount: 2, isWrittenTo: true }
    expect(view.me(memberRow(), seen)).toEqual({
      ...{ role: 'admin', permissions, silencedUntil: null, muted: true, mutedUntil: null, lastReadSeq: 3 },
      ...{ notify: 'mentions', isPinned: true, isArchived: true, isMarkedUnread: false },
      ...{ unreadCount: 5, mentionCount: 2, lastSeenAt: null, joinedAt: at, firstSeq: 3 },
    })
    expect(view.me(memberRow({ lastSeenAt: new Date(later) }), seen).lastSeenAt).toBe(later)
  })

  const told = { readReceipts: true }

  it('has members, of whom is told how far they have read, or nothing of it', () => {
    const row = memberRow({ lastSeenAt: new Date(later) })
    const hidden = view.member(row, userRow(), { readReceipts: false })
    expect(hidden).toMatchObject({ lastReadSeq: 0, lastSeenAt: null })
    expect(view.memberForHost(row, userRow())).toMatchObject({ lastReadSeq: 3, lastSeenAt: later, muted: true })
  })

  it('has members, of whom is not told what they muted', () => {
    const member = {
      roomId: 'r1',
      role: 'admin',
      permissions,
      addedById: 'ann',
      joinedAt: at,
      silencedUntil: null,
      lastReadSeq: 3,
      revision: 9,
    }
    expect(view.member(memberRow(), userRow(), told)).toEqual({ ...member, user: bob, lastSeenAt: null })
    const left = memberRow({ lastSeenAt: new Date(later), leftAt: new Date(later) })
    expect(view.member(left, userRow(), told)).toMatchObject({ user: { lastSeenAt: null }, lastSeenAt: null })
    expect(view.member(memberRow({ lastSeenAt: new Date(later) }), undefined, told)).toEqual({
      ...{ ...member, user: nobody('bob'), lastSeenAt: later },
    })
  })
})

describe('a message as clients see it', () => {
  const shown = {
    ...{
      id: 'm1',
      roomId: 'r1',
      seq: 4,
      revision: 6,
      clientId: 'c1',
      kind: 'user',
      user: nobody('bob'),
      text: 'Hello',
    },
    ...{
      as: null,
      data: null,
      system: null,
      media: [],
      replyTo: null,
      mentions: [],
      mentionsEveryone: false,
      reactions: [],
    },
    ...{ createdAt: at, editedAt: null, deletedAt: null, pinnedAt: null, pinnedById: null },
    ...{ threadId: null, threadSeq: null, alsoInRoom: false, thread: null, forwardedFrom: null },
  }

  it('has who wrote it, and what belongs to it', () => {
    expect(view.message(messageRow(), nothing)).toEqual(shown)
    const reactions = [{ reaction: '👍', count: 1, userIds: ['ann'] }]
    const row = messageRow({ mentions: '["ann"]', reactions: JSON.stringify(reactions), editedAt: new Date(later) })
    const place = { threadId: null, threadSeq: null, rootSeq: null }
    const quoted = { deletedAt: null, userName: 'Ann', firstMedia: mediaRow() }
    const reply = { id: 'm0', seq: 3, ...place, userId: 'ann', saidAs: null, text: 'Hi', ...quoted }
    expect(view.message(row, { user: userRow(), reply, media: [mediaRow()] })).toEqual({
      ...{
        ...shown,
        user: { ...bob, lastSeenAt: null },
        media: [view.media(mediaRow())],
        mentions: ['ann'],
        reactions,
        editedAt: later,
      },
      replyTo: {
        ...{ id: 'm0', seq: 3, threadId: null, userId: 'ann', userName: 'Ann', as: null, text: 'Hi' },
        firstMedia: view.media(mediaRow()),
      },
    })
  })

  it('of a thread has its place there, and in the room only where it is there as well', () => {
    const place = { threadId: 'm0', threadSeq: 2 }
    const apart = messageRow({ seq: -1_999_999_990, ...place })
    expect(view.message(apart, nothing)).toMatchObject({ seq: 2, ...place, alsoInRoom: false, thread: null })
    expect(view.message(messageRow({ seq: 9, ...place }), nothing)).toMatchObject({ seq: 9, alsoInRoom: true })
    const thread = { count: 1, lastSeq: 2, lastAt: at, userIds: ['ann'] }
    expect(view.message(messageRow({ thread: JSON.stringify(thread) }), nothing).thread).toEqual(thread)
    const unknown = { deletedAt: null, userName: null, firstMedia: undefined, rootSeq: 1 }
    const reply = { id: 'm1', seq: apart.seq, ...place, userId: 'ann', saidAs: null, text: 'Hi', ...unknown }
    const quote = { seq: 2, threadId: 'm0', userName: 'ann', firstMedia: null }
    expect(view.message(messageRow(), { ...nothing, reply }).replyTo).toMatchObject(quote)
  })

  it('of nobody says so, and of the system what happened, unless it was deleted or said by the host', () => {
    const message = (more: Partial<MessageRow>) => view.message(messageRow({ kind: 'system', ...more }), nothing)
    expect(message({ userId: null })).toEqual({
      ...shown,
      kind: 'system',
      user: null,
      system: { type: 'host', actorId: null },
    })
    expect(message({}).system).toEqual({ type: 'host', actorId: 'bob' })
    const system = JSON.stringify({ type: 'member.joined', actorId: null, userIds: ['bob'] })
    expect(message({ system }).system).toEqual(JSON.parse(system))
    expect(message({ system, deletedAt: new Date(later) })).toMatchObject({ system: null, deletedAt: later })
  })

  it('shows of what it answers 280 characters, and nothing of what was deleted', () => {
    const quoted = {
      id: 'm0',
      seq: 3,
      threadId: null,
      threadSeq: null,
      rootSeq: null,
      userId: null,
      userName: null,
      saidAs: null,
    }
    const textOf = (text: string, deletedAt: Date | null = null) =>
      view.message(messageRow(), { ...nothing, reply: { ...quoted, text, deletedAt, firstMedia: undefined } }).replyTo
        ?.text
    expect(textOf('a'.repeat(280))).toBe('a'.repeat(280))
    expect(textOf('a'.repeat(281))).toBe('a'.repeat(280))
    expect(textOf('🙂'.repeat(280))).toBe('🙂'.repeat(280))
    expect(textOf('🙂'.repeat(281))).toBe('🙂'.repeat(280))
    expect(textOf('Hello', new Date(at))).toBe('')
  })

  it('has reactions, each with who reacted', () => {
    const row = { id: 'e1', messageId: 'm1', roomId: 'r1', userId: 'bob', reaction: '👍', createdAt: new Date(at) }
    const shown = { id: 'e1', messageId: 'm1', roomId: 'r1', reaction: '👍', createdAt: at }
    expect(view.reaction(row as never, userRow())).toEqual({ ...shown, user: { ...bob, lastSeenAt: null } })
    expect(view.reaction(row as never, undefined)).toEqual({ ...shown, user: nobody('bob') })
  })
})

describe('a file as clients see it', () => {
  it('has its URL, and that of its thumbnail where there is one', () => {
    const shown = {
      ...{ id: 'x1', filename: 'a.png', contentType: 'image/png', byteSize: 7, width: 3, height: 2, durationMs: null },
      ...{ uploadedById: 'bob', createdAt: at, url: view.mediaUrl('x1', 'content') },
    }
    expect(view.media(mediaRow())).toEqual({ ...shown, thumbnailUrl: view.mediaUrl('x1', 'thumbnail') })
    expect(view.media(mediaRow({ thumbnailKey: null }))).toEqual({ ...shown, thumbnailUrl: null })
  })
})

describe('the URL of a file', () => {
  /** What is asked of the server by a URL, and until when it gives it. */
  const endOf = (of: View, url: string, id = 'x1', part: 'content' | 'thumbnail' = 'content') => {
    const { searchParams } = new URL(url, 'https://a.b')
    return of.mediaUrlEnd(id, part, searchParams.get('expires') ?? '', searchParams.get('signature') ?? '')
  }

  it('stays the same for five minutes, and lives for ten more at least, and fifteen at most', () => {
    const { view, wait } = viewAt(at)
    const url = view.mediaUrl('x1', 'content')
    const { pathname } = new URL(url, 'https://a.b')
    expect(pathname).toBe('/chat/media/x1/content')
    const end = new Date(Date.parse(at) + 10 * minute)
    expect(endOf(view, url)).toEqual(end)
    wait(1)
    const next = view.mediaUrl('x1', 'content')
    expect(next).not.toBe(url)
    expect(endOf(view, next)).toEqual(new Date(end.getTime() + 5 * minute))
    wait(5 * minute - 1)
    expect(view.mediaUrl('x1', 'content')).toBe(next)
    wait(5 * minute - 1)
    expect(endOf(view, url)).toEqual(end)
    wait(1)
    expect(endOf(view, url)).toBeUndefined()
  })

  it('is one of ours only for that file, that part and that time', () => {
    const { view } = viewAt(at)
    const url = view.mediaUrl('x1', 'content')
    const { searchParams } = new URL(url, 'https://a.b')
    const [expires, signature] = [searchParams.get('expires') ?? '', searchParams.get('signature') ?? '']
    expect(endOf(view, url, 'x2')).toBeUndefined()
    expect(endOf(view, url, 'x1', 'thumbnail')).toBeUndefined()
    expect(view.mediaUrlEnd('x1', 'content', `${Number(expires) + 1}`, signature)).toBeUndefined()
    expect(view.mediaUrlEnd('x1', 'content', expires, `${signature}A`)).toBeUndefined()
    expect(endOf(new View('another', '/chat', () => new Date(at), 900), url)).toBeUndefined()
    expect(signature).toBe(new Signer('secret', 'media').sign(`x1/content/${expires}`))
  })
})
