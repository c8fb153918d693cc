import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { create as dispositionOf } from 'content-disposition'
import type { Media, OpenFile } from '../core/media/media.js'
import { isInline } from '../core/media/media-types.js'
import { isKnown, rangeOf } from './ranges.js'

export interface ServedFile extends OpenFile {
  /** When the reader's signed URL expires; undefined if the reader has a session. */
  expiresAt: Date | undefined
}

/** How long a URL of the store is valid if the reader has a session. */
const sessionUrlMs = 60_000

/** A document that is shown may load itself and nothing else, and runs no script. */
const sandbox = "sandbox; default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"

export async function serveFile(
  request: IncomingMessage,
  response: ServerResponse,
  media: Media,
  file: ServedFile,
  { now, isShared }: { now: Date; isShared: boolean },
): Promise<void> {
  const { key, etag, filename, contentType, expiresAt } = file
  const disposition = dispositionOf(filename, { type: isInline(contentType) ? 'inline' : 'attachment' })
  const secondsLeft = expiresAt && Math.max(0, Math.floor((expiresAt.getTime() - now.getTime()) / 1000))
  // With a session, each request is authorized again; with a signed URL, the file may be cached until the URL expires.
  const kept = secondsLeft === undefined ? 'private, no-cache' : `private, max-age=${secondsLeft}, immutable`
  const headers: Record<string, string | number> = {
    // If a proxy compressed it, ranges would be wrong, and the ETag would belong to other bytes.
    'Cache-Control': `${kept}, no-transform`,
    'X-Content-Type-Options': 'nosniff',
    // A signed URL needs no cookies, so pages of other sites get nothing that only their visitor may see.
    'Cross-Origin-Resource-Policy': isShared && expiresAt ? 'cross-origin' : 'same-site',
    'Content-Security-Policy': sandbox,
    'Referrer-Policy': 'no-referrer',
  }
  // A URL of the store is signed only for GET.
  const isHead = request.method === 'HEAD'
  const location = isHead
    ? undefined
    : await media.urlOf(file, disposition, expiresAt ?? new Date(now.getTime() + sessionUrlMs))
  if (location !== undefined) {
    write(response, 302, { ...headers, Location: location })
    return void response.end()
  }
  Object.assign(headers, { ETag: etag, 'Accept-Ranges': 'bytes' })
  if (isKnown(request.headers, etag)) return void write(response, 304, headers).end()
  const size = await media.sizeOf(key)
  const range = rangeOf(request.headers, size, etag)
  if (range === 'none') {
    return void write(response, 416, { ...headers, 'Content-Range': `bytes */${size}`, 'Content-Length': 0 }).end()
  }
  const part = range === 'whole' ? { start: 0, end: size - 1 } : range
  Object.assign(headers, {
    'Content-Type': contentType === 'text/plain' ? 'text/plain; charset=utf-8' : contentType,
    'Content-Disposition': disposition,
    'Content-Length': part.end - part.start + 1,
    ...(range === 'whole' ? {} : { 'Content-Range': `bytes ${part.start}-${part.end}/${size}` }),
  })
  const status = range === 'whole' ? 200 : 206
  if (isHead) return void write(response, status, headers).end()
  const bytes = await media.read(key, part)
  // It is no error if the reader stops, as a player that jumps within a video.
  await pipeline(bytes, write(response, status, headers)).catch(() => response.destroy())
}

function write(response: ServerResponse, status: number, headers: Record<string, string | number>): ServerResponse {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  return response
}
