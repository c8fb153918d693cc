import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ChatError, notFound } from '../contract/problems.js'
import { newId } from '../store/ids.js'
import { type Dimensions, dimensionsOf, type ReadAt } from './dimensions.js'
import { type Stored, storageFailure } from './intake.js'
import { type Developed, longestSide, mostPixels, type Pictures, thumbnailType } from './pictures.js'
import type { ChatStorage } from './storage.js'

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
 * what it was made. By way of a file, so that no picture is in memory as a whole. What fails leaves nothing but the original.
 */
export async function developInto({ storage, pictures }: Darkroom, stored: Stored): Promise<Kept> {
  const size = await measured(storage, stored)
  const folder = await mkdtemp(join(tmpdir(), 'express-chat-'))
  try {
    const original = join(folder, 'original')
    await pipeline(await readerOf(storage)(stored.key), createWriteStream(original))
    const developed = await pictures.develop(original, folder)
    if (!developed) return { ...stored, ...size, thumbnailKey: null }
    return await put(storage, stored, developed)
  } catch (error) {
    throw storageFailure(error)
  } finally {
    await rm(folder, { recursive: true, force: true })
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
  if (width * height <= mostPixels && Math.max(width, height) <= longestSide) return size
  const allowed = `${mostPixels} pixels, ${longestSide} to a side`
  throw new ChatError('too_large', `a picture may have ${allowed}, and this one has ${width} × ${height}`)
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
    await storage.put(thumbnailKey, createReadStream(thumbnail), { contentType: thumbnailType })
  } catch (error) {
    if (cleaned.key !== stored.key) await storage.delete(cleaned.key)
    throw error
  }
  if (cleaned.key !== stored.key) await storage.delete(stored.key)
  return { ...cleaned, thumbnailKey, width, height }
}

async function replaced(storage: ChatStorage, stored: Stored, path: string): Promise<Stored> {
  const key = newId()
  const hash = createHash('sha256')
  const hashed = async function* () {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk)
      yield chunk
    }
  }
  await storage.put(key, Readable.from(hashed(), { objectMode: false }), { contentType: stored.contentType })
  return { ...stored, key, byteSize: (await stat(path)).size, sha256: hash.digest('hex') }
}
