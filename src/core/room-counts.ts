import { conflict } from '../contract/problems.js'
import type { Db } from '../store/client.js'
import { crowdedAmong } from '../store/members.js'
import { type Actor, system } from './actor.js'
import type { Context } from './context.js'

/**
 * Throws where somebody would be in more rooms than one may be in. Counted without a lock of theirs: those who are added to
 * several rooms in one moment may end a few above it. The host's own code may add as it likes.
 */
export async function checkRoomsOf({ limits }: Context, db: Db, actor: Actor, userIds: string[]): Promise<void> {
  if (actor === system || userIds.length === 0) return
  const crowded = await crowdedAmong(db, userIds, limits.roomsPerUser)
  if (crowded.length === 0) return
  const who = crowded.includes(actor) ? 'you are' : `${crowded.join(', ')} is`
  throw conflict(`${who} in ${limits.roomsPerUser} rooms already, which is the limit`)
}
