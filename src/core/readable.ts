import type { DurableEvent } from '../contract/events.js'
import type { Message, ReplyTo } from '../contract/messages.js'
import { notFound } from '../contract/problems.js'
import type { Room } from '../contract/rooms.js'
import type { Db } from '../store/client.js'
import type { MemberRow } from '../store/members.js'
import { findMessage, type MessageRow } from '../store/messages.js'
import { hiddenUpTo, isKept, placeOf } from '../store/readable.js'
import type { RoomRow } from '../store/rooms.js'
import { isApart } from '../store/threads.js'
import { type Actor, system } from './actor.js'
import type { Membership } from './membership.js'

/** Somebody who reads messages, and up to which `seq` those of a room are hidden from them. */
export interface Reader {
  userId: string
  hiddenUpTo(roomId: string): number
}

/** A member as a reader of their room; undefined for the host's own code and for moderators, who read everything. */
export const readerIn = ({ room, member }: Membership): Reader | undefined =>
  member && { userId: member.userId, hiddenUpTo: () => hiddenUpTo(room, member) }

/** A user as a reader of several rooms, by what is hidden from them in each. */
export const readerOf = (userId: string, hidden: ReadonlyMap<string, number>): Reader => ({
  userId,
  hiddenUpTo: (roomId) => hidden.get(roomId) ?? 0,
})

/** Who acts, as a reader of one room; undefined for the host's own code. */
export const readerAt = (actor: Actor, roomId: string, hiddenUpTo: number): Reader | undefined =>
  actor === system ? undefined : readerOf(actor, new Map([[roomId, hiddenUpTo]]))

export const isReadable = (
  message: Pick<MessageRow, 'roomId' | 'seq' | 'rootSeq'>,
  reader: Reader | undefined,
): boolean => !reader || placeOf(message) > reader.hiddenUpTo(message.roomId)

/** A message of a room, if it is there for who acts: what is hidden from them is not. */
export async function findReadable(
  db: Db,
  { room, member }: Pick<Membership, 'room' | 'member'>,
  messageId: string,
): Promise<MessageRow | null> {
  const row = await findMessage(db, room.id, messageId)
  return row && isKept(row, room) && isReadable(row, readerIn({ room, member })) ? row : null
}

/** The same, and 404 if it is not. */
export async function requireReadable(db: Db, membership: Membership, messageId: string): Promise<MessageRow> {
  const row = await findReadable(db, membership, messageId)
  if (!row) throw notFound()
  return row
}

/** Whether somebody may show the whole history to everybody: who cannot read it cannot give it. */
export const mayOpenHistory = (room: RoomRow, member: MemberRow | undefined): boolean =>
  !member || hiddenUpTo(room, member) <= room.purgedSeq

/** Where a reply that is in a thread alone stands, and what of a room its view does not tell: kept here, as no client is told. */
const rootSeqs = new WeakMap<Message | ReplyTo, number>()
const historyRevisions = new WeakMap<Room, number>()

export function rememberPlace<Shown extends Message | ReplyTo>(
  shown: Shown,
  row: Pick<MessageRow, 'seq' | 'rootSeq'>,
): Shown {
  if (isApart(row)) rootSeqs.set(shown, placeOf(row))
  return shown
}

export function rememberHistory(shown: Room, { historyRevision }: Pick<RoomRow, 'historyRevision'>): Room {
  if (historyRevision !== null) historyRevisions.set(shown, historyRevision)
  return shown
}

const shownPlace = (shown: Message | ReplyTo): number => rootSeqs.get(shown) ?? shown.seq

/** What is hidden from a member of a room, for as long as the room keeps its history from new members since this revision. */
export interface HiddenHistory {
  upTo: number
  since: number
}

/** Whether it is so no more after an event. Who is there when it is turned on again sees everything. */
export const endsHiding = (event: DurableEvent, { since }: HiddenHistory): boolean =>
  event.type === 'room.updated' && historyRevisions.get(event.room) !== since

/** The event as it is told to members from whom messages are hidden up to a place. */
export function toldTo(event: DurableEvent, upTo: number): DurableEvent {
  if (!('message' in event) || upTo === 0) return event
  const { roomId, revision, message } = event
  if (shownPlace(message) <= upTo) return { type: 'message.hidden', roomId, revision }
  const { replyTo } = message
  return replyTo && shownPlace(replyTo) <= upTo ? { ...event, message: { ...message, replyTo: null } } : event
}

/** The lowest place that an event tells of: members from whom nothing is hidden up to there are told all of it. */
export function lowestPlaceIn(event: DurableEvent): number {
  if (!('message' in event)) return Number.POSITIVE_INFINITY
  const { message } = event
  const { replyTo } = message
  return Math.min(shownPlace(message), replyTo ? shownPlace(replyTo) : Number.POSITIVE_INFINITY)
}
