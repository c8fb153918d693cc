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

/** What the folder of each upload is called; the rest of its name is random. */
const prefix = 'express-chat-upload-'
/** A live upload is written to all the time, or soon ends. */
const abandonedMs = 6 * 3_600_000
const ownFolder = new RegExp(`^${prefix}[A-Za-z0-9]{6}$`)

/** Where uploads are while they are under way: each in a folder of its own below that of the system, all together within a bound. */
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

  /** A place for one upload of this user's. Whoever asks for it removes it in the end, whatever the end is. */
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
    // By the clock of the machine, which dated them.
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
    /** None where all is in memory. */
    readonly path: string | undefined,
    readonly budget: ByteBudget,
    readonly userId: string,
  ) {}

  /** Counts bytes before they are written. Throws `unavailable` where there are too many already. */
  take(bytes: number): void {
    this.budget.take(this.userId, bytes)
    this.#taken += bytes
  }

  async create(name: string): Promise<TemporaryFile> {
    return this.#keep(this.path === undefined ? new FileInMemory() : await FileOnDisk.create(join(this.path, name)))
  }

  /** What sharp makes of a picture. */
  async draw(name: string, picture: Sharp): Promise<TemporaryFile> {
    if (this.path === undefined) return this.#keep(new FileInMemory(await picture.toBuffer()))
    const path = join(this.path, name)
    await picture.toFile(path)
    return this.#keep(await FileOnDisk.open(path))
  }

  /** Never fails: what cannot be removed now is found by the sweep. */
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

/** Bytes that are taken at once, by all and by each user. */
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
    // Where there is no temporary folder, nothing was left in it.
  }
}

/** A folder of another user of this machine is not ours to remove. */
async function removeIfAbandoned(path: string, before: Date): Promise<boolean> {
  const folder = await lstat(path)
  if (!folder.isDirectory() || (process.getuid && folder.uid !== process.getuid())) return false
  const names = await readdir(path)
  const files = await Promise.all(names.map((name) => lstat(join(path, name))))
  if ([folder, ...files].some(({ mtime }) => mtime >= before)) return false
  await rm(path, { recursive: true, force: true })
  return true
}
