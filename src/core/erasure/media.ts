import { messagesCarrying, roomsShowing, someMediaOf } from '../../store/erased-media.js'
import { lockMedia } from '../../store/media.js'
import type { Context } from '../context.js'
import { type Erased, someoneGone } from './erased.js'
import { eraseFrom } from './messages.js'
import { inRoom, takePicture } from './rooms.js'

const atOnce = 20

/**
 * Removes some of somebody's files, first from the store: as long as that is away the row stays, by which they are found. Files of
 * messages and rooms that stay become nobody's. True once there are none.
 */
export async function eraseMedia(context: Context, erased: Erased): Promise<boolean> {
  const { work, storage } = context
  const rows = await someMediaOf(work.db, erased.userId, atOnce)
  for (const row of rows) {
    const { id, storageKey, thumbnailKey } = row
    const carried = await messagesCarrying(work.db, id)
    const rooms = await roomsShowing(work.db, id)
    if (erased.messages === 'anonymize' && (carried.length > 0 || rooms.length > 0)) {
      await work.write((db) => db.chatMedia.updateMany({ where: { id }, data: { uploadedById: someoneGone(id) } }))
      continue
    }
    for (const roomId of rooms) await takePicture(context, roomId, id)
    for (const { id: messageId, roomId } of carried) {
      await inRoom(context, roomId, (place) => eraseFrom(context, place, erased, [messageId]))
    }
    if (!storage)
      throw new Error(
        'express-chat: files are to be erased, and there is no `storage`: give createChatRouter that in which they are',
      )
    await storage.delete(storageKey)
    if (thumbnailKey !== null) await storage.delete(thumbnailKey)
    await work.transaction(async ({ tx }) => {
      await lockMedia(tx, { id })
      await tx.chatMessageMedia.deleteMany({ where: { mediaId: id } })
      await tx.chatMedia.deleteMany({ where: { id } })
    })
  }
  return rows.length < atOnce
}
