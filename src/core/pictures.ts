import { createReadStream, createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Sharp, SharpOptions } from 'sharp'
import { ChatError } from '../contract/problems.js'
import { Slots } from '../store/slots.js'
import type { Dimensions, ReadAt } from './dimensions.js'
import { withoutTraces } from './picture-traces.js'

type MakeSharp = (path: string, options: SharpOptions) => Sharp

/** Pixels of a picture: more are not decoded. */
export const mostPixels = 40_000_000

/** Pixels of a side: as many as a JPEG or GIF can have. Millions of rows of a single pixel take decoders half a minute. */
export const longestSide = 65_535

/** Pixels of the longer side. */
const thumbnailSide = 512

export const thumbnailType = 'image/webp'

/** What became of a picture: files beside it. */
export interface Developed extends Dimensions {
  thumbnail: string
  /** The picture turned upright and without EXIF, GPS, XMP and comments; absent where it had none of that and stays as it is. */
  clean?: string
}

/** Makes thumbnails and cleans pictures with sharp, if the host has installed it; a bounded number at once. */
export class Pictures {
  readonly #slots = new Slots(Math.max(1, availableParallelism() - 1), 1000)
  #sharp: Promise<MakeSharp | undefined> | undefined

  constructor(readonly load: () => Promise<unknown> = () => import('sharp')) {}

  /** Undefined without sharp. Throws 415 for what cannot be decoded. */
  async develop(path: string, folder: string): Promise<Developed | undefined> {
    this.#sharp ??= this.#find()
    const sharp = await this.#sharp
    return sharp && this.#slots.run(() => develop(sharp, path, folder))
  }

  async #find(): Promise<MakeSharp | undefined> {
    try {
      return ((await this.load()) as { default: MakeSharp }).default
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return undefined
      throw error
    }
  }
}

async function develop(sharp: MakeSharp, path: string, folder: string): Promise<Developed> {
  const options: SharpOptions = { limitInputPixels: mostPixels, failOn: 'error', sequentialRead: true }
  const thumbnail = join(folder, 'thumbnail')
  const clean = join(folder, 'clean')
  try {
    const { format, exif, xmp, orientation = 1, pages = 1, width, height } = await sharp(path, options).metadata()
    await sharp(path, options)
      .autoOrient()
      .resize({ width: thumbnailSide, height: thumbnailSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toFile(thumbnail)
    const isAnimated = pages > 1 && format !== 'heif'
    // No camera turns an animation on its side.
    if (orientation === 1 || isAnimated) {
      const copied = await copyWithoutTraces(format, path, clean)
      if (copied === 'as it is' || (format === 'heif' && !exif && !xmp)) return { width, height, thumbnail }
      if (copied === 'cleaned') return { width, height, thumbnail, clean }
    }
    // Its own colours stay, and are not a trace of anybody.
    const picture = sharp(path, { ...options, animated: isAnimated })
      .autoOrient()
      .keepIccProfile()
    const written = await encoded(picture, format).toFile(clean)
    return { width: written.width, height: written.pageHeight ?? written.height, thumbnail, clean }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code?.startsWith('E') || /no space left/i.test(String(error))) throw error
    throw new ChatError('unsupported_media_type', 'the picture is damaged', { cause: error })
  }
}

/** Leaves the pixels, and all frames, as they are: nothing is decoded. */
async function copyWithoutTraces(
  format: string,
  path: string,
  clean: string,
): Promise<'as it is' | 'cleaned' | 'not understood'> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const at: ReadAt = async (offset, length) => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset)
      return buffer.subarray(0, bytesRead)
    }
    const pieces = await withoutTraces(format, at, size)
    if (!pieces) return 'not understood'
    const [first] = pieces
    if (pieces.length === 1 && first && !Buffer.isBuffer(first) && first.end === size) return 'as it is'
    await pipeline(async function* () {
      for (const piece of pieces) {
        if (Buffer.isBuffer(piece)) yield piece
        else yield* createReadStream(path, { start: piece.start, end: piece.end - 1 })
      }
    }, createWriteStream(clean))
    return 'cleaned'
  } finally {
    await file.close()
  }
}

function encoded(picture: Sharp, format: string | undefined): Sharp {
  if (format === 'jpeg') return picture.jpeg({ quality: 90 })
  if (format === 'gif') return picture.gif()
  if (format === 'webp') return picture.webp({ quality: 90 })
  if (format === 'heif') return picture.avif({ quality: 70, effort: 2 })
  return picture.png()
}
