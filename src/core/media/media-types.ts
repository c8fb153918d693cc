import { ChatError } from '../../contract/problems.js'
import { charsetOf, TextCheck } from './text-check.js'

/** What a file is, by its bytes. */
export interface FileKind {
  contentType: string
  /** Without its dot. */
  extension: string
}

/** How many of a file's first bytes decide its type. */
export const headLength = 16 * 1024

const office = 'application/vnd.openxmlformats-officedocument'
const openDocument = 'application/vnd.oasis.opendocument'

/** The types that may be uploaded, unless the host sets others. */
export const defaultMediaTypes: readonly string[] = [
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/heic', 'image/heif'],
  ...['video/mp4', 'video/x-m4v', 'video/quicktime', 'video/3gpp', 'video/3gpp2'],
  ...['video/webm', 'video/matroska', 'video/ogg', 'audio/webm'],
  ...['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/ogg', 'audio/opus', 'audio/wav', 'audio/flac'],
  ...['application/pdf', 'text/plain', 'application/zip', 'application/gzip'],
  ...['wordprocessingml.document', 'spreadsheetml.sheet', 'presentationml.presentation'].map((of) => `${office}.${of}`),
  ...['text', 'spreadsheet', 'presentation'].map((of) => `${openDocument}.${of}`),
]

const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** Raster images that browsers show; they are measured, and shown in place. */
export const isPicture = (contentType: string): boolean => pictures.has(contentType)

/** Types in the boxes of ISO's base media format; metadata can be overwritten in them. */
export const isIsoMedia = (contentType: string): boolean =>
  /^(image\/(avif|hei[cf](-sequence)?)|(audio|video)\/(mp4|x-m4[av]|quicktime|3gpp2?))$/.test(contentType)

/** Whether browsers may show a file of this type in place, because it cannot carry a script that they would run. */
export const isInline = (contentType: string): boolean => isPicture(contentType) || /^(audio|video)\//.test(contentType)

/** Types that a browser might run, or show as a page. */
const active = /html|xml|svg|script|ecmascript|xsl|x-msdownload|x-shockwave|wasm|mhtml|multipart|message/

/** Throws, at start, if the host allows types that can never be served safely. */
export function checkMediaTypes(types: readonly string[]): void {
  for (const type of types) {
    if (!/^[a-z]+\/[a-z0-9.+-]+$/.test(type)) {
      throw new TypeError(`express-chat: media.types has "${type}"; write types in full, as 'image/png'`)
    }
    // The types of Office's formats have XML in their names, but such a file is a ZIP.
    if (active.test(type) && !type.startsWith(`${office}.`)) {
      throw new TypeError(`express-chat: media.types has "${type}", which browsers run as a page; leave it out`)
    }
  }
}

const sameAs: Record<string, string> = {
  'image/apng': 'image/png',
  'audio/ogg; codecs=opus': 'audio/opus',
}

const unsupported = (detail: string): ChatError => new ChatError('unsupported_media_type', detail)

/** Returns the type of a file by its first bytes; its name does not count. Throws 415 for a type that is not allowed. */
export async function kindOf(head: Uint8Array, allowed: ReadonlySet<string>): Promise<FileKind> {
  if (isMarkup(head)) throw unsupported('HTML, SVG and XML are not accepted')
  const kind = await foundIn(head)
  if (kind && allowed.has(kind.contentType)) return kind
  // A text may happen to begin with the same letters as a bitmap, a program or a calendar.
  if (allowed.has('text/plain') && (!kind || isText(head))) return { contentType: 'text/plain', extension: 'txt' }
  throw unsupported(kind ? `${kind.contentType} is not accepted` : 'files of an unknown kind are not accepted')
}

async function foundIn(head: Uint8Array): Promise<FileKind | undefined> {
  // A text in UTF-16 begins with the same bytes as an audio format that nobody has used for thirty years.
  if (charsetOf(head) !== 'utf-8') return undefined
  const { fileTypeFromBuffer } = await import('file-type/core')
  const found = heifIn(head) ?? (await fileTypeFromBuffer(head))
  if (found) return { contentType: sameAs[found.mime] ?? found.mime, extension: found.ext }
  return isLatePdf(head) ? { contentType: 'application/pdf', extension: 'pdf' } : undefined
}

/** The type of a HEIF picture whose first brand does not say how it is coded, by its other brands. */
function heifIn(head: Uint8Array) {
  const bytes = Buffer.from(head)
  if (bytes.toString('latin1', 4, 8) !== 'ftyp' || !/^m[is]f1$/.test(bytes.toString('latin1', 8, 12))) return undefined
  const brands: string[] = bytes.toString('latin1', 16, Math.min(bytes.readUInt32BE(0), 256)).match(/.{4}/gs) ?? []
  if (brands.includes('avif') || brands.includes('avis')) return { mime: 'image/avif', ext: 'avif' }
  return brands.some((brand) => /^hei[cx]$/.test(brand)) ? { mime: 'image/heic', ext: 'heic' } : undefined
}

/** Readers accept a PDF that begins within the first 1024 bytes, because printers and mail put a line or two before it. */
const isLatePdf = (head: Uint8Array): boolean => {
  const text = Buffer.from(head).toString('latin1')
  return /[\r\n]%PDF-\d\.\d\s/.test(text.slice(0, 1024)) && /[\r\n]\d+ \d+ obj\b/.test(text)
}

/** The bytes may end in the middle of a character. */
function isText(head: Uint8Array): boolean {
  try {
    new TextCheck(head).take(head)
    return true
  } catch {
    return false
  }
}

/** The text begins with a tag, a comment or a declaration, after white space and a byte order mark. */
const isMarkup = (head: Uint8Array): boolean =>
  /^[\s\uFEFF\0]*<[a-z!?/]/i.test(new TextDecoder(charsetOf(head)).decode(head.subarray(0, 1024)))
