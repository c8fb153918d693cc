import { holdTo } from './grants.js'
import { isArchived } from './side.js'
import { tellMe } from './told.js'
import type { Keeping, ModelMember, ModelRoom, Outcome } from './world.js'

// How somebody keeps a room for themselves.

export function keep(room: ModelRoom, me: ModelMember, asked: Keeping): Outcome {
  const { muted, mutedUntil, notify, isPinned, isMarkedUnread } = asked
  holdTo(!mutedUntil || muted !== false, 400)
  const was = isArchived(room, me)
  if (mutedUntil) Object.assign(me, { muted: true, mutedUntil })
  else if (muted !== undefined) Object.assign(me, { muted, mutedUntil: null })
  // A muting for good has no end to be taken away.
  else if (mutedUntil === null && me.mutedUntil !== null) Object.assign(me, { muted: false, mutedUntil: null })
  if (asked.isArchived !== undefined) me.archivedAt = asked.isArchived ? room.messages.length : null
  else if (!was && (muted !== undefined || mutedUntil !== undefined)) me.archivedAt = null
  me.notify = notify ?? me.notify
  me.isPinned = isPinned ?? me.isPinned
  me.isMarkedUnread = isMarkedUnread ?? me.isMarkedUnread
  tellMe(room, me)
  return { status: 200 }
}
