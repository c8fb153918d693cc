import { z } from 'zod'
import { id, time } from './fields.js'

/** A file that was uploaded. The URLs are signed, expire, and go into an `<img src>` as they are. */
export interface Media {
  id: string
  filename: string
  contentType: string
  byteSize: number
  width: number | null
  height: number | null
  url: string
  thumbnailUrl: string | null
  uploadedById: string
  createdAt: string
}

export const media = z.strictObject({
  id,
  filename: z.string(),
  contentType: z.string(),
  byteSize: z.int(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  url: z.string(),
  thumbnailUrl: z.string().nullable(),
  uploadedById: id,
  createdAt: time,
}) satisfies z.ZodType<Media>
