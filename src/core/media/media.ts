import type { Readable } from 'node:stream'
import type { Media as Shown } from '../../contract/media.js'
import { ChatError, notFound } from '../../contract/problems.js'
import { newId } from '../../store/ids.js'
import { createMedia, findMedia, findUploader, keptBytes, lockUploader, type MediaRow } from '../../store/media.js'
import { faceOf, isCarriedFor, isRoomPictureFor } from '../../store/media-access.js'
import { deleteUnused } from '../../store/sweep.js'
import { tenantOf } from '../../store/tenants.js'
import { type Actor, system } from '../actor.js'
import type { Context } from '../context.js'
import { returned } from '../hooks.js'
import { isSeenBy } from '../sight.js'
import { filenameFor, nameToServe } from './filenames.js'
import { isPicture } from './media-types.js'
import { type PreparedUpload, prepareUpload } from './prepare-upload.js'
import { thumbnailType } from './process-image.js'
import { type ReceivedFile, receiveUpload } from './receive-upload.js'
import type { ByteRange, ChatStorage } from './storage.js'
import { writeFailure } from './write-failure.js'

/** A file to upload. */
export interface Upload {
  /** The file's name; it is made safe before it is stored. */
  filename: string
  /** Its bytes: any Node.js stream, or another iterable of chunks. */
  stream: AsyncIterable<Uint8Array>
}

/** A file that was received and is not stored yet; it has to be kept or discarded. */
export interface Received extends ReceivedFile {
  filename: string
}

export type Part = 'content' | 'thumbnail'

/** A file that somebody may read. */
export interface OpenFile {
  key: string
  /** Of the file as it is served; it never changes. */
  etag: string
  filename: string
  contentType: string
}

export class Media {
  constructor(readonly context: Context) {}

  /** Makes a file media of this user's. */
  async upload(userId: string, file: Upload): Promise<Shown> {
    return this.keep(userId, await this.receive(userId, file))
  }

  /** The first half of an upload: the bytes are in a temporary folder afterwards, or nothing is. */
  async receive(userId: string, { filename, stream }: Upload): Promise<Received> {
    const { work, limits, mediaTypes, temporary } = this.context
    this.#storage()
    const left = limits.userBytes - (await keptBytes(work.db, userId))
    const checkSize = (byteSize: number) => {
      if (byteSize > limits.fileBytes) throw new ChatError('too_large', `a file may have ${limits.fileBytes} bytes`)
      if (byteSize > left) throw overQuota(limits.userBytes)
    }
    checkSize(Math.min(1, limits.fileBytes))
    // The name is checked before any byte is received.
    filenameFor(filename, { contentType: '', extension: '' })
    const folder = await temporary.open(userId)
    try {
      const received = await receiveUpload({ types: mediaTypes, checkSize }, folder, stream)
      return { ...received, filename: filenameFor(filename, received) }
    } catch (error) {
      await folder.remove()
      throw error
    }
  }

  /** The second half: the file is prepared, the host is asked, the row is written, and then the bytes are stored, once. */
  async keep(userId: string, received: Received): Promise<Shown> {
    try {
      const prepared = await prepareUpload(this.context, userId, received)
      const filename = await this.#ask(userId, prepared, received)
      const row = await this.#insert(userId, prepared, filename)
      await this.#store(row, prepared)
      return this.context.view.media(row)
    } finally {
      await received.folder.remove()
    }
  }

  /** Removes the received bytes. */
  discard({ folder }: Received): Promise<void> {
    return folder.remove()
  }

