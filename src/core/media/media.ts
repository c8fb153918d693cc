import type { Readable } from 'node:stream'
import type { Media as Shown } from '../../contract/media.js'
import { ChatError, notFound } from '../../contract/problems.js'
import { newId } from '../../store/ids.js'
import { createMedia, findMedia, findUploader, keptBytes, lockUploader, type MediaRow } from '../../store/media.js'
import { faceOf, isCarriedFor, isRoomPictureFor } from '../../store/media-access.js'
import { tenantOf } from '../../store/tenants.js'
import { type Actor, system } from '../actor.js'
import type { Context } from '../context.js'
import { returned } from '../hooks.js'
import { isSeenBy } from '../sight.js'
import { filenameFor, nameToServe } from './filenames.js'
import { withoutIsoTraces } from './iso-cleaning.js'
import { isIsoMedia, isPicture } from './media-types.js'
import { developInto, type Kept, keysOf } from './prepare-upload.js'
import { thumbnailType } from './process-image.js'
import { type Stored, takeIn } from './receive-upload.js'
import type { ByteRange, ChatStorage } from './storage.js'

/** A file to upload. */
export interface Upload {
  filename: string
  /** Its bytes: any Node.js stream, or another iterable of chunks. */
  stream: AsyncIterable<Uint8Array>
}

/** A file that is in the store and has no row yet: to be kept or discarded. */
export interface Received extends Stored {
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

  /** Takes a file in and makes it media of this user's. */
  async upload(userId: string, file: Upload): Promise<Shown> {
    return this.keep(userId, await this.receive(userId, file))
  }

  /** The first half of an upload: the bytes are in the store afterwards, or nothing is. */
  async receive(userId: string, { filename, stream }: Upload): Promise<Received> {
    const { work, limits, mediaTypes } = this.context
    const left = limits.userBytes - (await keptBytes(work.db, userId))
    const checkSize = (byteSize: number) => {
      if (byteSize > limits.fileBytes) throw new ChatError('too_large', `a file may have ${limits.fileBytes} bytes`)
      if (byteSize > left) throw overQuota(limits.userBytes)
    }
    checkSize(Math.min(1, limits.fileBytes))
    // Refused for its name before its bytes are taken.
    filenameFor(filename, { contentType: '', extension: '' })
    const stored = await takeIn({ storage: this.#storage(), types: mediaTypes, checkSize }, newId(), stream)
    return { ...stored, filename: filenameFor(filename, stored) }
  }

  /** The second half: pictures are measured and cleaned, the host is asked, the row is written. What fails leaves nothing. */
  async keep(userId: string, received: Received): Promise<Shown> {
    const { view, pictures } = this.context
    const storage = this.#storage()
    let kept: Kept = { ...received, thumbnailKey: null, width: null, height: null }
    try {
      if (isIsoMedia(kept.contentType)) kept = { ...kept, ...(await withoutIsoTraces(storage, kept)) }
      if (isPicture(kept.contentType)) kept = await developInto({ storage, pictures }, userId, kept)
      const filename = await this.#ask(userId, kept, received.filename)
      const row = await this.#insert(userId, kept, filename)
      return view.media(row)
    } catch (error) {
      await this.#remove(keysOf(kept))
      throw error
    }
  }

  /** Takes received bytes away again. */
  discard(received: Received): Promise<void> {
    return this.#remove([received.key])
  }

  async get(actor: Actor, id: string): Promise<Shown> {
    return this.context.view.media(await this.#findFor(actor, id))
  }

  /** A file for its reader; `system` for anyone whom a signed URL let in. */
  async open(actor: Actor, id: string, part: Part): Promise<OpenFile> {
    const row = await this.#findFor(actor, id)
    const { contentType, storageKey, thumbnailKey } = row
    const filename = nameToServe(row.filename, contentType)
    if (part === 'content') return { key: storageKey, etag: `"${id}"`, filename, contentType }
    // A picture that nobody made a thumbnail of stands for itself: a room's or a person's picture may be one.
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

  /** Its uploader, whoever is in a room with a live message that carries it, and all who see it as an avatar. For others there is none. */
  async #findFor(actor: Actor, id: string): Promise<MediaRow> {
    const { db } = this.context.work
    const row = await findMedia(db, id)
    if (!row) throw notFound()
    if (actor === system) return row
    const userId = actor
    const mayRead =
      row.uploadedById === userId || (await isCarriedFor(db, id, userId)) || (await this.#isShownTo(userId, id))
    if (!mayRead) throw notFound()
    return row
  }

  /** Whether it is the picture of a person whom, or of a room which, this user can see. */
  async #isShownTo(userId: string, id: string): Promise<boolean> {
    const { db } = this.context.work
    const tenantId = await tenantOf(db, userId)
    const face = await faceOf(db, id, tenantId)
    if (face && (await isSeenBy(this.context, userId, face.id))) return true
    return isRoomPictureFor(db, id, userId, tenantId)
  }

  async #ask(userId: string, kept: Kept, filename: string): Promise<string> {
    const { key, contentType, byteSize } = kept
    const file = { filename, contentType, byteSize, read: () => this.read(key) }
    const { work, hooks } = this.context
    const given = await hooks.before.upload?.(file, { userId, prisma: work.prisma })
    const changed = returned<{ filename: string }>('upload', given)
    return changed ? filenameFor(changed.filename, kept) : filename
  }

  async #insert(userId: string, kept: Kept, filename: string): Promise<MediaRow> {
    const { work, limits } = this.context
    const { key: storageKey, thumbnailKey, contentType, byteSize, width, height, sha256 } = kept
    const uploader = await findUploader(work.db, userId)
    return work.transaction(async ({ tx, now }) => {
      await lockUploader(tx, uploader)
      if ((await keptBytes(tx, userId)) + byteSize > limits.userBytes) throw overQuota(limits.userBytes)
      return createMedia(tx, {
        ...{ id: newId(), uploadedById: userId, storageKey, thumbnailKey, filename, contentType },
        ...{ byteSize, width, height, sha256, createdAt: now },
      })
    })
  }

  /** As far as it can be done now; the sweep finds the rest. */
  async #remove(keys: string[]): Promise<void> {
    await Promise.allSettled(keys.map((key) => this.#storage().delete(key)))
  }

  #storage(): ChatStorage {
    const { storage } = this.context
    if (storage) return storage
    throw new TypeError('express-chat: media needs a `storage`: give createChatRouter one, as diskStorage({ … })')
  }
}

const overQuota = (limit: number): ChatError => new ChatError('too_large', `one user may keep ${limit} bytes of files`)
