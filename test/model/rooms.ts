import type { Permissions, Role } from 'express-chat'
import { permissions, preset, within } from './grants.js'
import { tell, tellOne } from './told.js'
import type { ModelMember, ModelMessage, ModelRoom, Ref } from './world.js'

// What happens in a room once it may: who comes and goes, what is said, and what that brings about.

export const memberOf = (room: ModelRoom, userId: string): ModelMember | undefined =>
  room.members.find((member) => member.userId === userId)

/** Where a message is found. */
export const messageAt = (room: ModelRoom, { seq, thread }: Ref): ModelMessage | undefined =>
  thread === undefined ? room.messages[seq - 1] : room.threads[thread]?.[seq - 1]

/** Everything that was said, with where it is found. */
export const allOf = (room: ModelRoom): (Ref & { message: ModelMessage })[] => [
  ...room.messages.map((message, n) => ({ seq: n + 1, message })),
  ...Object.entries(room.threads).flatMap(([thread, replies]) =>
    replies.flatMap((message, n) => (message.alsoInRoom ? [] : { seq: n + 1, thread: Number(thread), message })),
  ),
]

export const subjectOf = ({ seq, thread }: Ref): string =>
  thread === undefined ? `message ${seq}` : `reply ${thread}/${seq}`

/** A message's thread changed. */
export function tellThread(room: ModelRoom, thread: number): void {
  const root = room.messages[thread - 1]
  if (root) root.revision = tell(room, 'message.updated', `message ${thread}`, { type: 'thread.reply' })
}

export function write(
  room: ModelRoom,
  message: Partial<ModelMessage> & Pick<ModelMessage, 'kind' | 'userId' | 'text'>,
): Ref {
  const { thread = null, alsoInRoom = false } = message
  const nothing = {
    ...{ replyTo: null, thread, threadSeq: null, alsoInRoom },
    mentions: [],
    mentionsEveryone: false,
    reactions: [],
    clientId: null,
    data: null,
    sent: '',
    system: null,
    isEdited: false,
    versions: [],
    isDeleted: false,
    pinnedBy: null,
  }
  if (thread !== null) room.threads[thread] ??= []
  const replies = thread === null ? undefined : room.threads[thread]
  const isApart = replies !== undefined && !alsoInRoom
  const ref: Ref = isApart ? { seq: replies.length + 1, thread: thread ?? 0 } : { seq: room.messages.length + 1 }
  const revision = tell(room, 'message.created', subjectOf(ref))
  const written = { ...nothing, ...message, created: revision, revision }
  if (replies) written.threadSeq = replies.push(written)
  if (thread !== null) tellThread(room, thread)
  // Sending is reading; what the system says that somebody did is not.
  const sender = message.kind === 'user' && message.userId !== null && memberOf(room, message.userId)
  if (isApart) {
    // Whoever replies in a thread alone was there, and their marker stays.
    if (sender) sender.hasRead = true
    return ref
  }
  room.messages.push(written)
  if (sender) Object.assign(sender, { lastReadSeq: ref.seq, hasRead: true, isMarkedUnread: false })
  return ref
}

/**
 * A system message of who did it tells of a group or channel that was made or got another name, of who
 * came and went or is kept out, of a new owner, and of a message that was pinned.
 */
export const say = (
  room: ModelRoom,
  userId: string | null,
  type: string,
  says: { userIds?: string[]; name?: string },
  replyTo: number | null = null,
): number => write(room, { kind: 'system', userId, text: '', replyTo, system: { type, actorId: userId, ...says } }).seq

export function enter(room: ModelRoom, userId: string, addedBy: string, role: Role, held: Permissions): ModelMember {
  const revision = tell(room, 'member.added', `member ${userId}`)
  const former = room.former[userId]?.member
  const member: ModelMember = {
    userId,
    role,
    permissions: held,
    addedBy: addedBy === userId ? null : addedBy,
    // Who comes back is as quiet as before.
    muted: former?.muted ?? false,
    mutedUntil: former?.mutedUntil ?? null,
    notify: former?.notify ?? 'all',
    ...{ isPinned: false, isMarkedUnread: false, archivedAt: null },
    silencedUntil: former?.silencedUntil ?? null,
    lastReadSeq: 0,
    hasRead: false,
    joined: revision,
    revision,
  }
  room.members.push(member)
  tellOne(room, 'room.joined', userId)
  return member
}

/** Whoever may add nobody any more brings nobody in by a link either. */
export function endLinksOf(room: ModelRoom, userId: string): void {
  room.invites = room.invites.map((link) => (link?.by === userId ? null : link))
}

/** Somebody goes, or is made to; the last one takes the room along. */
export function leave(room: ModelRoom, member: ModelMember, by: string, isBanned = false): void {
  const { userId } = member
  const isSelf = by === userId
  room.members = room.members.filter((other) => other !== member)
  room.former[userId] = { member, removedBy: by }
  endLinksOf(room, userId)
  tell(room, 'member.removed', `member ${userId}`)
  tellOne(room, 'room.left', userId, isSelf ? 'left' : 'removed')
  if (room.members.length === 0) {
    end(room)
    return
  }
  say(room, by, isSelf ? 'member.left' : isBanned ? 'member.banned' : 'member.removed', { userIds: [userId] })
  succeed(room, isSelf ? member : undefined)
}

/** A live group or channel has an owner, who holds nothing that was taken, nor more than the one who left by themselves. */
function succeed(room: ModelRoom, left: ModelMember | undefined): void {
  if (room.members.some(({ role }) => role === 'owner')) return
  const speaking = room.members.filter(({ silencedUntil }) => silencedUntil === null)
  const those = speaking.length > 0 ? speaking : room.members
  const heir = those.find(({ role }) => role === 'admin') ?? those[0]
  if (!heir) return
  const brought = within(preset(room.type, 'owner'), left)
  const before = preset(room.type, heir.role)
  const held = permissions.map((name) => [name, brought[name] && (heir.permissions[name] || !before[name])])
  Object.assign(heir, { role: 'owner', permissions: Object.fromEntries(held) })
  heir.revision = tell(room, 'member.updated', `member ${heir.userId}`)
  say(room, null, 'owner.changed', { userIds: [heir.userId] })
}

export function end(room: ModelRoom): void {
  tell(room, 'room.deleted', 'room')
  for (const { userId } of room.members) tellOne(room, 'room.left', userId, 'deleted')
  Object.assign(room, {
    isDeleted: true,
    isPublic: false,
    members: [],
    messages: [],
    pins: [],
    threads: {},
    former: {},
    banned: [],
    invites: [],
  })
}