  async get(actor: Actor, id: string): Promise<Shown> {
    return this.context.view.media(await this.#findFor(actor, id))
  }

  /** Opens a file for a reader; `system` stands for anybody with a valid signed URL. */
  async open(actor: Actor, id: string, part: Part): Promise<OpenFile> {
    const row = await this.#findFor(actor, id)
    const { contentType, storageKey, thumbnailKey } = row
    const filename = nameToServe(row.filename, contentType)
    if (part === 'content') return { key: storageKey, etag: `"${id}"`, filename, contentType }
    // A picture without a thumbnail is its own thumbnail. It may be the picture of a room or of a user.
    if (thumbnailKey === null && isPicture(contentType)) return this.open(actor, id, 'content')
    if (thumbnailKey === null) throw notFound()
    const name = `${filename.replace(/\.[^.]*$/, '')}.webp`
    return { key: thumbnailKey, etag: `"${id}-thumbnail"`, filename: name, contentType: thumbnailType }
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const bytes = await this.#storage().read(key, range)
    if (!bytes) throw notFound()
    return bytes
  }

  async sizeOf(key: string): Promise<number> {
    const found = await this.#storage().stat(key)
    if (!found) throw notFound()
    return found.byteSize
  }

  /** Where the store itself serves the file, if it does. */
  async urlOf(file: OpenFile, disposition: string, expiresAt: Date): Promise<string | undefined> {
    const url = await this.#storage().signedUrl?.(file.key, { expiresAt, contentType: file.contentType, disposition })
    if (url === undefined || /^https?:\/\//i.test(url)) return url
    throw new TypeError('express-chat: the URL that the storage signed does not begin with http:// or https://')
  }

  /** The file is there for its uploader, for members of a room with a live message that carries it, and for all who see it as an avatar. */
  async #findFor(actor: Actor, id: string): Promise<MediaRow> {
    const { work } = this.context
    const row = await findMedia(work.db, id)
    if (!row) throw notFound()
    if (actor === system) return row
    const userId = actor
    const mayRead =
      row.uploadedById === userId || (await isCarriedFor(work, id, userId)) || (await this.#isShownTo(userId, id))
    if (!mayRead) throw notFound()
    return row
  }

  /** Whether it is the picture of a person or a room that this user can see. */
  async #isShownTo(userId: string, id: string): Promise<boolean> {
    const { db } = this.context.work
    const tenantId = await tenantOf(db, userId)
    const face = await faceOf(db, id, tenantId)
    if (face && (await isSeenBy(this.context, userId, face.id))) return true
    return isRoomPictureFor(db, id, userId, tenantId)
  }

  async #ask(userId: string, { file, contentType }: PreparedUpload, received: Received): Promise<string> {
    const { filename } = received
    const { work, hooks } = this.context
    const asked = { filename, contentType, byteSize: file.byteSize, read: () => file.read() }
    const given = await hooks.before.upload?.(asked, { userId, prisma: work.prisma })
    const changed = returned<{ filename: string }>('upload', given)
    return changed ? filenameFor(changed.filename, received) : filename
  }

  /** The quota is checked here, before the bytes are stored, and nobody knows the id yet. So bytes that are stored later stay. */
  async #insert(userId: string, prepared: PreparedUpload, filename: string) {
    const { file, contentType, durationMs, sha256, size, thumbnail } = prepared
    const { work, limits } = this.context
    const { byteSize } = file
    const storageKey = newId()
    const thumbnailKey = thumbnail ? `${storageKey}-thumbnail` : null
    const { width, height } = size ?? { width: null, height: null }
    const uploader = await findUploader(work.db, userId)
    return work.transaction(async ({ tx, now }) => {
      await lockUploader(tx, uploader)
      if ((await keptBytes(tx, userId)) + byteSize > limits.userBytes) throw overQuota(limits.userBytes)
      return createMedia(tx, {
        ...{ id: newId(), uploadedById: userId, storageKey, thumbnailKey, filename, contentType },
        ...{ byteSize, width, height, durationMs, sha256, createdAt: now },
      })
    })
  }

  async #store(row: MediaRow, { file, thumbnail }: PreparedUpload): Promise<void> {
    const { storageKey, thumbnailKey, contentType } = row
    const storage = this.#storage()
    try {
      if (thumbnail && thumbnailKey !== null) {
        await storage.put(thumbnailKey, await thumbnail.read(), { contentType: thumbnailType })
      }
      await storage.put(storageKey, await file.read(), { contentType })
    } catch (error) {
      await this.#forget(row)
      throw writeFailure(error)
    }
    // Everything of its uploader may have been erased meanwhile, before the bytes were there.
    if (await findMedia(this.context.work.db, row.id)) return this.context.meters?.uploaded(row.byteSize)
    await this.#forget(row)
    throw notFound()
  }

  /** Deletes an upload that the store refused. If that fails too, the sweep finds the rest. */
  async #forget({ id, storageKey, thumbnailKey }: MediaRow): Promise<void> {
    const keys = thumbnailKey === null ? [storageKey] : [storageKey, thumbnailKey]
    await Promise.allSettled([
      this.context.work.transaction(({ tx }) => deleteUnused(tx, id)),
      ...keys.map((key) => this.#storage().delete(key)),
    ])
  }

  #storage(): ChatStorage {
    const { storage } = this.context
    if (storage) return storage
    throw new TypeError('express-chat: media needs a `storage`: give createChatRouter one, as diskStorage({ … })')
  }
}

const overQuota = (limit: number): ChatError => new ChatError('too_large', `one user may keep ${limit} bytes of files`)
