import { availableParallelism } from 'node:os'
import type { Sharp, SharpOptions } from 'sharp'
import { FairSemaphore } from '../../concurrency/fair-semaphore.js'
import { ChatError } from '../../contract/problems.js'
import type { Logger } from '../logger.js'
import type { Dimensions } from './formats/format.js'
import { loadSharp } from './load-sharp.js'
import type { TemporaryFile } from './temporary-file.js'
import type { UploadFolder } from './temporary-space.js'
import { writeFailure } from './write-failure.js'

type MakeSharp = (picture: string | Buffer, options: SharpOptions) => Sharp

/**
 * The most pixels of a picture. One with more is not decoded, and so not kept. The cost of a pixel differs by format: a JPEG is
 * decoded at the size of the thumbnail, which costs hardly anything; a pixel of an AVIF costs twenty times one of a PNG, and 20 bytes of memory.
 */
export const mostPixels: Readonly<Record<string, number>> = {
  'image/jpeg': 50_000_000,
  'image/png': 40_000_000,
  'image/webp': 40_000_000,
  'image/gif': 16_000_000,
  'image/avif': 13_000_000,
}

/** A picture within these limits takes two seconds on a slow core. libvips checks the time between its steps. */
const longestSeconds = 20

/** The most pixels of a side, as many as a JPEG or GIF can have. Decoders take half a minute for millions of rows of one pixel. */
export const longestSide = 65_535

/** How many pixels the longer side of a thumbnail has. */
const thumbnailSide = 512

export const thumbnailType = 'image/webp'

/** The size of a picture as it is shown, upright, and its thumbnail. */
export interface Thumbnail extends Dimensions {
  thumbnail: TemporaryFile
}

/** Decoders run in Node's thread pool, which files and passwords need as well. */
const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4

/** Makes thumbnails with sharp, if the host has installed it. It works on a few files at once, one user after the other. */
export class ImageProcessor {
  readonly #places = new FairSemaphore(Math.max(1, Math.min(availableParallelism() - 1, threads - 2)), 20, 1000)
  /** Files that are in memory as a whole. */
  readonly #inMemory = new FairSemaphore(1, 20, 1000)
  #sharp: Promise<MakeSharp | undefined> | undefined

  constructor(readonly logger: Logger) {}

  /** Logs, at start, what will be missing or fail. */
  async look(): Promise<void> {
    try {
      if (await this.#find()) return
      this.logger.warn('express-chat: sharp is not installed, so pictures have no thumbnails; run: npm install sharp')
    } catch (error) {
      this.logger.error('express-chat: sharp is installed and cannot be loaded, so no picture can be uploaded', error)
    }
  }

  /** Runs work on the files of an upload once it is this user's turn. Throws `unavailable` if too many wait. */
  inTurn<T>(userId: string, { path }: UploadFolder, work: () => Promise<T>): Promise<T> {
    return this.#places.run(userId, () => (path === undefined ? this.#inMemory.run(userId, work) : work()))
  }

  /**
   * Makes the thumbnail of a picture whose metadata was stripped, so that the decoder sees only what people see. Undefined
   * without sharp. Throws 415 for a picture that cannot be decoded, and 413 for one that takes too long.
   */
  async thumbnail(contentType: string, picture: TemporaryFile, folder: UploadFolder): Promise<Thumbnail | undefined> {
    const sharp = await this.#find()
    return sharp && asStill(picture, () => thumbnailOf(sharp, contentType, picture, folder))
  }

  load(): Promise<unknown> {
    return loadSharp()
  }

  #find(): Promise<MakeSharp | undefined> {
    this.#sharp ??= this.#load()
    return this.#sharp
  }

  async #load(): Promise<MakeSharp | undefined> {
    try {
      return ((await this.load()) as { default: MakeSharp }).default
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return undefined
      throw error
    }
  }
}

async function thumbnailOf(
  sharp: MakeSharp,
  contentType: string,
  { source }: TemporaryFile,
  folder: UploadFolder,
): Promise<Thumbnail> {
  const options: SharpOptions = {
    limitInputPixels: mostPixels[contentType] ?? 0,
    failOn: 'error',
    sequentialRead: true,
  }
  try {
    const { exif, xmp, format, orientation = 1, width, height } = await sharp(source, options).metadata()
    // The metadata in boxes was removed before; what is still there was hidden.
    if (format === 'heif' && (exif || xmp)) throw damaged()
    const small = sharp(source, options)
      .timeout({ seconds: longestSeconds })
      .autoOrient()
      .resize({ width: thumbnailSide, height: thumbnailSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
    const thumbnail = await folder.draw('thumbnail', small)
    // In the last four of the eight orientations the picture lies on its side.
    const shown = orientation < 5 ? { width, height } : { width: height, height: width }
    return { ...shown, thumbnail }
  } catch (error) {
    throw decodingFailure(error)
  }
}

function decodingFailure(error: unknown): unknown {
  const failure = writeFailure(error)
  if (failure instanceof ChatError || (error as NodeJS.ErrnoException).code?.startsWith('E')) return failure
  if (/timeout/i.test(String(error))) return new ChatError('too_large', 'the picture takes too long to decode')
  return damaged(error)
}

const damaged = (cause?: unknown): ChatError =>
  new ChatError('unsupported_media_type', 'the picture is damaged', { cause })

const [animated, still] = ['avis', 'avif']

/** libvips does not know the brand of an animated AVIF. With the brand of a still one it reads the first picture. */
async function asStill<T>(picture: TemporaryFile, work: () => Promise<T>): Promise<T> {
  const name = (await picture.at(4, 8)).toString('latin1')
  if (name !== `ftyp${animated}`) return work()
  await picture.overwrite(8, Buffer.from(still))
  try {
    return await work()
  } finally {
    await picture.overwrite(8, Buffer.from(animated))
  }
}
