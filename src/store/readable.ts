import type { Stored } from './client.js'

type OfRoom = Pick<Stored<'chatRoom'>, 'historyRevision' | 'purgedSeq'>
type OfMember = Pick<Stored<'chatRoomUser'>, 'joinedRevision' | 'joinedSeq'>
type OfMessage = Pick<Stored<'chatMessage'>, 'seq' | 'rootSeq'>

/**
 * Up to which `seq` a room's messages are hidden from a member; 0 where they see all. Only those have a beginning of their own who
 * joined since the room has been telling new members nothing of before. To turn that on takes nothing from anybody who is there.
 * What was too old is there for nobody: its rows go a little later.
 */
export const hiddenUpTo = (room: OfRoom, { joinedRevision, joinedSeq }: OfMember): number =>
  room.historyRevision !== null && joinedRevision > room.historyRevision
    ? Math.max(joinedSeq, room.purgedSeq)
    : room.purgedSeq

/** The same in SQL, of the member `m` and the room `c`; where there is no member, as the host's own code sees it. */
export const sqlHiddenUpTo = `CASE WHEN m.joined_revision > c.history_revision AND m.joined_seq > c.purged_seq
  THEN m.joined_seq ELSE c.purged_seq END`

/** Whether a message of a room was not too old when it was looked last. */
export const isKept = (message: OfMessage, { purgedSeq }: Pick<OfRoom, 'purgedSeq'>): boolean =>
  placeOf(message) > purgedSeq

/**
 * Where a message stands for that: a reply that is in a thread alone stands where the message is that the thread is of. Whoever
 * may not read that one has no way to the thread.
 */
export const placeOf = ({ seq, rootSeq }: OfMessage): number => (seq < 0 ? (rootSeq ?? 0) : seq)

/** The same in SQL, of the message `x`. */
export const sqlPlace = 'CASE WHEN x.seq < 0 THEN x.root_seq ELSE x.seq END'

/** What tells whether a user may read a message of a room that they are in. */
export const readableColumns = (userId: string) => ({
  seq: true,
  rootSeq: true,
  room: {
    select: {
      historyRevision: true,
      purgedSeq: true,
      members: { where: { userId, leftAt: null }, select: { joinedRevision: true, joinedSeq: true } },
    },
  },
})

/** The same, as it was read; nobody reads in a room that they are not in. */
export function mayRead(message: OfMessage & { room: OfRoom & { members: OfMember[] } }): boolean {
  const [member] = message.room.members
  return member !== undefined && placeOf(message) > hiddenUpTo(message.room, member)
}
