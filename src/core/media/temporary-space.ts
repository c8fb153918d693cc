import type { Dirent } from 'node:fs'
import { lstat, mkdtemp, opendir, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Sharp } from 'sharp'
import { ChatError } from '../../contract/problems.js'
import type { Limits } from '../limits.js'
import type { Logger } from '../logger.js'
import { FileInMemory, FileOnDisk, type TemporaryFile } from './temporary-file.js'
import { isFull, writeFailure } from './write-failure.js'

/** How the name of each upload's folder begins; the rest is random. */
const prefix = 'express-chat-upload-'
/** A folder in which nothing was written for so long was abandoned: a live upload is written all the time, or ends soon. */
const abandonedMs = 6 * 3_600_000
const ownFolder = new RegExp(`^${prefix}[A-Za-z0-9]{6}$`)

/** The place of uploads that are under way. Each has a folder of its own in the system's temporary folder, and their total size is limited. */
export class TemporarySpace {
  readonly #onDisk: ByteBudget
  readonly #inMemory: ByteBudget
  #isLogged = false

  constructor(
    { temporaryBytes, fileBytes }: Pick<Limits, 'temporaryBytes' | 'fileBytes'>,
    readonly logger: Pick<Logger, 'warn'>,
  ) {
    this.#onDisk = new ByteBudget(temporaryBytes, Math.floor(temporaryBytes / 4))
    this.#inMemory = new ByteBudget(2 * fileBytes, fileBytes)
  }

  /** Makes a place for one upload of this user. The caller has to remove it in the end, also after a failure. */
  async open(userId: string): Promise<UploadFolder> {
    try {
      return new UploadFolder(await mkdtemp(join(tmpdir(), prefix)), this.#onDisk, userId)
    } catch (error) {
      if (isFull(error)) throw writeFailure(error)
      this.#logWhy(error)
      return new UploadFolder(undefined, this.#inMemory, userId)
    }
  }

  /** Removes folders in which nothing was written for hours: the uploads of processes that were killed. */
  async sweep(): Promise<number> {
    let count = 0
    // The times of the folders come from the machine's clock, not from the chat's.
    const before = new Date(Date.now() - abandonedMs)
    for await (const entry of await foldersIn(tmpdir())) {
      if (!ownFolder.test(entry.name) || !entry.isDirectory()) continue
      // Another server on this machine may remove it at the same moment.
      const isRemoved = await removeIfAbandoned(join(tmpdir(), entry.name), before).catch(() => false)
      if (isRemoved) count += 1
    }
    return count
  }

  #logWhy(error: unknown): void {
    if (this.#isLogged) return
    this.#isLogged = true
    this.logger.warn(
      'express-chat: no temporary folder can be written, so uploads are kept in memory while they come, two of the largest at once; let this process write to the folder that TMPDIR names',
      error,
    )
  }
}

/** The files of one upload. */
export class UploadFolder {
  #taken = 0
  readonly #files: TemporaryFile[] = []

  constructor(
    /** Undefined if all files are in memory. */
    readonly path: string | undefined,
    readonly budget: ByteBudget,
    readonly userId: string,
  ) {}

  /** Counts bytes before they are written. Throws `unavailable` if there are too many already. */
  take(bytes: number): void {
    this.budget.take(this.userId, bytes)
    this.#taken += bytes
  }

  async create(name: string): Promise<TemporaryFile> {
    return this.#keep(this.path === undefined ? new FileInMemory() : await FileOnDisk.create(join(this.path, name)))
  }

  /** Lets sharp write a picture to a new file. */
  async draw(name: string, picture: Sharp): Promise<TemporaryFile> {
    if (this.path === undefined) return this.#keep(new FileInMemory(await picture.toBuffer()))
    const path = join(this.path, name)
    await picture.toFile(path)
    return this.#keep(await FileOnDisk.open(path))
  }

  /** Never fails: the sweep finds what cannot be removed now. */
  async remove(): Promise<void> {
    await Promise.allSettled(this.#files.map((file) => file.close()))
    if (this.path !== undefined)
      await rm(this.path, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined)
    this.budget.giveBack(this.userId, this.#taken)
    this.#taken = 0
  }

  #keep(file: TemporaryFile): TemporaryFile {
    this.#files.push(file)
    return file
  }
}

/** Counts the bytes that are in use, in total and by each user. */
class ByteBudget {
  #all = 0
  readonly #byUser = new Map<string, number>()

  constructor(
    readonly most: number,
    readonly mostOfUser: number,
  ) {}

  take(userId: string, bytes: number): void {
    const own = (this.#byUser.get(userId) ?? 0) + bytes
    if (own > this.mostOfUser || this.#all + bytes > this.most) {
      throw new ChatError('unavailable', 'too much is being uploaded; nothing was kept', { retryAfter: 5 })
    }
    this.#all += bytes
    this.#byUser.set(userId, own)
  }

  giveBack(userId: string, bytes: number): void {
    this.#all -= bytes
    const own = (this.#byUser.get(userId) ?? 0) - bytes
    if (own > 0) this.#byUser.set(userId, own)
    else this.#byUser.delete(userId)
  }
}

async function* foldersIn(path: string): AsyncGenerator<Dirent> {
  try {
    yield* await opendir(path)
  } catch {
    // If there is no temporary folder, nothing was left in it.
  }
}

/** Folders of other users of this machine are not ours to remove. */
async function removeIfAbandoned(path: string, before: Date): Promise<boolean> {
  const folder = await lstat(path)
  if (!folder.isDirectory() || (process.getuid && folder.uid !== process.getuid())) return false
  const names = await readdir(path)
  const files = await Promise.all(names.map((name) => lstat(join(path, name))))
  if ([folder, ...files].some(({ mtime }) => mtime >= before)) return false
  await rm(path, { recursive: true, force: true })
  return true
}
