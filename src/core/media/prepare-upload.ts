import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { ChatError, notFound } from '../../contract/problems.js'
import { newId } from '../../store/ids.js'
import { type Dimensions, dimensionsOf } from './measure.js'
import { type Developed, longestSide, mostPixels, type Pictures, thumbnailType } from './process-image.js'
import type { ReadAt } from './read-window.js'
import { type Stored, storageFailure } from './receive-upload.js'
import type { ChatStorage } from './storage.js'
import { type PictureFile, readPicture, sizeOfPicture } from './temporary-files.js'

/** A file as it is going to be kept. */
export interface Kept extends Stored {
  thumbnailKey: string | null
  width: number | null
  height: number | null
}

interface Darkroom {
  storage: ChatStorage
  pictures: Pictures
}

export const keysOf = ({ key, thumbnailKey }: Pick<Kept, 'key' | 'thumbnailKey'>): string[] =>
  thumbnailKey === null ? [key] : [key, thumbnailKey]

/**
 * Measures a picture by its header, and then, with sharp, gives it a thumbnail and takes from it what tells where and by
 * what it was made. By way of a file, so that no picture is in memory as a whole, if there is a place for that. What fails
 * leaves nothing but the original.
 */
export async function developInto({ storage, pictures }: Darkroom, userId: string, stored: Stored): Promise<Kept> {
  const size = await measured(storage, stored)
  try {
    const kept = await pictures.within(userId, async (folder) => {
      const original = await folder.write('original', await readerOf(storage)(stored.key))
      const developed = await pictures.develop(stored.contentType, original, folder)
      return developed && put(storage, stored, developed)
    })
    return kept ?? { ...stored, ...size, thumbnailKey: null }
  } catch (error) {
    throw storageFailure(error)
  }
}

/** The size that the header claims: what would need too much memory is never decoded. */
async function measured(storage: ChatStorage, { key, contentType, byteSize }: Stored): Promise<Dimensions> {
  const read = readerOf(storage)
  const at: ReadAt = async (offset, length) => {
    if (offset >= byteSize) return Buffer.alloc(0)
    const bytes = await read(key, { start: offset, end: Math.min(offset + length, byteSize) - 1 })
    return Buffer.concat(await bytes.toArray())
  }
  const size = await dimensionsOf(contentType, at)
  if (!size) throw new ChatError('unsupported_media_type', 'the picture is damaged')
  const { width, height } = size
  const most = mostPixels[contentType] ?? 0
  if (width * height <= most && Math.max(width, height) <= longestSide) return size
  const allowed = `${most} pixels, ${longestSide} to a side`
  throw new ChatError('too_large', `a picture of ${contentType} may have ${allowed}; this one has ${width} × ${height}`)
}

const readerOf =
  (storage: ChatStorage) =>
  async (...asked: Parameters<ChatStorage['read']>) => {
    const bytes = await storage.read(...asked)
    if (!bytes) throw notFound()
    return bytes
  }

async function put(
  storage: ChatStorage,
  stored: Stored,
  { clean, thumbnail, width, height }: Developed,
): Promise<Kept> {
  const cleaned = clean === undefined ? stored : await replaced(storage, stored, clean)
  const thumbnailKey = `${cleaned.key}-thumbnail`
  try {
    await storage.put(thumbnailKey, readPicture(thumbnail), { contentType: thumbnailType })
  } catch (error) {
    if (cleaned.key !== stored.key) await storage.delete(cleaned.key)
    throw error
  }
  if (cleaned.key !== stored.key) await storage.delete(stored.key)
  return { ...cleaned, thumbnailKey, width, height }
}

async function replaced(storage: ChatStorage, stored: Stored, clean: PictureFile): Promise<Stored> {
  const key = newId()
  const hash = createHash('sha256')
  const hashed = async function* () {
    for await (const chunk of readPicture(clean)) {
      hash.update(chunk)
      yield chunk
    }
  }
  await storage.put(key, Readable.from(hashed(), { objectMode: false }), { contentType: stored.contentType })
  return { ...stored, key, byteSize: await sizeOfPicture(clean), sha256: hash.digest('hex') }
}
