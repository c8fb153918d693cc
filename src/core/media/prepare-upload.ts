import { createHash } from 'node:crypto'
import { ChatError } from '../../contract/problems.js'
import type { Dimensions, Format } from './formats/format.js'
import { formatOf, measure } from './formats.js'
import { isPicture } from './media-types.js'
import { playingOf } from './playing.js'
import { type ImageProcessor, longestSide, mostPixels } from './process-image.js'
import type { ReceivedFile } from './receive-upload.js'
import { stripMetadata } from './strip-metadata.js'
import type { TemporaryFile } from './temporary-file.js'

/** A file as it will be stored, still in its temporary folder. */
export interface PreparedUpload {
  file: TemporaryFile
  contentType: string
  /** Of a sound or a film that says it. */
  durationMs: number | null
  sha256: string
  /** Of a picture. */
  size?: Dimensions
  thumbnail?: TemporaryFile
}

/** Measures a file by its bytes, strips it of its metadata, and makes a thumbnail of a picture. */
export async function prepareUpload(
  { images, mediaTypes }: { images: ImageProcessor; mediaTypes: ReadonlySet<string> },
  userId: string,
  received: ReceivedFile,
): Promise<PreparedUpload> {
  const { file, folder } = received
  const { contentType, durationMs } = await playingOf(received.contentType, file, mediaTypes)
  const format = formatOf(contentType)
  if (!format) return { file, contentType, durationMs, sha256: await digestOf(file) }
  const claimed = isPicture(contentType) ? await measured(format, received) : undefined
  return images.inTurn(userId, folder, async () => {
    const stripped = await stripMetadata(format, file, folder)
    const shown = claimed && (await images.thumbnail(contentType, stripped, folder))
    const size = shown ? { width: shown.width, height: shown.height } : claimed
    return {
      ...{ file: stripped, contentType, durationMs, sha256: await digestOf(stripped) },
      ...(size && { size }),
      ...(shown && { thumbnail: shown.thumbnail }),
    }
  })
}

/** The size that the header claims. A picture that would need too much memory is never decoded. */
async function measured(format: Format, { contentType, file }: ReceivedFile): Promise<Dimensions> {
  const size = await measure(format, file.at)
  if (!size) throw new ChatError('unsupported_media_type', 'the picture is damaged')
  const { width, height } = size
  const most = mostPixels[contentType] ?? 0
  if (width * height <= most && Math.max(width, height) <= longestSide) return size
  const allowed = `${most} pixels, ${longestSide} to a side`
  throw new ChatError('too_large', `a picture of ${contentType} may have ${allowed}; this one has ${width} × ${height}`)
}

async function digestOf(file: TemporaryFile): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of await file.read()) hash.update(chunk)
  return hash.digest('hex')
}
