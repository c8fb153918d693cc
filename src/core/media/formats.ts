import type { Dimensions, Format, StripPlan } from './formats/format.js'
import { gif } from './formats/gif.js'
import { avif, isoMedia } from './formats/iso-media.js'
import { jpeg } from './formats/jpeg.js'
import { png } from './formats/png.js'
import { webp } from './formats/webp.js'
import { isIsoMedia } from './media-types.js'
import type { ReadAt } from './read-window.js'

const pictures: Readonly<Record<string, Format>> = {
  'image/png': png,
  'image/gif': gif,
  'image/webp': webp,
  'image/jpeg': jpeg,
  'image/avif': avif,
}

/** The format of a file that can be measured or stripped; undefined for all other files, which are stored as they are. */
export const formatOf = (contentType: string): Format | undefined =>
  pictures[contentType] ?? (isIsoMedia(contentType) ? isoMedia : undefined)

/** The size that a picture's header claims; undefined if the file is damaged. */
export async function measure(format: Format, at: ReadAt): Promise<Dimensions | undefined> {
  const found = await orDamaged(format.measure?.(at))
  return found && found.width > 0 && found.height > 0 ? found : undefined
}

/** How to strip a file of its metadata; undefined if the file is damaged. */
export const planStrip = (format: Format, at: ReadAt, byteSize: number): Promise<StripPlan | undefined> =>
  orDamaged(format.strip(at, byteSize))

async function orDamaged<Found>(work: Promise<Found> | undefined): Promise<Found | undefined> {
  try {
    return await work
  } catch (error) {
    // The format read past the end of the file, so the file was cut off.
    if (error instanceof RangeError) return undefined
    throw error
  }
}
