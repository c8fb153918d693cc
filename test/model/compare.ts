import { expect } from 'vitest'
import type { Answer, Caller } from '../host.js'
import { readRoom } from '../realtime/follower.js'
import type { Frame } from '../socket.js'
import { type Ids, keyOf } from './perform.js'
import { allOf, memberOf, messageAt } from './rooms.js'
import { isArchived, mentionsOf, sideOf } from './side.js'
import { expectedEvent, shownEvent } from './stream.js'
import { missed, unreadOf } from './told.js'
import type { ModelMember, ModelMessage, ModelRoom, Ref, World } from './world.js'

/** Every page of a list. */
async function all(api: Caller, path: string, limit: number): Promise<Frame[]> {
  const items: Frame[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const and = path.includes('?') ? '&' : '?'
    const { status, body }: Answer = await api.get(`${path}${and}limit=${limit}${cursor && `&cursor=${cursor}`}`)
    expect(status, path).toBe(200)
    items.push(...body.items)
    cursor = body.nextCursor
  }
  return items
}

/** What is comparable of a message: no ids, no times, and of a system message not its words. */
export function shownMessage({ kind, user, text, data, system, replyTo, reactions, ...message }: Frame) {
  const { seq, revision, clientId, mentions, mentionsEveryone, myReactions } = message
  const { threadId, threadSeq, alsoInRoom, thread, editedAt, deletedAt, pinnedAt, pinnedById } = message
  return {
    seq,
    revision,
    kind,
    userId: user?.id ?? null,
    text: kind === 'user' ? text : '',
    data,
    system,
    replyTo: replyTo && { seq: replyTo.seq, userId: replyTo.userId, text: replyTo.text },
    mentions: [...mentions].sort(),
    mentionsEveryone,
    reactions,
    mine: [...(myReactions ?? [])].sort(),
    isEdited: editedAt !== null,
    isDeleted: deletedAt !== null,
    pinnedBy: pinnedAt && pinnedById,
    clientId,
    ...{ isReply: threadId !== null, threadSeq, alsoInRoom },
    thread: thread && { count: thread.count, lastSeq: thread.lastSeq, userIds: thread.userIds },
  }
}

/** What a message shows of its thread: of nobody whose replies were all deleted. */
function expectedThread(room: ModelRoom, seq: number) {
  const replies = room.threads[seq]
  if (!replies) return null
  const standing = replies.filter(({ isDeleted }) => !isDeleted)
  const userIds = [...new Set(standing.map(({ userId }) => userId))].slice(0, 5)
  return { count: standing.length, lastSeq: replies.length, userIds }
}

export function expectedMessage(room: ModelRoom, ref: Ref, reader: string) {
  const { seq, thread } = ref
  const found = messageAt(room, ref) as ModelMessage
  const { kind, userId, text, data, system, revision, isEdited, isDeleted, pinnedBy, ...message } = found
  const quoted = message.replyTo === null ? undefined : room.messages[message.replyTo - 1]
  const reactions = [...new Set(message.reactions.map(({ reaction }) => reaction))].map((reaction) => {
    const userIds = message.reactions.filter((one) => one.reaction === reaction).map(({ userId }) => userId)
    return { reaction, count: userIds.length, userIds }
  })
  return {
    seq,
    revision,
    kind,
    userId,
    text,
    data,
    system,
    replyTo: quoted
      ? { seq: message.replyTo, userId: quoted.userId, text: quoted.kind === 'user' ? quoted.text : expect.any(String) }
      : null,
    mentions: [...message.mentions].sort(),
    mentionsEveryone: message.mentionsEveryone,
    reactions,
    mine: reactions
      .filter(({ userIds }) => userIds.includes(reader))
      .map(({ reaction }) => reaction)
      .sort(),
    isEdited,
    isDeleted,
    pinnedBy,
    clientId: message.clientId,
    ...{ isReply: message.thread !== null, threadSeq: message.threadSeq, alsoInRoom: message.alsoInRoom },
    thread: thread === undefined ? expectedThread(room, seq) : null,
  }
}

const shownMember = ({ user, role, permissions, addedById, silencedUntil, lastReadSeq, revision }: Frame) => {
  return { userId: user.id, role, permissions, addedBy: addedById, silencedUntil, lastReadSeq, revision }
}

/** How far others have read is told where the room tells it. */
const expectedMember =
  ({ readReceipts }: ModelRoom, reader: string) =>
  ({ userId, role, permissions, addedBy, silencedUntil, lastReadSeq, revision }: ModelMember) => ({
    ...{ userId, role, permissions, addedBy, silencedUntil, revision },
    lastReadSeq: readReceipts || userId === reader ? lastReadSeq : 0,
  })

/** Who was there when it was said, and has read up to it since; in a private room also who came in later. */
const readersOf = ({ type, members }: ModelRoom, seq: number, { userId, created }: ModelMessage): string[] =>
  members
    .filter((member) => member.userId !== userId && member.hasRead && member.lastReadSeq >= seq)
    .filter(({ joined }) => type === 'private' || joined <= created)
    .map((member) => member.userId)

