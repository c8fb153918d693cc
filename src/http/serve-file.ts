import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { create as dispositionOf } from 'content-disposition'
import type { Media, OpenFile } from '../core/media/media.js'
import { isInline } from '../core/media/media-types.js'
import { isKnown, rangeOf } from './ranges.js'

export interface ServedFile extends OpenFile {
  /** When the URL ends that let the reader in; undefined where it was the reader's own session. */
  expiresAt: Date | undefined
}

/** How long a URL of the store lives that was given to somebody's session. */
const sessionUrlMs = 60_000

/** A media document may load itself, and nothing else: whatever it is, it runs nothing and reaches nothing. */
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
  // With a session every look is allowed anew; with a URL, for as long as the URL is good.
  const kept = secondsLeft === undefined ? 'private, no-cache' : `private, max-age=${secondsLeft}, immutable`
  const headers: Record<string, string | number> = {
    // Compressed on the way, a part of a file would be no part of it, and the ETag that of something else.
    'Cache-Control': `${kept}, no-transform`,
    'X-Content-Type-Options': 'nosniff',
    // A signed URL is all that its reader needs, so that no page gets by it what its visitor alone may see.
    'Cross-Origin-Resource-Policy': isShared && expiresAt ? 'cross-origin' : 'same-site',
    'Content-Security-Policy': sandbox,
    'Referrer-Policy': 'no-referrer',
  }
  // A URL of the store is signed for GET alone.
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
  // Whoever stops listening, a video that is wound on for example, is no error.
  await pipeline(bytes, write(response, status, headers)).catch(() => response.destroy())
}

function write(response: ServerResponse, status: number, headers: Record<string, string | number>): ServerResponse {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  return response
}
