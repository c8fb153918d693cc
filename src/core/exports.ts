import type { Readable } from 'node:stream'
import type { ExportedFile, ExportedLine, UserExport } from '../contract/exports.js'
import type { ForwardedFrom } from '../contract/messages.js'
import { notFound } from '../contract/problems.js'
import {
  editsToExport,
  littleToExport,
  mediaToExport,
  messagesToExport,
  reactionsToExport,
  roomsToExport,
  threadsToExport,
} from '../store/exports.js'
import { mediaOfMessages } from '../store/media.js'
import { type MessageRow, mentionsOf } from '../store/messages.js'
import { isKept } from '../store/readable.js'
import type { RoomRow } from '../store/rooms.js'
import { scheduledOf } from '../store/scheduled.js'
import { replyBottom, shownSeq } from '../store/threads.js'
import { findUser } from '../store/users.js'
import type { Context } from './context.js'
import { draftOf } from './scheduled.js'

const atOnce = 200

/** What the chat knows of a user, for themselves: what they did and said, and nothing that others said. */
export class Exports {
  constructor(readonly context: Context) {}

  /** Reads as it is asked for, so that it takes no more memory for who has said much. */
  of(userId: string): UserExport {
    return {
      [Symbol.asyncIterator]: () => written(this.#lines(userId)),
      files: () => this.#files(userId),
    }
  }

  async *#lines(userId: string): AsyncGenerator<ExportedLine> {
    const { work } = this.context
    const user = await findUser(work.db, userId)
    if (user) {
      const { id, name, description, hostAvatarUrl, avatarMediaId, lastSeenAt } = user
      yield {
        type: 'user',
        id,
        name,
        description,
        avatarUrl: hostAvatarUrl,
        avatarMediaId,
        lastSeenAt: iso(lastSeenAt),
      }
    }
    yield* this.#rooms(userId)
    const reactions = (after: string) => reactionsToExport(work.db, userId, after, atOnce)
    for await (const { messageId, roomId, reaction, createdAt } of byId(reactions)) {
      yield { type: 'reaction', messageId, roomId, reaction, createdAt: createdAt.toISOString() }
    }
    for await (const row of byId((after) => mediaToExport(work.db, userId, after, atOnce))) {
      const { id, filename, contentType, byteSize, createdAt } = row
      yield { type: 'file', id, filename, contentType, byteSize, createdAt: createdAt.toISOString() }
    }
    yield* this.#rest(userId)
  }

  async *#rooms(userId: string): AsyncGenerator<ExportedLine> {
    const { db } = this.context.work
    for (let after = ''; ; ) {
      const rows = await roomsToExport(db, userId, after, atOnce)
      for (const { room, member } of rows) {
        const { id: roomId, type, name } = room
        const { role, muted, notify, isPinned, lastReadSeq, joinedAt, leftAt } = member
        yield {
          ...{ type: 'room', roomId, roomType: type, name, role, muted, notify, isPinned, lastReadSeq },
          ...{ joinedAt: joinedAt.toISOString(), leftAt: iso(leftAt) },
        }
        yield* this.#messages({ roomId, userId }, room)
      }
      after = rows.at(-1)?.room.id ?? ''
      if (rows.length < atOnce) return
    }
  }

  async *#messages(of: { roomId: string; userId: string }, room: RoomRow): AsyncGenerator<ExportedLine> {
    const { db } = this.context.work
    for (let after = replyBottom; ; ) {
      const rows = await messagesToExport(db, of, after, atOnce)
      const ids = rows.map(({ id }) => id)
      const media = await mediaOfMessages(db, ids)
      const edits = ids.length > 0 ? await editsToExport(db, ids) : []
      for (const row of rows) {
        if (!isKept(row, room)) continue
        const mediaIds = (media.get(row.id) ?? []).map(({ id }) => id)
        const before = edits.filter(({ messageId }) => messageId === row.id)
        yield {
          ...shownMessage(row),
          mediaIds,
          edits: before.map(({ text, at }) => ({ text, at: at.toISOString() })),
        }
      }
      after = rows.at(-1)?.seq ?? after
      if (rows.length < atOnce) return
    }
  }

  async *#rest(userId: string): AsyncGenerator<ExportedLine> {
    const { db } = this.context.work
    for (let after = ''; ; ) {
      const rows = await threadsToExport(db, userId, after, atOnce)
      for (const row of rows) yield { type: 'thread', ...row }
      after = rows.at(-1)?.threadId ?? ''
      if (rows.length < atOnce) break
    }
    for (const row of await scheduledOf(db, { userId }, undefined, 1_000)) {
      const { text = '', mentions = [], mediaIds = [], data = null } = draftOf(row)
      const { id, roomId, sendAt } = row
      yield { type: 'scheduled', id, roomId, text, mentions, mediaIds, data, sendAt: sendAt.toISOString() }
    }
    const { blocks, reports, audit } = await littleToExport(db, userId)
    for (const { blockedId, createdAt } of blocks) {
      yield { type: 'block', userId: blockedId, createdAt: createdAt.toISOString() }
    }
    for (const { createdAt, ...report } of reports) {
      yield { type: 'report', ...report, createdAt: createdAt.toISOString() }
    }
    for (const { createdAt, actorId, userId: whom, ...entry } of audit) {
      // Who else it was is not theirs to know.
      yield {
        type: 'audit',
        ...entry,
        isActor: actorId === userId,
        isSubject: whom === userId,
        createdAt: createdAt.toISOString(),
      }
    }
  }

  async *#files(userId: string): AsyncGenerator<ExportedFile> {
    const { work, storage } = this.context
    for await (const row of byId((after) => mediaToExport(work.db, userId, after, atOnce))) {
      const { id, filename, contentType, byteSize, storageKey } = row
      const read = async (): Promise<Readable> => {
        const bytes = await storage?.read(storageKey)
        if (!bytes) throw notFound()
        return bytes
      }
      yield { id, filename, contentType, byteSize, read }
    }
  }
}

/** Goes through rows by their ids, as many at once as a page has. */
async function* byId<Row extends { id: string }>(page: (after: string) => Promise<Row[]>): AsyncGenerator<Row> {
  for (let after = ''; ; ) {
    const rows = await page(after)
    yield* rows
    after = rows.at(-1)?.id ?? ''
    if (rows.length < atOnce) return
  }
}

async function* written(lines: AsyncIterable<ExportedLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`
}

const iso = (date: Date | null): string | null => date?.toISOString() ?? null

const shownMessage = (row: MessageRow) => ({
  ...{ type: 'message' as const, id: row.id, roomId: row.roomId, seq: shownSeq(row), threadId: row.threadId },
  ...{ clientId: row.clientId, text: row.text, data: row.data === null ? null : JSON.parse(row.data) },
  ...{ replyToId: row.replyToId, mentions: mentionsOf(row), mentionsEveryone: row.mentionsEveryone },
  forwardedFrom: row.forwardedFrom === null ? null : (JSON.parse(row.forwardedFrom) as ForwardedFrom),
  ...{ createdAt: row.createdAt.toISOString(), editedAt: iso(row.editedAt) },
})