const shownMe = ({ role, permissions, silencedUntil, lastReadSeq, unreadCount, mentionCount, ...side }: Frame) => {
  const { muted, mutedUntil, notify, isPinned, isArchived, isMarkedUnread } = side
  const kept = { muted, mutedUntil, notify, isPinned, isArchived, isMarkedUnread }
  const { scheduledRevision } = side
  return { role, permissions, silencedUntil, ...kept, lastReadSeq, unreadCount, mentionCount, scheduledRevision }
}

const expectedMe = (room: ModelRoom, me: ModelMember) =>
  shownMe({
    ...{ ...me, ...sideOf(room, me), unreadCount: unreadOf(room, me), mentionCount: mentionsOf(room, me) },
    scheduledRevision: room.scheduledRevisions[me.userId] ?? 0,
  })

const shownRoom = ({ type, name, description, isPublic, createdById, memberCount, ...room }: Frame) => ({
  type,
  name,
  description,
  isPublic,
  createdBy: createdById,
  memberCount,
  slowModeSeconds: room.slowModeSeconds,
  data: room.data,
  readReceipts: room.readReceipts,
  revision: room.revision,
  lastMessageSeq: room.lastMessageSeq,
  lastMessage: room.lastMessage ? shownMessage(room.lastMessage) : null,
  peer: room.peer?.id ?? null,
  me: room.me && shownMe(room.me),
})

function expectedRoom(room: ModelRoom, reader: string) {
  const {
    type,
    name,
    description,
    data,
    isPublic,
    slowModeSeconds,
    readReceipts,
    createdBy,
    revision,
    members,
    messages,
  } = room
  const me = memberOf(room, reader)
  const last = messages.findLastIndex(({ isDeleted }) => !isDeleted) + 1
  const peer = type === 'private' ? members.find(({ userId }) => userId !== reader)?.userId : null
  return {
    type,
    name,
    description,
    data,
    isPublic,
    slowModeSeconds,
    readReceipts,
    createdBy,
    memberCount: members.length,
    revision,
    lastMessageSeq: messages.length,
    lastMessage: me && last > 0 ? expectedMessage(room, { seq: last }, reader) : null,
    peer: peer ?? null,
    me: me ? expectedMe(room, me) : null,
  }
}

const byRoom = (a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id)

/** What one user reads over HTTP, everywhere, is what the model says. */
export async function compareReads(world: World, ids: Ids, userId: string): Promise<void> {
  const api = ids.host.as(userId)
  const rooms = world.rooms.map((room, n) => ({ room, n, id: ids.room(n) }))
  const list = (which: (room: ModelRoom) => unknown) =>
    rooms
      .filter(({ room }) => which(room))
      .map(({ room, id }) => ({ id, ...expectedRoom(room, userId) }))
      .sort(byRoom)
  const shown = (items: Frame[]) => items.map((room) => ({ id: room.id, ...shownRoom(room) })).sort(byRoom)
  const mine = (isAway: boolean) => (room: ModelRoom) => {
    const me = memberOf(room, userId)
    return me && isArchived(room, me) === isAway
  }
  const [listed, away] = [await all(api, '/rooms', 2), await all(api, '/rooms?archived=true', 2)]
  expect(shown(listed), `the rooms of ${userId}`).toEqual(list(mine(false)))
  expect(shown(away), `what ${userId} has put away`).toEqual(list(mine(true)))
  for (const items of [listed, away]) {
    const order = items.map(({ me, lastMessage, createdAt }) => {
      return `${me.isPinned ? 'pinned' : 'other'} ${lastMessage?.createdAt ?? createdAt}`
    })
    expect(order, `the rooms of ${userId}, pinned ones and last active first`).toEqual([...order].sort().reverse())
  }
  const open = await all(api, '/rooms/public', 100)
  expect(shown(open), `public rooms for ${userId}`).toEqual(list((room) => room.isPublic))
  const reactions = rooms.flatMap(({ room, n }) =>
    (memberOf(room, userId) ? allOf(room) : []).flatMap(({ message, ...ref }) =>
      message.reactions.filter((one) => one.userId === userId).map(({ reaction }) => `${keyOf(n, ref)} ${reaction}`),
    ),
  )
  const own = await all(api, '/reactions', 100)
  const named = own.map(({ messageId, reaction }) => `${ids.numberOf(messageId)} ${reaction}`)
  expect(named.sort(), `the reactions of ${userId}`).toEqual(reactions.sort())
  await compareScheduled(world, ids, userId)
}

