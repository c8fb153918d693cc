import { mentionsOf, sideOf } from './side.js'
import type { ModelMember, ModelRoom, Told } from './world.js'

/** A durable event, to all who are in the room now; gives the revision that it took. */
export function tell(room: ModelRoom, type: string, subject: string, says?: unknown): number {
  room.revision += 1
  const to = room.members.map(({ userId }) => userId)
  room.told.push({ type, subject, revision: room.revision, to, ...(says ? { says } : {}) })
  return room.revision
}

/** A personal event. */
export const tellOne = (room: ModelRoom, type: string, userId: string, says?: unknown): void =>
  void room.told.push({ type, subject: userId, to: [userId], says })

export function tellMe(room: ModelRoom, member: ModelMember): void {
  const { userId, lastReadSeq } = member
  const { revision, messages } = room
  const standing = { revision, lastMessageSeq: messages.length }
  const counts = { lastReadSeq, unreadCount: unreadOf(room, member), mentionCount: mentionsOf(room, member) }
  tellOne(room, 'me.updated', userId, { ...sideOf(room, member), ...counts, ...standing })
}

/** What others said above the marker, and still stands. */
export const unreadOf = ({ messages }: ModelRoom, { userId, lastReadSeq }: ModelMember): number =>
  messages
    .slice(lastReadSeq)
    .filter((message) => message.kind === 'user' && message.userId !== userId && !message.isDeleted).length

/** Ephemeral: to everyone else. */
export function tellRead(room: ModelRoom, { userId, lastReadSeq }: ModelMember): void {
  const to = room.members.map((member) => member.userId).filter((id) => id !== userId)
  room.told.push({ type: 'read', subject: userId, to, says: lastReadSeq })
}

/** What one who saw everything up to a revision is told when they come back: each thing once, as it is now. */
export function missed(told: Told[], since: number): Told[] {
  const last = new Map<string, Told & { revision: number }>()
  const begun = new Map<string, Told>()
  const deleted = new Set<string>()
  for (const event of told) {
    if (!event.revision) continue
    last.set(event.subject, { ...event, revision: event.revision })
    if (event.type === 'message.deleted') deleted.add(event.subject)
    if (event.type === 'message.created' || event.type === 'member.added') begun.set(event.subject, event)
  }
  return [...last.values()]
    .filter(({ revision }) => revision > since)
    .sort((a, b) => a.revision - b.revision)
    .map(({ says: _, ...event }) => {
      // What was deleted stays so, whatever becomes of its thread.
      if (deleted.has(event.subject)) return { ...event, type: 'message.deleted' }
      // What was not there before is new, however often it has changed since.
      const first = begun.get(event.subject)
      const isNew = event.type.endsWith('.updated') && first && (first.revision ?? 0) > since
      return isNew ? { ...event, type: first.type } : event
    })
}
