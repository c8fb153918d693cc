import { z } from 'zod'
import { media } from '../../contract/media.js'
import { system } from '../../core/actor.js'
import type { Part } from '../../core/media/media.js'
import { component } from '../component.js'
import { examples } from '../examples.js'
import { parseQuery } from '../parameters.js'
import { idFrom, made, ok, type Route, route } from '../route.js'

/** The parameters of a signed URL; with a session they are not needed. */
const signed = z.object({ expires: z.string().optional(), signature: z.string().optional() })

export const mediaComponents = {
  Media: component(
    media,
    'A file that was uploaded. The URLs are signed, expire, and go into an `<img src>` as they are.',
    examples.media,
  ),
}

export const mediaRoutes = [
  route('POST /media', {
    name: 'uploadMedia',
    summary: 'Upload a file',
    description:
      'One file, as the part `file` of a form. Its type is told by its first bytes. It is yours alone until a message carries it.',
    upload: true,
    rate: 'uploads',
    statuses: [201],
    refusals: ['rejected', 'insufficient_storage'],
    response: mediaComponents.Media,
    handle: async ({ core, me, receive }) => made(await core.media.keep(me, await receive())),
  }),
  route('GET /media/:mediaId', {
    name: 'getMedia',
    summary: "A file's entry",
    description: 'For its uploader, and for members of a room with a message that carries it.',
    statuses: [200],
    response: mediaComponents.Media,
    handle: ({ core, me, params: { mediaId } }) => ok(core.media.get(me, mediaId)),
  }),
  fileRoute('content', {
    name: 'getMediaContent',
    summary: "A file's bytes",
    description:
      'By a session, or by the signed URL that `Media.url` is. A range is answered with 206, and a store that has URLs of its own with 302.',
  }),
  fileRoute('thumbnail', {
    name: 'getMediaThumbnail',
    summary: "A file's thumbnail",
    description:
      '512 pixels at most, by a session or by the signed URL that `Media.thumbnailUrl` is. A picture without one stands for itself.',
  }),
]

/** A route that answers with bytes. With a signed URL, no session is needed. */
function fileRoute(part: Part, said: Pick<Route, 'name' | 'summary' | 'description'>): Route {
  return {
    method: 'GET',
    path: `/media/:mediaId/${part}`,
    ...said,
    query: signed,
    parameters: {
      expires: { description: 'Part of a signed URL: when it ends.', example: '1790000000' },
      signature: { description: 'Part of a signed URL: what it was signed with.', example: 'mZ0x7dJxkq3vYw2b' },
    },
    statuses: [200, 206, 302, 304, 416],
    isFile: true,
    rate: 'reads',
    async answer({ core, params, url, authenticate }) {
      const { expires = '', signature = '' } = parseQuery(signed, url)
      const { mediaId = '' } = params
      const expiresAt = core.context.view.mediaUrlEnd(mediaId, part, expires, signature)
      const reader = expiresAt ? system : (await authenticate()).userId
      const file = await core.media.open(reader, idFrom('mediaId', mediaId, undefined), part)
      return { status: 200, file: { ...file, expiresAt } }
    },
  }
}
