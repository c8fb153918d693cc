import { ChatError } from '../contract/problems.js'
import { blockedAmong, lockPeople } from '../store/blocks.js'
import type { Db } from '../store/client.js'
import type { RoomRow } from '../store/rooms.js'
import type { AnyActor } from './actor.js'
import type { Work } from './work.js'

/** The same for both, whoever blocks whom. */
export const blocked = (pointer?: string): ChatError => {
  const detail = 'one of the two blocks the other'
  return new ChatError('blocked', detail, pointer === undefined ? {} : { errors: [{ pointer, detail }] })
}

/** Throws where nobody writes, since one of the two people of the room blocks the other. The host itself may. */
export function refuseIn({ isBlocked }: Pick<RoomRow, 'isBlocked'>, actor: AnyActor): void {
  if (isBlocked && typeof actor === 'string') throw blocked()
}

/** Throws where somebody would bring people to themselves whom they block, or who block them. */
export async function refuseBlocked(
  db: Db,
  actor: AnyActor,
  userIds: string[],
  pointerOf: (n: number) => string,
): Promise<void> {
  if (typeof actor !== 'string') return
  const others = await blockedAmong(
    db,
    actor,
    userIds.filter((id) => id !== actor),
  )
  const first = userIds.findIndex((id) => others.has(id))
  if (first >= 0) throw blocked(pointerOf(first))
}

/** Whether one of two people blocks the other, who stand still from here to the end of the transaction. */
export async function isPairBlocked(tx: Db, { dialect }: Work, [one, other]: [string, string]): Promise<boolean> {
  await lockPeople({ db: tx, dialect }, [one, other])
  return (await blockedAmong(tx, one, [other])).size > 0
}
