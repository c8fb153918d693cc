import { z } from 'zod'
import { id, whole } from '../contract/fields.js'
import type { Notice } from '../publish/notice.js'

/** What one server tells the others: ids and numbers, never content. */
export const hint = z.discriminatedUnion('type', [
  /** The room has reached a revision. */
  z.strictObject({ type: z.literal('room'), roomId: id, revision: whole }),
  z.strictObject({ type: z.enum(['joined', 'requested']), roomId: id, userId: id }),
  z.strictObject({
    type: z.literal('typing'),
    roomId: id,
    userId: id,
    isTyping: z.boolean(),
    revision: whole.exactOptional(),
  }),
  z.strictObject({ type: z.literal('read'), roomId: id, userId: id, lastReadSeq: whole, revision: whole }),
  z.strictObject({ type: z.literal('me'), roomId: id, userId: id }),
  z.strictObject({ type: z.literal('thread'), roomId: id, userId: id, messageId: id }),
  z.strictObject({ type: z.literal('presence'), userId: id }),
  z.strictObject({ type: z.literal('block'), userId: id, blockedId: id }),
  z.strictObject({ type: z.literal('user'), userId: id }),
  /** The user has too many sockets on all servers together. */
  z.strictObject({ type: z.literal('crowded'), userId: id }),
  z.strictObject({ type: z.literal('signedOut'), userId: id }),
])

export type BusHint = z.infer<typeof hint>

/** Hints with the same key are about the same thing: of those that wait, the last one replaces the others. */
export function subjectOf(hint: BusHint): string {
  switch (hint.type) {
    case 'room':
      return JSON.stringify([hint.type, hint.roomId])
    case 'joined':
    case 'requested':
    case 'typing':
    case 'read':
    case 'me':
      return JSON.stringify([hint.type, hint.roomId, hint.userId])
    case 'thread':
      return JSON.stringify([hint.type, hint.messageId, hint.userId])
    case 'block':
      return JSON.stringify([hint.type, hint.userId, hint.blockedId])
    case 'presence':
    case 'user':
    case 'crowded':
    case 'signedOut':
      return JSON.stringify([hint.type, hint.userId])
  }
}

/** The hints that a notice of this server gives the other servers. */
export function hintsOf(notice: Notice): BusHint[] {
  switch (notice.type) {
    case 'room.changed': {
      const { roomId, events } = notice
      const newest = events.at(-1)
      if (!newest) return []
      const added = events.flatMap((event) => (event.type === 'member.added' ? [event.member.user.id] : []))
      return [
        { type: 'room', roomId, revision: newest.revision },
        ...added.map((userId): BusHint => ({ type: 'joined', roomId, userId })),
      ]
    }
    case 'room.imported':
      return [{ type: 'room', roomId: notice.roomId, revision: notice.revision }]
    case 'me.changed':
      return [{ type: 'me', roomId: notice.roomId, userId: notice.userId }]
    case 'thread.changed': {
      const { roomId, userId, messageId } = notice
      return [{ type: 'thread', roomId, userId, messageId }]
    }
    case 'marker.moved': {
      const { roomId, userId, lastReadSeq, revision } = notice
      return [{ type: 'read', roomId, userId, lastReadSeq, revision }]
    }
    case 'block.changed':
      return [{ type: 'block', userId: notice.userId, blockedId: notice.blockedId }]
    case 'request.changed':
      return [{ type: 'requested', roomId: notice.roomId, userId: notice.userId }]
    case 'user.changed':
      return [{ type: 'user', userId: notice.userId }]
    case 'report.created':
    case 'erasure.requested':
      return []
  }
}
