import { z } from 'zod'
import { id, type SchemaOf, time } from './fields.js'

/** A file that was uploaded. The URLs are signed, expire, and go into an `<img src>` as they are. */
export interface Media {
  /** A UUIDv7; goes into `mediaIds` or `avatarMediaId`. */
  id: string
  /** What it is called, made safe to be shown and saved. */
  filename: string
  /** What its bytes say that it is, as `image/webp`. */
  contentType: string
  /** How many bytes are kept; of pictures not as many as were sent. */
  byteSize: number
  /** Of a picture in pixels; null where it is not known. */
  width: number | null
  /** Of a picture in pixels; null where it is not known. */
  height: number | null
  /** How long a sound or a film lasts, in milliseconds, as its bytes say; null where they do not, and of other files. */
  durationMs: number | null
  /** Signed, for 15 minutes unless the host says otherwise; needs no header. */
  url: string
  /** The same of a small picture; null where there is none. */
  thumbnailUrl: string | null
  /** Who uploaded it. */
  uploadedById: string
  /** When it was uploaded, ISO 8601 in UTC. */
  createdAt: string
}

export const media = z.strictObject({
  id,
  filename: z.string(),
  contentType: z.string(),
  byteSize: z.int(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  durationMs: z.int().nullable(),
  url: z.string(),
  thumbnailUrl: z.string().nullable(),
  uploadedById: id,
  createdAt: time,
}) satisfies SchemaOf<Media>
