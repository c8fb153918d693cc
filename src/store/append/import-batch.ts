import { type ChatError, invalid } from '../../contract/problems.js'
import type { Db, StoredMessage } from '../client.js'
import type { Dialect } from '../dialects/dialect.js'
import { newId } from '../ids.js'
import {
  insertMessages,
  insertReactions,
  type NewcomerGrants,
  noteAuthors,
  readAlong,
  readThreadAlong,
} from '../imports.js'
import { attachMedia, claimUnattached } from '../media.js'
import { emptied, type MessageRow, newMessageRow } from '../messages.js'
import type { ReactionRow } from '../reactions.js'
import type { RoomRow } from '../rooms.js'
import { placesOf, replyBottom, threadOf, writeThreads } from '../threads.js'
import { uncount } from '../unread.js'
import type { Threads } from './threads.js'

/** A message that is to be imported, with the ids that follow from the keys. */
export interface ImportedMessage
  extends Pick<
    StoredMessage,
    | ('id' | 'userId' | 'kind' | 'text' | 'data' | 'saidAs' | 'mentionsEveryone' | 'replyToId' | 'threadId')
    | ('createdAt' | 'editedAt' | 'deletedAt')
  > {
  alsoInRoom: boolean
  mentions: string[]
  mediaIds: string[]
  reactions: { reaction: string; userIds: string[] }[]
  lenient: boolean
}

/** Where a room stood after messages were imported, and what in it was the last that somebody has to read. */
export interface Standing {
  seq: number
  lastToRead: number
}

export interface Imported {
  /** Which were written, by their places. */
  written: number[]
  /** Why the one at this place cannot be, and nothing from there on. */
  refusal: { n: number; error: ChatError } | undefined
  revision: number
  /** Between these are the numbers of the messages of the room, and of replies that are in threads alone; from and to. */
  seqs: [number, number]
  replySeqs: [number, number]
  standing: Standing
}

export interface ImportingOn {
  db: Db
  dialect: Dialect
  /** How many of those who reacted are named in the summary of a message's reactions. */
  namedReactors: number
  newcomerGrants: NewcomerGrants
}

/** What is known of a batch before it is written. */
export interface KnownOfBatch {
  existing: Set<string>
  people: Set<string>
  /** What the messages refer to that was there before. */
  referred: Map<string, MessageRow>
  threads: Threads
}

/** The messages of one transaction, numbered one after the other. */
export class ImportBatch {
  readonly #rows = new Map<string, StoredMessage>()
  readonly #written: number[] = []
  readonly #reactions: ReactionRow[] = []
  readonly #media: { messageId: string; mediaIds: string[] }[] = []
  readonly #claimed = new Set<string>()
  #revision: number
  #seq: number
  #replySeq: number

  constructor(
    readonly on: ImportingOn,
    readonly room: RoomRow,
    readonly known: KnownOfBatch,
  ) {
    // The lock has taken one already.
    this.#revision = room.revision - 1
    this.#seq = room.lastMessageSeq
    this.#replySeq = room.replySeq
  }

  /** Up to the first that cannot be taken, which is returned. */
  async take(given: ImportedMessage[]): Promise<Imported['refusal']> {
    for (const [n, message] of given.entries()) {
      if (this.known.existing.has(message.id) || this.#rows.has(message.id)) continue
      const fitting = this.#withoutUnknown(message)
      const error = this.#refusalOf(fitting) ?? (await this.#claim(fitting))
      if (error) return { n, error }
      this.#add(fitting)
      this.#written.push(n)
    }
    return undefined
  }

  #find(id: string): MessageRow | undefined {
    const row = this.#rows.get(id) ?? this.known.referred.get(id)
    return row?.roomId === this.room.id ? row : undefined
  }

