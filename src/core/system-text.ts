import type { SystemMessage } from '../contract/messages.js'
import type { RoomType } from '../contract/permissions.js'
import type { Logger } from './logger.js'

/**
 * Puts what happened into words, which are stored as the `text` of the message: for those who do not read `system`, as
 * push notifications and exports. Called while the room is locked, and again where its transaction runs again: in process
 * and at once, no waiting. `names` are those of the people in `system`, by their ids. At most `limits.textLength`
 * characters; where it gives anything else, or throws, the error is logged and the English words stand.
 */
export type SystemText = (system: SystemMessage, names: Readonly<Record<string, string>>) => string

/** The English words. */
export function englishOf(
  { type, actorId, userIds = [], name = '' }: SystemMessage,
  names: Readonly<Record<string, string>>,
  roomType: RoomType,
): string {
  const nameOf = (id: string): string => names[id] ?? id
  const who = actorId === null ? undefined : nameOf(actorId)
  const whom = userIds.map(nameOf).join(', ')
  switch (type) {
    case 'room.created':
      return who ? `${who} created the ${roomType}` : `The ${roomType} was created`
    case 'room.renamed':
      return who ? `${who} renamed the ${roomType} to “${name}”` : `The ${roomType} is now called “${name}”`
    case 'member.added':
      return who ? `${who} added ${whom}` : `${whom} was added`
    case 'member.joined':
      return `${whom} joined`
    case 'member.left':
      return `${whom} left`
    case 'member.removed':
      return who ? `${who} removed ${whom}` : `${whom} was removed`
    case 'member.banned':
      return who ? `${who} banned ${whom}` : `${whom} was banned`
    case 'owner.changed':
      return who ? `${who} made ${whom} an owner` : `${whom} is now an owner`
    case 'message.pinned':
      return who ? `${who} pinned a message` : 'A message was pinned'
    case 'host':
      return ''
  }
}

/** The host's words where they can be stored; what is wrong with them is the host's to know. */
export function hostWords(
  systemText: SystemText,
  textLength: number,
  logger: Logger,
): (...asked: Parameters<SystemText>) => string | undefined {
  const failed = (error: unknown) => logger.error('express-chat: systemText failed; the English words stand', error)
  return (...asked) => {
    try {
      const text: unknown = systemText(...asked)
      if (typeof text !== 'string') {
        // One that rejects would otherwise end the process.
        Promise.resolve(text).catch(() => undefined)
        throw new TypeError(`it gave ${typeof text} for ${asked[0].type}; give a text, at once`)
      }
      if (text.length > textLength && [...text].length > textLength) {
        throw new RangeError(`its text for ${asked[0].type} has more than ${textLength} characters`)
      }
      if (!text.isWellFormed() || text.includes('\0')) {
        throw new TypeError(`its text for ${asked[0].type} holds NUL or half a character`)
      }
      return text
    } catch (error) {
      failed(error)
      return undefined
    }
  }
}
