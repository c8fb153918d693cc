import type { Frame } from '../../socket.js'
import { gone, type Thing } from '../history.js'

/** What an event tells of, as it is kept; undefined for one about the room itself, which keeps no thing. */
export function thingOf({ type, revision, message, member }: Frame): Thing | undefined {
  if (message) return messageThing(message)
  if (type === 'member.removed') return { id: member.user.id, revision, value: gone }
  return member && memberThing(member)
}

/** Without what differs with who looks, or is no part of a revision. */
export const messageThing = ({ id, revision, seq, ...message }: Frame): Thing => ({
  id,
  revision,
  value: JSON.stringify([
    seq,
    message.user?.id,
    message.text,
    message.reactions,
    message.deletedAt,
    message.editedAt,
    message.thread,
  ]),
})

export const memberThing = ({ user, role, permissions, revision }: Frame): Thing => ({
  id: user.id,
  revision,
  value: JSON.stringify([role, permissions]),
})
