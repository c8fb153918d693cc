import { z } from 'zod'
import type { Part } from '../../core/media.js'
import { components } from '../components.js'
import { parseQuery } from '../parameters.js'
import { idFrom, made, ok, type Route, route } from '../route.js'

/** What a signed URL says; a session needs none of it. */
const signed = z.object({ expires: z.string().optional(), signature: z.string().optional() })

export const mediaRoutes = [
  route('POST /media', {
    name: 'uploadMedia',
    summary: 'Upload one file, as the part `file` of a form',
    upload: true,
    rate: 'uploads',
    statuses: [201],
    refusals: ['rejected', 'insufficient_storage'],
    response: components.Media,
    handle: async ({ core, me, receive }) => made(await core.media.keep(me, await receive())),
  }),
  route('GET /media/:mediaId', {
    name: 'getMedia',
    summary: 'A file: for its uploader, and for members of a room with a message that carries it',
    statuses: [200],
    response: components.Media,
    handle: ({ core, me, params: { mediaId } }) => ok(core.media.get(me, mediaId)),
  }),
  fileRoute('content', 'getMediaContent', 'Its bytes'),
  fileRoute(
    'thumbnail',
    'getMediaThumbnail',
    'Its thumbnail, of 512 pixels at most; a picture without one stands for itself',
  ),
]

/** Answers with bytes: whoever has a signed URL needs no session. */
function fileRoute(part: Part, name: string, summary: string): Route {
  return {
    method: 'GET',
    path: `/media/:mediaId/${part}`,
    name,
    summary,
    query: signed,
    statuses: [200, 206, 302, 304],
    isFile: true,
    async answer({ core, params, url, authenticate }) {
      const { expires = '', signature = '' } = parseQuery(signed, url)
      const { mediaId = '' } = params
      const expiresAt = core.context.view.mediaUrlEnd(mediaId, part, expires, signature)
      const reader = expiresAt ? undefined : (await authenticate()).userId
      const file = await core.media.open(reader, idFrom('mediaId', mediaId, reader), part)
      return { status: 200, file: { ...file, expiresAt } }
    },
  }
}