  #withoutUnknown(message: ImportedMessage): ImportedMessage {
    if (!message.lenient) return message
    const isKnown = (userId: string) => this.known.people.has(userId)
    const { replyToId, mentions } = message
    const reactions = message.reactions.map(({ reaction, userIds }) => ({ reaction, userIds: userIds.filter(isKnown) }))
    return {
      ...message,
      replyToId: replyToId !== null && this.#find(replyToId) ? replyToId : null,
      mentions: mentions.filter(isKnown),
      reactions: reactions.filter(({ userIds }) => userIds.length > 0),
    }
  }

  #refusalOf({ userId, mentions, reactions, replyToId, threadId }: ImportedMessage): ChatError | undefined {
    const strangers = (ids: string[], pointer: (n: number) => string) => {
      const n = ids.findIndex((id) => !this.known.people.has(id))
      return n < 0 ? undefined : invalid(pointer(n), `the chat knows nobody by the id ${ids[n]}: chat.users.save first`)
    }
    const stranger =
      strangers(userId === null ? [] : [userId], () => '/userId') ??
      strangers(mentions, (n) => `/mentions/${n}`) ??
      reactions
        .map(({ userIds }, m) => strangers(userIds, (n) => `/reactions/${m}/userIds/${n}`))
        .find((error) => error !== undefined)
    if (stranger) return stranger
    if (replyToId !== null && !this.#find(replyToId))
      return invalid('/replyTo', 'no message with this key was imported before')
    if (threadId === null) return undefined
    const root = this.#find(threadId)
    if (!root) return invalid('/thread', 'no message with this key was imported before')
    if (root.threadId !== null) return invalid('/thread', 'is a reply itself: name the message that its thread is of')
    return root.kind === 'system' ? invalid('/thread', 'tells what happened, and has no thread') : undefined
  }

  /** Nothing of this batch is attached yet, so what it has claimed is looked at as well. */
  async #claim({ id, userId, mediaIds }: ImportedMessage): Promise<ChatError | undefined> {
    if (mediaIds.length === 0) return undefined
    const rows = userId === null ? [] : await claimUnattached(this.on.db, userId, mediaIds)
    const free = new Set(rows.flatMap((row) => (this.#claimed.has(row.id) ? [] : [row.id])))
    const missing = mediaIds.findIndex((mediaId) => !free.has(mediaId))
    if (missing >= 0) return invalid(`/mediaIds/${missing}`, 'is not media of its author that is still unattached')
    for (const mediaId of mediaIds) this.#claimed.add(mediaId)
    this.#media.push({ messageId: id, mediaIds })
    return undefined
  }

  #add(message: ImportedMessage): void {
    const {
      id,
      threadId,
      mentions,
      reactions,
      mediaIds,
      alsoInRoom,
      lenient: _,
      editedAt,
      deletedAt,
      ...said
    } = message
    const { threads } = this.known
    const { namedReactors } = this.on
    const isApart = threadId !== null && !alsoInRoom
    this.#revision += 1
    if (isApart) this.#replySeq += 1
    else this.#seq += 1
    const row: StoredMessage = {
      ...newMessageRow({
        ...{ ...said, id, threadId, roomId: this.room.id, clientId: null, system: null, forwardedFrom: null },
        ...{ seq: isApart ? replyBottom + this.#replySeq : this.#seq, revision: this.#revision },
        threadSeq: threadId === null ? null : threads.nextSeq(threadId),
        rootSeq: threadId === null ? null : threads.rootSeq(threadId),
        ...{ mentions: JSON.stringify(mentions), hasMedia: mediaIds.length > 0 },
      }),
      ...{ editedAt, deletedAt, bodyHash: null, lastReplySeq: 0, lastReplyAt: null },
      reactions: JSON.stringify(
        reactions.map(({ reaction, userIds }) => ({
          ...{ reaction, count: userIds.length, userIds: userIds.slice(0, namedReactors) },
        })),
      ),
      ...(deletedAt !== null && emptied),
    }
    this.#rows.set(id, row)
    const about = { messageId: id, roomId: row.roomId, createdAt: row.createdAt }
    for (const { reaction, userIds } of reactions)
      for (const userId of userIds) this.#reactions.push({ id: newId(), ...about, userId, reaction })
    if (threadId !== null) threads.add(row)
    else threads.know(row)
  }

  /** Writes what was taken, and what follows from it. */
  async write(before: Standing): Promise<Omit<Imported, 'refusal'>> {
    const { on, room } = this
    const { db } = on
    const lastReplySeqs = await this.#changeRoots()
    const rows = [...this.#rows.values()]
    const seqs: [number, number] = [room.lastMessageSeq + 1, this.#seq]
    const replySeqs: [number, number] = [room.replySeq + 1, this.#replySeq]
    await insertMessages(on, rows)
    await insertReactions(on, this.#reactions)
    await noteAuthors(db, room, authorsOf(rows), on.newcomerGrants)
    for (const { messageId, mediaIds } of this.#media) await attachMedia(db, messageId, mediaIds)
    const lastToRead = await this.#settleReading(before.lastToRead, lastReplySeqs, rows)
    await db.chatRoom.updateMany({ where: { id: room.id }, data: this.#countersAfter(before.lastToRead, rows) })
    const standing = { seq: this.#seq, lastToRead }
    return { written: this.#written, revision: this.#revision, seqs, replySeqs, standing }
  }

  /** The messages that threads are of have a revision more, after all others. Returns the last place of each thread before. */
  async #changeRoots(): Promise<Map<string, number>> {
    const { threads, referred } = this.known
    const rows = [...this.#rows.values()]
    const replies = rows.filter(({ threadId }) => threadId !== null)
    const before = new Map<string, number>()
    for (const threadId of new Set(replies.flatMap((reply) => reply.threadId ?? []))) {
      this.#revision += 1
      const was = referred.get(threadId)
      if (was) before.set(threadId, threadOf(was)?.lastSeq ?? 0)
      const own = this.#rows.get(threadId)
      const root = threads.changeRoot(threadId, this.#revision)
      const thread = root && threadOf(root)
      if (own && thread) {
        const { lastSeq, lastAt } = thread
        Object.assign(own, { thread: root.thread, revision: root.revision, lastReplySeq: lastSeq })
        own.lastReplyAt = new Date(lastAt)
      }
    }
    if (replies.length === 0) return before
    const writes = await threads.writes(this.on.db, replies)
    await writeThreads(this.on, {
      ...writes,
      roots: writes.roots.filter(({ id }) => !this.#rows.has(id)),
      // Who follows a thread by what was written elsewhere has read all of it, and is not called back by it.
      followers: writes.followers.map(({ threadId, ...follower }) => ({
        ...{ ...follower, threadId, reason: 'begun' },
        readSeq: threadOf(threads.rootOf(threadId) ?? { thread: null })?.lastSeq ?? 0,
      })),
      mentions: [],
    })
    return before
  }

  /** Nobody has to read what was imported. Returns the last message of the room that somebody has to read from now on. */
  async #settleReading(lastToRead: number, lastReplySeqs: Map<string, number>, rows: StoredMessage[]): Promise<number> {
    const { on, room } = this
    const behind = new Set<string>()
    if (this.#seq > room.lastMessageSeq && (await readAlong(on, room.id, { lastToRead, seq: this.#seq })))
      behind.add(room.id)
    for (const [threadId, last] of lastReplySeqs) {
      const seq = this.known.threads.nextSeq(threadId) - 1
      if (await readThreadAlong(on.db, threadId, { lastToRead: last, seq })) behind.add(threadId)
    }
    const isUncounted = ({ kind, deletedAt }: StoredMessage) => kind === 'system' || deletedAt !== null
    const places = rows.flatMap((row) => placesOf(row).filter(({ roomId }) => isUncounted(row) || behind.has(roomId)))
    if (places.length > 0) await uncount(on.db, places)
    const counted = rows.filter((row) => row.seq > 0 && !isUncounted(row) && !behind.has(room.id))
    return counted.at(-1)?.seq ?? lastToRead
  }

  /** A room in which nobody had to read anything is as old as its last message, and another one does not become older. */
  #countersAfter(lastToRead: number, rows: StoredMessage[]) {
    const { room } = this
    const standing = rows.filter(({ deletedAt }) => deletedAt === null)
    const last = standing.findLast(({ seq }) => seq > 0)?.createdAt
    const lastReply = rows.findLast(({ seq }) => seq < 0)?.createdAt
    const later = (one: Date | null, other: Date) => (one !== null && one > other ? one : other)
    return {
      ...{ revision: this.#revision, lastMessageSeq: this.#seq, replySeq: this.#replySeq },
      // Whoever removes what is too old looks at the room anew.
      ...(rows.length > 0 && { erasedRevision: this.#revision, keptSince: 0, purgeHeldUntil: null }),
      ...(last && { lastMessageAt: lastToRead === 0 ? last : later(room.lastMessageAt, last) }),
      ...(lastReply && { lastReplyAt: later(room.lastReplyAt, lastReply) }),
    }
  }
}

/** Who wrote messages, and when first. */
function authorsOf(rows: StoredMessage[]): Map<string, Date> {
  const firstAt = new Map<string, Date>()
  for (const { userId, createdAt } of rows) if (userId !== null && !firstAt.has(userId)) firstAt.set(userId, createdAt)
  return firstAt
}
