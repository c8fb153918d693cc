import { availableParallelism } from 'node:os'
import type { Sharp, SharpOptions } from 'sharp'
import { ChatError } from '../../contract/problems.js'
import type { Logger } from '../logger.js'
import { FairSemaphore } from './fair-semaphore.js'
import { loadSharp } from './load-sharp.js'
import type { Dimensions } from './measure.js'
import { withoutTraces } from './strip-metadata.js'
import { lookInto, overwrite, type PictureFile, PictureFolder, readPicture, sizeOfPicture } from './temporary-files.js'

type MakeSharp = (picture: PictureFile, options: SharpOptions) => Sharp

/**
 * Pixels of a picture: more are not decoded, and so not kept. What a pixel costs differs: of a JPEG hardly anything, since it
 * is decoded at the size of the thumbnail; of an AVIF twenty times as much as of a PNG, and as much memory as 20 of its bytes.
 */
export const mostPixels: Readonly<Record<string, number>> = {
  'image/jpeg': 50_000_000,
  'image/png': 40_000_000,
  'image/webp': 40_000_000,
  'image/gif': 16_000_000,
  'image/avif': 13_000_000,
}

/** A picture within these bounds takes two seconds of a slow core; libvips looks at the time between its steps. */
const longestSeconds = 20

/** Pixels of a side: as many as a JPEG or GIF can have. Millions of rows of a single pixel take decoders half a minute. */
export const longestSide = 65_535

/** Pixels of the longer side. */
const thumbnailSide = 512

export const thumbnailType = 'image/webp'

/** What became of a picture: files beside it. */
export interface Developed extends Dimensions {
  thumbnail: PictureFile
  /** The picture without GPS, XMP, comments and what else EXIF tells; absent where it had none of that and stays as it is. */
  clean?: PictureFile
}

/** What decodes works in Node's threads, of which files and passwords need some as well. */
const threads = Number(process.env.UV_THREADPOOL_SIZE) || 4

/** Makes thumbnails and cleans pictures with sharp, if the host has installed it; a bounded number at once, a user at a time. */
export class Pictures {
  readonly #places = new FairSemaphore(Math.max(1, Math.min(availableParallelism() - 1, threads - 2)), 20, 1000)
  /** Pictures that are in memory as a whole. */
  readonly #inMemory = new FairSemaphore(1, 20, 1000)
  #sharp: Promise<MakeSharp | undefined> | undefined
  #isTold = false

  constructor(
    readonly logger: Logger,
    readonly load: () => Promise<unknown> = loadSharp,
  ) {}

  /** Says at start what is going to be missing, or to fail. */
  async look(): Promise<void> {
    try {
      if (await this.#find()) return
      this.logger.warn(
        'express-chat: sharp is not installed, so pictures have no thumbnails, and keep what cameras write into them, as the place; run: npm install sharp',
      )
    } catch (error) {
      this.logger.error('express-chat: sharp is installed and cannot be loaded, so no picture can be uploaded', error)
    }
  }

  /**
   * Gives `work` what develops a picture, and a place for that, once it is this user's turn; undefined without sharp. Nothing
   * is on the disk before.
   */
  async within<T>(userId: string, work: (folder: PictureFolder) => Promise<T>): Promise<T | undefined> {
    if (!(await this.#find())) return undefined
    return this.#places.run(userId, async () => {
      const folder = await PictureFolder.make((error) => this.#tellWhy(error))
      try {
        return await (folder.path === undefined ? this.#inMemory.run(userId, () => work(folder)) : work(folder))
      } finally {
        await folder.remove()
      }
    })
  }

  /** Undefined without sharp. Throws 415 for what cannot be decoded, 413 for what costs too much. */
  async develop(contentType: string, original: PictureFile, folder: PictureFolder): Promise<Developed | undefined> {
    const sharp = await this.#find()
    return sharp && develop(sharp, contentType, original, folder)
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

  #tellWhy(error: unknown): void {
    if (this.#isTold) return
    this.#isTold = true
    this.logger.warn(
      'express-chat: no temporary folder can be written, so pictures are worked on in memory, one at a time; let this process write to the folder that TMPDIR names',
      error,
    )
  }
}

/** What tells is cut away before a decoder sees it, so that the decoder only sees what is seen; nothing is coded anew. */
async function develop(
  sharp: MakeSharp,
  contentType: string,
  original: PictureFile,
  folder: PictureFolder,
): Promise<Developed> {
  const options: SharpOptions = {
    limitInputPixels: mostPixels[contentType] ?? 0,
    failOn: 'error',
    sequentialRead: true,
  }
  try {
    const clean = await copyWithoutTraces(contentType, original, folder)
    const picture = clean ?? original
    const { exif, xmp, format, orientation = 1, width, height } = await sharp(picture, options).metadata()
    // What was in boxes is gone already; what is there all the same was hidden.
    if (format === 'heif' && (exif || xmp)) throw new ChatError('unsupported_media_type', 'the picture is damaged')
    const small = sharp(picture, options)
      .timeout({ seconds: longestSeconds })
      .autoOrient()
      .resize({ width: thumbnailSide, height: thumbnailSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
    const { file: thumbnail } = await folder.draw('thumbnail', small)
    // The last four of the eight ways lie on their side.
    const shown = orientation < 5 ? { width, height } : { width: height, height: width }
    return { ...shown, thumbnail, ...(clean === undefined ? {} : { clean }) }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (error instanceof ChatError || code?.startsWith('E') || /no space left/i.test(String(error))) throw error
    if (/timeout/i.test(String(error))) throw new ChatError('too_large', 'the picture takes too long to decode')
    throw new ChatError('unsupported_media_type', 'the picture is damaged', { cause: error })
  }
}

/** libvips does not know an animated AVIF by its name; by that of a still one it reads the first of its pictures. */
async function takeForStill(original: PictureFile): Promise<void> {
  const name = await lookInto(original, (at) => at(4, 8))
  if (name.toString('latin1') === 'ftypavis') await overwrite(original, 'avif', 8)
}

/** Leaves the pixels, and all frames, as they are: nothing is decoded. Undefined where there is nothing to leave out. */
async function copyWithoutTraces(
  contentType: string,
  original: PictureFile,
  folder: PictureFolder,
): Promise<PictureFile | undefined> {
  // Its boxes were gone through when it came.
  if (contentType === 'image/avif') {
    await takeForStill(original)
    return undefined
  }
  const size = await sizeOfPicture(original)
  const pieces = await lookInto(original, (at) => withoutTraces(contentType, at, size))
  if (!pieces) throw new ChatError('unsupported_media_type', 'the picture is damaged')
  const [first] = pieces
  if (pieces.length === 1 && first && !Buffer.isBuffer(first) && first.end === size) return undefined
  const copied = async function* () {
    for (const piece of pieces) {
      if (Buffer.isBuffer(piece)) yield piece
      else yield* readPicture(original, piece.start, piece.end)
    }
  }
  return folder.write('clean', copied())
}
