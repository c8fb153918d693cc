import { expect } from 'vitest'
import type { Frame } from '../socket.js'
import type { Connection } from './device.js'
import { missed } from './told.js'
import type { ModelRoom, Told } from './world.js'

const types = /^(message|member|room)\./

const isApart = ({ threadId, alsoInRoom }: Frame): boolean => threadId !== null && !alsoInRoom

/** Frames tell the message that a thread is of by an id. */
const shortened = (subject: string): string => subject.replace(/^reply \d+\//, 'reply ')

const subjectOf = ({ message, member }: Frame): string =>
  message
    ? isApart(message)
      ? `reply ${message.seq}`
      : `message ${message.seq}`
    : member
      ? `member ${member.user.id}`
      : 'room'

export const shownEvent = (frame: Frame) =>
  frame.type === 'room.left' || frame.type === 'room.joined'
    ? [frame.type, frame.reason]
    : [frame.type, frame.revision, subjectOf(frame), frame.cause]

export const expectedEvent = ({ type, revision, subject, says }: Told) =>
  revision ? [type, revision, shortened(subject), says] : [type, says]

/**
 * What one socket was told of one room is what the model says, in that order, and nothing else: what was missed, each
 * thing once; then everything, revision by revision, while its user is in the room.
 */
export function compareStream(room: ModelRoom, id: string, n: number, userId: string, connection: Connection): void {
  const frames = connection.frames.filter(({ type, roomId, room }) => types.test(type) && (roomId ?? room?.id) === id)
  const { isCut } = connection
  const from = connection.from[n] ?? 0
  const before = room.told.slice(0, from)
  const joins = before.filter((event) => !event.revision && event.to.includes(userId) && types.test(event.type))
  const wasIn = joins.at(-1)?.type === 'room.joined'
  const seen = connection.seen.get(id)

  const story: unknown[][] = []
  if (seen !== undefined) {
    if (wasIn) story.push(...missed(before, seen).map(expectedEvent))
    else if (joins.length > 0) story.push(expectedEvent(joins.at(-1) as Told))
  }
  let floor = 0
  let joined = frames.filter(({ type }) => type === 'room.joined')
  for (const event of room.told.slice(from)) {
    if (!event.to.includes(userId) || !types.test(event.type)) continue
    if (event.type === 'room.joined') {
      // Told with the room as it is then, which may be a little later.
      floor = joined[0]?.room.revision ?? 0
      joined = joined.slice(1)
    } else if (event.revision && event.revision <= floor) continue
    story.push(expectedEvent(event))
  }
  const what = `what ${userId} was told of room ${n}${isCut ? ', until cut off' : ''}, having seen ${seen}`
  expect(frames.map(shownEvent), what).toEqual(isCut ? story.slice(0, frames.length) : story)

  const mine = connection.frames.filter((frame) => frame.type === 'me.updated' && frame.roomId === id)
  const told = room.told.slice(from).filter((event) => event.type === 'me.updated' && event.to.includes(userId))
  const states = mine.map(({ me, revision, lastMessageSeq }) => {
    const { muted, mutedUntil, notify, isPinned, isMarkedUnread, isArchived, ...counts } = me
    const { lastReadSeq, unreadCount, mentionCount } = counts
    const side = { muted, mutedUntil, notify, isPinned, isMarkedUnread, isArchived }
    return { ...side, lastReadSeq, unreadCount, mentionCount, revision, lastMessageSeq }
  })
  const said = told.map(({ says }) => says)
  expect(states, `${userId}’s own state in room ${n}`).toEqual(isCut ? said.slice(0, states.length) : said)

  const reads = room.told.slice(from).filter((event) => event.type === 'read' && event.to.includes(userId))
  const left = reads.map(({ subject, says }) => `${subject} has read ${says}`)
  for (const frame of connection.frames) {
    if (frame.type !== 'read' || frame.roomId !== id || frame.userId === userId) continue
    // Ephemeral: some may be missing, but none comes out of order, or to who is not there.
    const index = left.indexOf(`${frame.userId} has read ${frame.lastReadSeq}`)
    expect(index, `${userId} is told that ${frame.userId} has read ${frame.lastReadSeq} of room ${n}`).not.toBe(-1)
    left.splice(0, index + 1)
  }
}
