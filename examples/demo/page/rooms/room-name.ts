import type { Room } from 'express-chat/client'
import { plural } from '../design/plural.js'
import { userName } from '../people/user-name.js'

export const roomName = (room: Room): string =>
  room.type === 'private' ? (room.peer ? userName(room.peer) : 'Private chat') : (room.name ?? 'Room')

/** What one should know before a room becomes public. */
export const publicWarning = 'Anyone can find it, join it and read its whole history'

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
