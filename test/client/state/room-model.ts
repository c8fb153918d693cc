import type { Member, Message, MessagePage, Room, User } from 'express-chat'
import type { ChatEvent } from 'express-chat/client'
import type { Pending } from '../../../src/client/state/state.js'

const at = '2026-11-26T12:00:00.000Z'
const permissions = {
  ...{ canAddUsers: true, canRemoveUsers: true, canCreateMessages: true, canDeleteMessages: true },
  ...{ canDeleteOwnMessages: true, canEditMessages: true, canEditOwnMessages: true },
  ...{ canEditRoom: true, canDeleteRoom: true },
}

export const userOf = (id: string): User => ({ id, name: id, description: '', avatarUrl: null, lastSeenAt: null })

export const messageOf = (roomId: string, seq: number, facts: Partial<Message> = {}): Message => ({
  ...{ id: `${roomId}-${seq}`, roomId, seq, revision: seq, clientId: null, kind: 'user', user: userOf('bob') },
  ...{ as: null, data: null, system: null, text: `No. ${seq}`, media: [], replyTo: null, mentions: [], reactions: [] },
  mentionsEveryone: false,
  ...{ createdAt: at, editedAt: null, deletedAt: null, pinnedAt: null, pinnedById: null },
  ...{ threadId: null, threadSeq: null, alsoInRoom: false, thread: null, forwardedFrom: null },
  ...facts,
})

/** A message that waits to be sent. */
export const pendingOf = (clientId: string, facts: Partial<Pending> = {}): Pending => ({
  ...{ clientId, roomId: 'room', text: clientId, media: [], replyTo: null, mentions: [], data: null },
  ...{ threadId: null, alsoInRoom: false, mentionsEveryone: false, forward: null, forwardedFrom: null },
  ...{ createdAt: '2026-11-26T12:00:00.000Z', order: 1, strikes: 0, error: null },
  ...facts,
})

export const memberOf = (roomId: string, userId: string, facts: Partial<Member> = {}): Member => ({
  ...{ roomId, user: userOf(userId), role: 'member', permissions, addedById: null, joinedAt: at, silencedUntil: null },
  ...{ lastReadSeq: 0, lastSeenAt: null, revision: 1 },
  ...facts,
})

export const roomOf = (id: string, facts: Partial<Room> = {}): Room => ({
  ...{ id, type: 'group', name: 'A group', description: '', avatarUrl: null, isPublic: false, isBlocked: false },
  ...{ createdById: 'alice', slowModeSeconds: 0, readReceipts: true, historyFrom: 'start', key: null, data: null },
  ...{ createdAt: at, updatedAt: at, memberCount: 2, lastMessageSeq: 0, firstSeq: 1, revision: 1, lastMessage: null },
  peer: null,
  me: {
    ...{ role: 'owner', permissions, silencedUntil: null, muted: false, mutedUntil: null, notify: 'all' },
    ...{ isPinned: false, isArchived: false, isMarkedUnread: false },
    ...{ lastReadSeq: 0, unreadCount: 0, mentionCount: 0 },
    ...{ lastSeenAt: null, joinedAt: at, firstSeq: 1, scheduledRevision: 0 },
  },
  ...facts,
})

/** What somebody does in a room; `n` says to which message or person. */
export interface Doing {
  what:
    | ('send' | 'mention' | 'everyone' | 'reply' | 'edit' | 'delete' | 'react' | 'unreact')
    | ('add' | 'remove' | 'promote' | 'rename' | 'read')
  who: 'alice' | 'bob'
  n: number
}

/** Everything that a server answers at one moment. */
export interface Snapshot {
  room: Room
  page: MessagePage
  members: Member[]
}

/** A room as a server has it, and tells of it: Alice's view. */
export class RoomModel {
  readonly events: ChatEvent[] = []
  readonly snapshots: Snapshot[] = []
  readonly #messages: Message[] = []
  readonly #members = new Map<string, Member>()
  #room: Room

  constructor(readonly id = 'room') {
    this.#room = roomOf(id)
    for (const userId of ['alice', 'bob']) this.#members.set(userId, memberOf(id, userId, { role: 'owner' }))
    this.look()
  }

