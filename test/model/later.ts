import { holdTo, refuse } from './grants.js'
import { memberOf, write } from './rooms.js'
import { tellMe } from './told.js'
import type { ModelMember, ModelRoom, OfScheduled, Outcome, Scheduled, World } from './world.js'

// What somebody sends later: theirs alone until it is due, and judged by what they may then.

/** Each change of it counts, also where they are not in the room; their devices are told where they are. */
function count(world: World, { by, room: n }: Pick<Scheduled, 'by' | 'room'>): void {
  const room = world.rooms[n] as ModelRoom
  room.scheduledRevisions[by] = (room.scheduledRevisions[by] ?? 0) + 1
  const me = memberOf(room, by)
  if (me) tellMe(room, me)
}

export function schedule(
  world: World,
  { room: n, text, mentions }: Pick<Scheduled, 'room' | 'text' | 'mentions'>,
  me: ModelMember,
): Outcome {
  const room = world.rooms[n] as ModelRoom
  holdTo(me.permissions.canCreateMessages, 403)
  holdTo(!me.silencedUntil, 403, 'silenced')
  for (const id of mentions) holdTo(memberOf(room, id), 400)
  const scheduled = { by: me.userId, room: n, text, mentions, failure: null }
  world.scheduled.push(scheduled)
  count(world, scheduled)
  return { status: 202 }
}

/** Also by whoever is not in the room any more, and where the room is gone. */
export function changeScheduled(world: World, deed: OfScheduled): Outcome {
  const { by, room, scheduled: n } = deed
  const scheduled = world.scheduled[n] ?? refuse(404)
  holdTo(scheduled.by === by && scheduled.room === room, 404)
  count(world, scheduled)
  if (deed.type === 'cancel') {
    world.scheduled[n] = null
    return { status: 204 }
  }
  scheduled.text = deed.text
  if (deed.isAgain) scheduled.failure = null
  return { status: 200 }
}

/** All that is yet to be sent is due: it is sent, waits for its turn in a slow room, or stays with the reason. */
export function sendDue(world: World): Outcome {
  for (const [n, scheduled] of world.scheduled.entries()) {
    if (!scheduled || scheduled.failure !== null) continue
    const room = world.rooms[scheduled.room] as ModelRoom
    const failure = whyNot(room, scheduled.by)
    if (failure === 'slow_mode') continue
    scheduled.failure = failure
    if (failure === null) {
      const { by: userId, text, mentions } = scheduled
      room.wrote.push(userId)
      const still = mentions.filter((id) => memberOf(room, id))
      write(room, { kind: 'user', userId, text, mentions: still, clientId: scheduledId(n) })
      world.scheduled[n] = null
    }
    count(world, scheduled)
  }
  return { status: 200 }
}

/** Under what a message is sent that was to be sent later. */
export const scheduledId = (n: number): string => `later ${n}`

function whyNot(room: ModelRoom, by: string): string | null {
  const me = memberOf(room, by)
  if (room.isDeleted) return 'not_found'
  if (!me) return room.isPublic ? 'forbidden' : 'not_found'
  if (!me.permissions.canCreateMessages) return 'forbidden'
  if (me.silencedUntil) return 'silenced'
  const isTooSoon = room.slowModeSeconds > 0 && room.wrote.includes(by) && !me.permissions.canDeleteMessages
  return isTooSoon ? 'slow_mode' : null
}