/** What one user sends later, in all rooms. */
async function compareScheduled(world: World, ids: Ids, userId: string): Promise<void> {
  const items = await all(ids.host.as(userId), '/scheduled', 2)
  const shown = items.map(({ id, roomId, text, mentions, failure }) => {
    return {
      n: ids.scheduled.indexOf(id),
      room: ids.rooms.indexOf(roomId),
      text,
      mentions,
      failure: failure?.code ?? null,
    }
  })
  const expected = world.scheduled.flatMap((one, n) => {
    if (one?.by !== userId) return []
    const { by: _, ...scheduled } = one
    return { n, ...scheduled }
  })
  const inOrder = shown.sort((one, other) => one.n - other.n)
  expect(inOrder, `what ${userId} sends later`).toEqual(expected)
}

/** The same of one room, as far as it shows itself; gives what was read. */
export async function compareRoom(room: ModelRoom, n: number, id: string, userId: string, api: Caller) {
  const path = `/rooms/${id}`
  const what = `room ${n} for ${userId}`
  const read = await readRoom(id, api)
  expect(read !== undefined, what).toBe(memberOf(room, userId) !== undefined)
  if (!read) {
    const [outside, inside] = await Promise.all([api.get(path), api.get(`${path}/messages`)])
    expect([outside.status, inside.status], what).toEqual(room.isPublic ? [200, 403] : [404, 404])
    if (room.isPublic) expect(shownRoom(outside.body), what).toEqual(expectedRoom(room, userId))
    return read
  }
  expect(shownRoom(read.room), what).toEqual(expectedRoom(room, userId))
  const byUser = (a: { userId: string }, b: { userId: string }) => a.userId.localeCompare(b.userId)
  expect(read.members.map(shownMember).sort(byUser), `members of ${what}`).toEqual(
    room.members.map(expectedMember(room, userId)).sort(byUser),
  )
  expect(read.messages.map(shownMessage), `messages of ${what}`).toEqual(
    room.messages.map((_, index) => expectedMessage(room, { seq: index + 1 }, userId)),
  )
  const byThread = Object.keys(room.threads).map(Number)
  const replies = byThread.flatMap((seq) => {
    const { id } = read.messages[seq - 1] as Frame
    return read.replies.filter(({ threadId }) => threadId === id).map(shownMessage)
  })
  expect(replies, `replies of ${what}`).toEqual(
    byThread.flatMap((thread) =>
      (room.threads[thread] ?? []).map((reply, index) => {
        const inRoom = room.messages.indexOf(reply) + 1
        return expectedMessage(room, inRoom > 0 ? { seq: inRoom } : { seq: index + 1, thread }, userId)
      }),
    ),
  )
  const pins = await all(api, `${path}/pins`, 1)
  expect(pins.map(shownMessage), `pins of ${what}`).toEqual(
    room.pins.map((seq) => expectedMessage(room, { seq }, userId)),
  )
  for (const { seq, id: messageId } of [read.messages[0], read.messages.at(-1)].filter(
    (message) => message !== undefined,
  )) {
    const readers: Answer = await api.get(`${path}/messages/${messageId}/readers?limit=100`)
    expect(readers.status, `readers of message ${seq} of ${what}`).toBe(room.readReceipts ? 200 : 403)
    if (!room.readReceipts) continue
    const expected = readersOf(room, seq, room.messages[seq - 1] as ModelMessage)
    const found = readers.body.items.map(({ user }: Frame) => user.id)
    expect(found.sort(), `readers of message ${seq} of ${what}`).toEqual(expected.sort())
  }
  for (const { seq, id, editedAt } of read.messages) {
    if (editedAt === null) continue
    const edits = await all(api, `${path}/messages/${id}/edits`, 1)
    const versions = edits.map(({ text, mentions, data }) => ({ text, mentions, data }))
    expect(versions, `what message ${seq} of ${what} said before`).toEqual(room.messages[seq - 1]?.versions)
  }
  const { body: changes } = await api.get(`${path}/changes?since=0&limit=100`)
  expect(changes.events.map(shownEvent), `changes of ${what}`).toEqual(
    missed(room.told, 0).slice(0, 100).map(expectedEvent),
  )
  const bans: Answer = await api.get(`${path}/bans?limit=100`)
  const mayKnow = room.type === 'private' ? 409 : memberOf(room, userId)?.permissions.canRemoveUsers ? 200 : 403
  expect(bans.status, `bans of ${what}`).toBe(mayKnow)
  const banned = bans.body.items?.map(({ user }: Frame) => user.id) ?? []
  expect(banned, `bans of ${what}`).toEqual(mayKnow === 200 ? [...room.banned].sort() : [])
  const links: Answer = await api.get(`${path}/invites?limit=100`)
  const mayInvite = room.type === 'private' ? 409 : memberOf(room, userId)?.permissions.canAddUsers ? 200 : 403
  expect(links.status, `links of ${what}`).toBe(mayInvite)
  const shown = links.body.items?.map(({ createdBy, maxUses, uses }: Frame) => {
    return { by: createdBy.id, usesLeft: maxUses === null ? null : maxUses - uses }
  })
  const standing = room.invites.filter((link) => link !== null && link.usesLeft !== 0).reverse()
  expect(shown ?? [], `links of ${what}`).toEqual(mayInvite === 200 ? standing : [])
  return read
}
