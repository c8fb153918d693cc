import {
  forgetDeedsIn,
  forgetInStretch,
  membershipsOf,
  messagesBy,
  messagesNaming,
  nextRooms,
  nextStretch,
} from '../../store/traces.js'
import type { Context } from '../context.js'
import type { Erased } from './erased.js'
import { eraseMedia } from './media.js'
import { eraseFrom } from './messages.js'
import { eraseReactions } from './reactions.js'
import { forgetMaker, forgetMember, inRoom, leaveErased } from './rooms.js'
import { eraseAudit, eraseBlocks, eraseFollowing, eraseNotice, eraseReports, eraseScheduled, idBefore } from './rows.js'

/** An erasure that is being carried out, with what it needs of this server beside the database. */
export interface UnderWay {
  context: Context
  erased: Erased
  requestedAt: Date
  /** Ends what they have open on every server, and forgets on this one that they are known. */
  signOut(userId: string): Promise<void>
}

/**
 * A part of an erasure. It does a little and returns where it goes on, or undefined once it is done. What was done is found no
 * more, so it may be done again from anywhere.
 */
type Step = (underWay: UnderWay, cursor: string) => Promise<string | undefined>

/** Messages that are changed under one lock of their room. */
const messagesAtOnce = 25
const roomsAtOnce = 100
/** Messages that one statement goes through. */
const stretchOf = 1_000
/** How far the clocks of servers are apart at most, which give ids by their time. */
const clocksApartMs = 86_400_000

const untilDone =
  (some: (underWay: UnderWay) => Promise<boolean>): Step =>
  async (underWay) =>
    (await some(underWay)) ? undefined : ''

/** Nobody knows them any more: they can be added nowhere, and whoever comes with this id is refused until all is done. */
const person: Step = async ({ context, erased: { userId }, signOut }) => {
  await context.work.write((db) => db.chatUser.deleteMany({ where: { id: userId } }))
  await signOut(userId)
  return undefined
}

/** Goes through the rooms that they were ever in. */
const inTheirRooms =
  (visit: (underWay: UnderWay, roomId: string, leftAt: Date | null) => Promise<void>): Step =>
  async (underWay, cursor) => {
    const { context, erased } = underWay
    const [row] = await membershipsOf(context.work.db, erased.userId, cursor, 1)
    if (!row) return undefined
    await visit(underWay, row.roomId, row.leftAt)
    return row.roomId
  }

/** So they write nothing more. */
const leave = inTheirRooms(async ({ context, erased }, roomId, leftAt) => {
  if (leftAt === null) await leaveErased(context, roomId, erased)
})

const ownMessages: Step = async ({ context, erased }, cursor) => {
  const { userId } = erased
  // The cursor is the room before the one that is being gone through.
  const [row] = await membershipsOf(context.work.db, userId, cursor, 1)
  if (!row) return undefined
  const found = await messagesBy(context.work.db, row.roomId, userId, messagesAtOnce)
  if (found.length === 0) return row.roomId
  const ids = found.map(({ id }) => id)
  await inRoom(context, row.roomId, (place) => eraseFrom(context, place, erased, ids))
  return cursor
}

/**
 * All messages that there are, once: no index knows who is mentioned in them, whom they were forwarded from, or whom the
 * system speaks of.
 */
const stretches: Step = async ({ context, erased }, cursor) => {
  const { work } = context
  const stretch = await nextStretch(work, cursor, stretchOf)
  if (!stretch) return undefined
  const rooms = new Map<string, string[]>()
  for (const { id, roomId } of await messagesNaming(work, stretch, erased.userId)) {
    rooms.set(roomId, [...(rooms.get(roomId) ?? []), id])
  }
  for (const [roomId, ids] of rooms) {
    for (let n = 0; n < ids.length; n += messagesAtOnce) {
      const some = ids.slice(n, n + messagesAtOnce)
      await inRoom(context, roomId, (place) => eraseFrom(context, place, erased, some))
    }
  }
  await work.transaction(({ tx }) => forgetInStretch({ db: tx, dialect: work.dialect }, stretch, erased.userId))
  return stretch.upTo
}

/** Those that came while the others were gone through, as forwarded from what was there before. */
const newStretches: Step = (underWay, cursor) => {
  const since = new Date(underWay.requestedAt.getTime() - clocksApartMs)
  return stretches(underWay, cursor === '' ? idBefore(since) : cursor)
}

const deeds: Step = async ({ context, erased: { userId } }, cursor) => {
  const { work } = context
  const rooms = await nextRooms(work.db, cursor, roomsAtOnce)
  const last = rooms.at(-1)
  if (!last) return undefined
  const ids = rooms.map(({ id }) => id)
  const { refused } = await work.transaction(({ tx }) => forgetDeedsIn(tx, ids, userId))
  for (const of of refused) work.publish({ type: 'request.changed', ...of })
  for (const { id, createdById } of rooms) {
    if (createdById === userId) await work.write((db) => forgetMaker(db, id, userId))
  }
  return last.id
}

const rows: Step = async ({ context, erased }) => {
  await eraseBlocks(context, erased)
  await eraseScheduled(context, erased)
  await eraseNotice(context, erased)
  const done = [
    await eraseFollowing(context, erased),
    await eraseReports(context, erased),
    await eraseAudit(context, erased),
  ]
  return done.every(Boolean) ? undefined : ''
}

const memberships = inTheirRooms(({ context, erased }, roomId) => forgetMember(context, roomId, erased))

/** In this order: what they can still do ends first, and by their rows in rooms the rest is found. */
export const steps: readonly Step[] = [
  person,
  leave,
  ownMessages,
  untilDone(({ context, erased }) => eraseReactions(context, erased)),
  rows,
  stretches,
  deeds,
  newStretches,
  rows,
  untilDone(({ context, erased }) => eraseMedia(context, erased)),
  memberships,
]
