import type { RoomChange } from '../store/change.js'
import { forgetInvites } from '../store/invites.js'
import { detachMediaOfRoom } from '../store/media.js'
import { forgetMentions } from '../store/mentions.js'
import { forgetNotified } from '../store/notices.js'
import { forgetPins } from '../store/pins.js'
import { forgetBlocks } from '../store/search-blocks.js'
import { forgetThreads } from '../store/threads.js'
import { forgetUncounted } from '../store/unread.js'
import type { AnyActor } from './actor.js'
import { auditIn } from './audit.js'

/** Ends a room for everyone; what belongs to it stays as tombstones that nobody can see, but for its media, which the sweep takes. */
export async function closeRoom(change: RoomChange, actor: AnyActor): Promise<void> {
  const revision = change.takeRevision()
  // Without its keys the pair may start anew, and the host make another room of this name.
  change.set({ deletedAt: change.now, updatedAt: change.now, editedRevision: revision, pairKey: null, key: null })
  await detachMediaOfRoom(change.tx, change.room.id)
  await forgetUncounted(change.tx, change.room.id)
  await forgetInvites(change.tx, change.room.id)
  await forgetPins(change.tx, change.room.id)
  await forgetMentions(change.tx, change.room.id)
  await forgetNotified(change.tx, change.room.id)
  await forgetBlocks(change.tx, change.room.id)
  await forgetThreads(change.tx, change.room.id)
  await auditIn(change, actor, { action: 'room.deleted' })
  change.events.push({ type: 'room.deleted', roomId: change.room.id, revision })
}
