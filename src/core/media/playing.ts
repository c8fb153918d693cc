import type { Playing, ReadPlaying } from './durations/duration.js'
import { flacPlaying } from './durations/flac.js'
import { isoPlaying } from './durations/iso-media.js'
import { matroskaPlaying } from './durations/matroska.js'
import { aacPlaying, mp3Playing } from './durations/mpeg-audio.js'
import { oggPlaying } from './durations/ogg.js'
import { wavPlaying } from './durations/wav.js'
import { isIsoMedia } from './media-types.js'
import { counted, inWindows } from './read-window.js'
import type { TemporaryFile } from './temporary-file.js'

const readers: Readonly<Record<string, ReadPlaying>> = {
  'video/webm': matroskaPlaying,
  'video/matroska': matroskaPlaying,
  'video/ogg': oggPlaying,
  'audio/ogg': oggPlaying,
  'audio/opus': oggPlaying,
  'audio/mpeg': mp3Playing,
  'audio/aac': aacPlaying,
  'audio/wav': wavPlaying,
  'audio/flac': flacPlaying,
}

/** What a film of sound alone is called. */
const asSound: Readonly<Record<string, string>> = { 'video/webm': 'audio/webm', 'video/mp4': 'audio/mp4' }

/** How often a file is read at most: enough for an hour in frames of 20 ms. A longer one that does not say its length has none. */
const mostLooks = 400_000

/** Far more than a file can hold, and what a column can. */
const longestMs = 2 ** 31 - 1

/**
 * How long a sound or a film lasts, in whole milliseconds, and null for other files and those that do not say it. Of a container
 * that holds no pictures the type is that of a sound, if that is `allowed`.
 */
export async function playingOf(
  contentType: string,
  { at, byteSize }: TemporaryFile,
  allowed: ReadonlySet<string>,
): Promise<{ contentType: string; durationMs: number | null }> {
  const read =
    readers[contentType] ?? (/^(audio|video)/.test(contentType) && isIsoMedia(contentType) ? isoPlaying : undefined)
  const { durationMs = 0, isSound } = read ? await orUnknown(read(counted(inWindows(at), mostLooks), byteSize)) : {}
  const rounded = Math.round(durationMs)
  const sound = isSound ? asSound[contentType] : undefined
  return {
    contentType: sound && allowed.has(sound) ? sound : contentType,
    durationMs: rounded > 0 && rounded <= longestMs ? rounded : null,
  }
}

/** What is damaged or cut off may be played as far as it goes, so it is kept. */
async function orUnknown(reading: Promise<Playing>): Promise<Playing> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof RangeError) return {}
    throw error
  }
}
