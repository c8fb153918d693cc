import { invalid } from '../contract/problems.js'
import type { Db } from '../store/client.js'
import { findOwnMedia } from '../store/media.js'
import { lockMedia } from '../store/media-keeping.js'
import { isPicture } from './media-types.js'

/** A picture of a person or a room is media that the one who sets it uploaded. In a transaction: held, it cannot be swept meanwhile. */
export async function takeAvatar(tx: Db, userId: string, mediaId: string): Promise<void> {
  const isThere = await lockMedia(tx, { id: mediaId, uploadedById: userId })
  const media = isThere ? await findOwnMedia(tx, userId, mediaId) : null
  if (!media || !isPicture(media.contentType)) throw invalid('/avatarMediaId', 'is not a picture of yours')
}
