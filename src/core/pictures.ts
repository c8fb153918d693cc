import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Sharp, SharpOptions } from 'sharp'
import { ChatError } from '../contract/problems.js'
import { Slots } from '../store/slots.js'
import type { Dimensions } from './dimensions.js'

type MakeSharp = (path: string, options: SharpOptions) => Sharp

/** Pixels of a picture: more are not decoded. */
export const mostPixels = 40_000_000

/** Pixels of the longer side. */
const thumbnailSide = 512

export const thumbnailType = 'image/webp'

/** What became of a picture: files beside it. */
export interface Developed extends Dimensions {
  thumbnail: string
  /** The picture turned upright and without EXIF, GPS and XMP; absent where it had none of that and stays as it is. */
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
  try {
    const {
      format,
      exif,
      xmp,
      iptc,
      comments,
      orientation = 1,
      pages = 1,
      ...size
    } = await sharp(path, options).metadata()
    await sharp(path, options)
      .autoOrient()
      .resize({ width: thumbnailSide, height: thumbnailSide, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toFile(thumbnail)
    // Animations keep their frames, and with them their bytes: no camera writes those.
    const isClean = !exif && !xmp && !iptc && !comments?.length && orientation === 1
    if (isClean || pages > 1 || format === 'gif') return { width: size.width, height: size.height, thumbnail }
    const clean = join(folder, 'clean')
    // Its own colours stay, and are not a trace of anybody.
    const written = await encoded(sharp(path, options).autoOrient().keepIccProfile(), format).toFile(clean)
    return { width: written.width, height: written.height, thumbnail, clean }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code?.startsWith('E') || /no space left/i.test(String(error))) throw error
    throw new ChatError('unsupported_media_type', 'the picture is damaged', { cause: error })
  }
}

function encoded(picture: Sharp, format: string | undefined): Sharp {
  if (format === 'jpeg') return picture.jpeg({ quality: 90 })
  if (format === 'webp') return picture.webp({ quality: 90 })
  if (format === 'heif') return picture.avif({ quality: 70, effort: 2 })
  return picture.png()
}
