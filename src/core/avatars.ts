import { invalid } from '../contract/problems.js'
import type { Db } from '../store/client.js'
import { findOwnMedia, lockMedia } from '../store/media.js'
import { isPicture } from './media/media-types.js'

/** A picture of a person or a room is media that the one who sets it uploaded. In a transaction: held, it cannot be swept meanwhile. */
export async function takeAvatar(tx: Db, userId: string, mediaId: string): Promise<void> {
  const isThere = await lockMedia(tx, { id: mediaId, uploadedById: userId })
  const media = isThere ? await findOwnMedia(tx, userId, mediaId) : null
  if (!media || !isPicture(media.contentType)) throw invalid('/avatarMediaId', 'is not a picture of yours')
}

/**
 * What the host says is somebody's picture, where it may be one: an address over http(s), or of the host's own site. It may
 * come from a profile that its owner filled in, and every page shows it.
 */
export function avatarAddress(said: string | null): string | null {
  // Browsers leave these out before they look at what it is.
  const url = said?.replaceAll(/[\0-\x20\x7f]/g, '') ?? ''
  const isAddress = /^https?:\/\/[^/?#\\@]+([/?#][^\\]*)?$/i.test(url) || /^\/(?![/\\])[^\\]*$/.test(url)
  return isAddress ? url : null
}
