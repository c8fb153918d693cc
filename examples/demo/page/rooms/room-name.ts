import type { HistoryFrom, Room } from 'express-chat/client'
import { plural } from '../design/plural.js'
import { userName } from '../people/user-name.js'

export const roomName = (room: Room): string =>
  room.type === 'private' ? (room.peer ? userName(room.peer) : 'Private chat') : (room.name ?? 'Room')

/** What one should know before a room becomes public, which depends on what whoever joins reads. */
export const publicWarning = (isShown: boolean): string =>
  isShown ? 'Anyone can find it, join it and read its whole history' : 'Anyone can find it and join it'

export const historyAbout = 'Whoever joins reads everything; otherwise only what is written from then on'

/** What whoever joins reads, as a switch says it. */
export const historyFrom = (isShown: boolean): HistoryFrom => (isShown ? 'start' : 'joined')

export const roomTypes = { private: 'Private', group: 'Group', channel: 'Channel' } as const

/** What kind of room it is, in one line. */
export function aboutRoom({ type, isPublic, memberCount, description }: Room): string {
  const parts = [
    isPublic ? `Public ${roomTypes[type].toLowerCase()}` : roomTypes[type],
    type !== 'private' && plural(memberCount, 'member'),
    description,
  ]
  return parts.filter(Boolean).join(' · ')
}
