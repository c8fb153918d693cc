import { ChatError } from '../contract/problems.js'

/** What a file is, by its bytes. */
export interface FileKind {
  contentType: string
  /** Without its dot. */
  extension: string
}

/** So many of a file's first bytes tell what it is. */
export const headLength = 16 * 1024

const office = 'application/vnd.openxmlformats-officedocument'
const openDocument = 'application/vnd.oasis.opendocument'

/** What may be uploaded unless the host says otherwise. */
export const defaultMediaTypes: readonly string[] = [
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'],
  ...['video/mp4', 'video/x-m4v', 'video/quicktime', 'video/webm', 'video/ogg'],
  ...['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/ogg', 'audio/opus', 'audio/wav', 'audio/flac'],
  ...['application/pdf', 'text/plain', 'application/zip', 'application/gzip'],
  ...['wordprocessingml.document', 'spreadsheetml.sheet', 'presentationml.presentation'].map((of) => `${office}.${of}`),
  ...['text', 'spreadsheet', 'presentation'].map((of) => `${openDocument}.${of}`),
]

const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** Raster images that browsers show: measured, and shown in place. */
export const isPicture = (contentType: string): boolean => pictures.has(contentType)

/** Whether browsers may show it in place: nothing of this kind can carry a script that they would run. */
export const isInline = (contentType: string): boolean => isPicture(contentType) || /^(audio|video)\//.test(contentType)

/** What a browser might run, or take for a page. */
const active = /html|xml|svg|script|ecmascript|xsl|x-msdownload|x-shockwave|wasm|mhtml|multipart|message/

/** Refuses, at start, to allow what can never be served safely. */
export function checkMediaTypes(types: readonly string[]): void {
  for (const type of types) {
    if (!/^[a-z]+\/[a-z0-9.+-]+$/.test(type)) {
      throw new TypeError(`express-chat: media.types has "${type}"; write types in full, as 'image/png'`)
    }
    // The names of Office's formats speak of XML; what is inside is a zip.
    if (active.test(type) && !type.startsWith(`${office}.`)) {
      throw new TypeError(`express-chat: media.types has "${type}", which browsers run as a page; leave it out`)
    }
  }
}

const sameAs: Record<string, string> = {
  'image/apng': 'image/png',
  'audio/ogg; codecs=opus': 'audio/opus',
  'audio/vnd.wave': 'audio/wav',
  'audio/x-flac': 'audio/flac',
}

const unsupported = (detail: string): ChatError => new ChatError('unsupported_media_type', detail)

/** Tells what a file is by its first bytes; what it calls itself counts for nothing. Throws 415 for what is not allowed. */
export async function kindOf(head: Uint8Array, allowed: ReadonlySet<string>): Promise<FileKind> {
  if (isWideMarkup(head)) throw unsupported('HTML, SVG and XML are not accepted')
  const { fileTypeFromBuffer } = await import('file-type')
  const found = await fileTypeFromBuffer(head)
  const kind = found && { contentType: sameAs[found.mime] ?? found.mime, extension: found.ext }
  if (kind && allowed.has(kind.contentType)) return kind
  if (isMarkup(head)) throw unsupported('HTML, SVG and XML are not accepted')
  // A text may begin with the letters that bitmaps, programs or calendars begin with.
  if (allowed.has('text/plain') && (!kind || isText(head))) return { contentType: 'text/plain', extension: 'txt' }
  throw unsupported(kind ? `${kind.contentType} is not accepted` : 'files of an unknown kind are not accepted')
}

/** The end may be in the middle of a character. */
function isText(head: Uint8Array): boolean {
  try {
    new TextCheck().take(head)
    return true
  } catch {
    return false
  }
}

/** A tag, comment or declaration first, behind whatever white space and byte order mark. */
const isMarkup = (head: Uint8Array): boolean =>
  /^[\s\uFEFF\0]*<[a-z!?/]/i.test(Buffer.from(head.subarray(0, 1024)).toString())

/** The same in UTF-16, which otherwise passes for sound. */
function isWideMarkup(head: Uint8Array): boolean {
  const [first, second] = head
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : ''
  return encoding !== '' && isMarkup(Buffer.from(new TextDecoder(encoding).decode(head.subarray(0, 1024))))
}

/** Text throughout: well-formed UTF-8 without what only binary files have. */
export class TextCheck {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })

  /** Throws 415 where it is no text; without bytes, at the end. */
  take(bytes?: Uint8Array): void {
    let text: string
    try {
      text = this.#decoder.decode(bytes, { stream: bytes !== undefined })
    } catch {
      throw unsupported('files of an unknown kind are not accepted')
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
    if (/[\0-\x08\x0E-\x1A\x1C-\x1F]/.test(text)) throw unsupported('files of an unknown kind are not accepted')
  }
}
