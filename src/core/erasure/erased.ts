import type { SaidAs, SystemMessage } from '../../contract/messages.js'
import type { UserRow } from '../../store/users.js'

/** What becomes of what somebody wrote: it goes, or it stays and nobody in particular has written it. */
export type ErasedMessages = 'delete' | 'anonymize'

/** Of whom everything is erased. */
export interface Erased {
  userId: string
  messages: ErasedMessages
}

/** What an author is called of whom nothing else is left. */
const name = 'Deleted user'

/** The name under which what they wrote stays, or its place. */
export const saidByNobody = JSON.stringify({ name, avatarUrl: null } satisfies SaidAs)

/** As whom rooms are told that somebody is gone. */
export const nobodyFor = (id: string): UserRow => ({
  ...{ id, name, description: '', hostAvatarUrl: null, avatarMediaId: null, lastSeenAt: null },
})

/** In place of an id where there has to be one; another for each row, so that no two of them say whose they were. */
export const someoneGone = (rowId: string): string => `erased-${rowId}`

/** What the system said, without somebody; null where it was about them alone. */
export function withoutPerson(said: SystemMessage, userId: string): SystemMessage | null {
  const { actorId, userIds, ...rest } = said
  const left = userIds?.filter((id) => id !== userId)
  if (userIds && left?.length === 0) return null
  return { ...rest, actorId: actorId === userId ? null : actorId, ...(left && { userIds: left }) }
}

/** Whether what the system said names somebody. */
export const names = ({ actorId, userIds = [] }: SystemMessage, userId: string): boolean =>
  actorId === userId || userIds.includes(userId)
