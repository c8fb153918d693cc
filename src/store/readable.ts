import type { Stored } from './client.js'

type OfRoom = Pick<Stored<'chatRoom'>, 'historyRevision'>
type OfMember = Pick<Stored<'chatRoomUser'>, 'joinedRevision' | 'joinedSeq'>
type OfMessage = Pick<Stored<'chatMessage'>, 'seq' | 'rootSeq'>

/**
 * Up to which `seq` a room's messages are hidden from a member; 0 where they see all. Only those have a beginning who joined
 * since the room has been telling new members nothing of before. To turn that on takes nothing from anybody who is there.
 */
export const hiddenUpTo = ({ historyRevision }: OfRoom, { joinedRevision, joinedSeq }: OfMember): number =>
  historyRevision !== null && joinedRevision > historyRevision ? joinedSeq : 0

/** The same in SQL, of the member `m` and the room `c`. */
export const sqlHiddenUpTo = 'CASE WHEN m.joined_revision > c.history_revision THEN m.joined_seq ELSE 0 END'

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
      members: { where: { userId, leftAt: null }, select: { joinedRevision: true, joinedSeq: true } },
    },
  },
})

/** The same, as it was read; nobody reads in a room that they are not in. */
export function mayRead(message: OfMessage & { room: OfRoom & { members: OfMember[] } }): boolean {
  const [member] = message.room.members
  return member !== undefined && placeOf(message) > hiddenUpTo(message.room, member)
}