  /** Alice's own reactions are told in pages, and not in events. */
  look(): Snapshot {
    const mine = (message: Message): Message => ({
      ...message,
      myReactions: message.reactions.flatMap(({ reaction, userIds }) => (userIds.includes('alice') ? reaction : [])),
    })
    const messages = this.#messages.map(mine)
    const snapshot: Snapshot = {
      room: structuredClone({ ...this.#room, me: this.#me() }),
      page: structuredClone({ items: messages, hasBefore: false, hasAfter: false }),
      members: structuredClone([...this.#members.values()]),
    }
    this.snapshots.push(snapshot)
    return snapshot
  }

  /** What Alice has to read, and what of it mentions her. */
  #me(): NonNullable<Room['me']> {
    const me = this.#room.me as NonNullable<Room['me']>
    const unread = this.#messages.filter(
      ({ seq, user, deletedAt }) => seq > me.lastReadSeq && user?.id !== 'alice' && deletedAt === null,
    )
    const mentioning = unread.filter(({ mentions, mentionsEveryone }) => mentionsEveryone || mentions.includes('alice'))
    return { ...me, unreadCount: unread.length, mentionCount: mentioning.length }
  }

  do({ what, who, n }: Doing): void {
    this.#mutations[what](who, n)
  }

  /** Of what may be done to messages: one that is there, and was not deleted. */
  #to(n: number, then: (message: Message) => void): void {
    const message = this.#messages[n % Math.max(1, this.#messages.length)]
    if (message && !message.deletedAt) then(message)
  }

  readonly #mutations: Record<Doing['what'], (who: Doing['who'], n: number) => void> = {
    send: (who, n) => this.#say(who, { text: `${who} ${n}`, clientId: `${who}-${this.#messages.length}` }),
    mention: (who, n) => this.#say(who, { text: `@alice ${n}`, mentions: ['alice'] }),
    everyone: (who, n) => this.#say(who, { text: `@everyone ${n}`, mentionsEveryone: true }),
    reply: (who, n) =>
      this.#to(n, ({ id, seq, user, text }) =>
        this.#say(who, {
          text: 'Yes',
          replyTo: {
            ...{ id, seq, threadId: null, userId: user?.id ?? null, userName: user?.name ?? null, as: null },
            ...{ text, firstMedia: null },
          },
        }),
      ),
    edit: (_, n) =>
      this.#to(n, (message) =>
        this.#change(message, 'message.updated', {
          ...{ text: `Edited ${n}`, editedAt: at },
          ...{ mentions: n % 3 === 0 ? ['alice'] : [], mentionsEveryone: n % 4 === 0 },
        }),
      ),
    delete: (_, n) =>
      this.#to(n, (message) =>
        this.#change(message, 'message.deleted', {
          ...{ text: '', mentions: [], mentionsEveryone: false, reactions: [], deletedAt: at },
        }),
      ),
    react: (who, n) => this.#to(n, (message) => this.#react(message, who, n, true)),
    unreact: (who, n) => this.#to(n, (message) => this.#react(message, who, n, false)),
    add: (_, n) => this.#membership('add', `guest-${n % 3}`),
    remove: (_, n) => this.#membership('remove', `guest-${n % 3}`),
    promote: (_, n) => this.#membership('promote', `guest-${n % 3}`),
    rename: (_, n) => {
      this.#room = { ...this.#room, name: `Name ${n}`, isPublic: n % 2 === 0, revision: this.#room.revision + 1 }
      const { lastMessage: _last, peer: _peer, me: _me, ...room } = this.#room
      this.#tell({ type: 'room.updated', roomId: this.id, revision: this.#room.revision, room })
    },
    read: (who, n) => {
      const lastReadSeq = Math.max(this.#read(who), Math.min(n, this.#messages.length))
      this.#move(who, lastReadSeq)
      this.#tell({ type: 'read', roomId: this.id, userId: who, lastReadSeq })
    },
  }

  #react(message: Message, who: string, n: number, adds: boolean): void {
    const reaction = n % 2 === 0 ? '👍' : '🎉'
    const userIds = message.reactions.find((each) => each.reaction === reaction)?.userIds ?? []
    if (userIds.includes(who) === adds) return
    const left = adds ? [...userIds, who] : userIds.filter((id) => id !== who)
    const others = message.reactions.filter((each) => each.reaction !== reaction)
    const reactions = left.length > 0 ? [...others, { reaction, count: left.length, userIds: left }] : others
    const type = adds ? 'reaction.added' : 'reaction.removed'
    this.#change(message, 'message.updated', { reactions }, { type, userId: who, reaction })
  }

  #say(who: string, facts: Partial<Message>): void {
    const revision = this.#room.revision + 1
    const seq = this.#messages.length + 1
    const message = messageOf(this.id, seq, { user: userOf(who), revision, ...facts })
    this.#messages.push(message)
    this.#room = { ...this.#room, revision, lastMessageSeq: seq }
    this.#move(who, seq)
    this.#tell({ type: 'message.created', roomId: this.id, revision, message: structuredClone(message) })
  }

  #change(
    message: Message,
    type: 'message.updated' | 'message.deleted',
    facts: Partial<Message>,
    cause?: Extract<ChatEvent, { cause?: unknown }>['cause'],
  ): void {
    const revision = this.#room.revision + 1
    Object.assign(message, facts, { revision })
    // What quotes it shows it as it is now; that is no change of its own.
    for (const each of this.#messages) {
      if (each.replyTo?.id === message.id) each.replyTo = { ...each.replyTo, text: message.text }
    }
    this.#room = { ...this.#room, revision }
    this.#tell({
      ...{ type: type as 'message.updated', roomId: this.id, revision, message: structuredClone(message) },
      ...(cause ? { cause } : {}),
    })
  }

  #membership(what: 'add' | 'remove' | 'promote', userId: string): void {
    const standing = this.#members.get(userId)
    if (what === 'add' ? standing : !standing) return
    const revision = this.#room.revision + 1
    const member = memberOf(this.id, userId, { ...standing, role: what === 'promote' ? 'admin' : 'member', revision })
    if (what === 'remove') this.#members.delete(userId)
    else this.#members.set(userId, member)
    this.#room = { ...this.#room, revision, memberCount: this.#members.size }
    const told = { roomId: this.id, revision, member: structuredClone(member) }
    const { memberCount } = this.#room
    if (what === 'add') this.#tell({ type: 'member.added', ...told, memberCount })
    else if (what === 'remove') this.#tell({ type: 'member.removed', ...told, memberCount, removedById: 'alice' })
    else this.#tell({ type: 'member.updated', ...told })
  }

  #read = (userId: string): number => this.#members.get(userId)?.lastReadSeq ?? 0

  #move(userId: string, lastReadSeq: number): void {
    const member = this.#members.get(userId)
    if (member) this.#members.set(userId, { ...member, lastReadSeq })
    if (userId === 'alice' && this.#room.me) this.#room = { ...this.#room, me: { ...this.#room.me, lastReadSeq } }
  }

  #tell(event: ChatEvent): void {
    this.events.push(event)
  }
}
