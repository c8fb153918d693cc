import { ChatError } from '../../contract/problems.js'
import { charsetOf, TextCheck } from './text-check.js'

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
  ...['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/heic', 'image/heif'],
  ...['video/mp4', 'video/x-m4v', 'video/quicktime', 'video/3gpp', 'video/3gpp2'],
  ...['video/webm', 'video/matroska', 'video/ogg'],
  ...['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/ogg', 'audio/opus', 'audio/wav', 'audio/flac'],
  ...['application/pdf', 'text/plain', 'application/zip', 'application/gzip'],
  ...['wordprocessingml.document', 'spreadsheetml.sheet', 'presentationml.presentation'].map((of) => `${office}.${of}`),
  ...['text', 'spreadsheet', 'presentation'].map((of) => `${openDocument}.${of}`),
]

const pictures = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** Raster images that browsers show: measured, and shown in place. */
export const isPicture = (contentType: string): boolean => pictures.has(contentType)

/** Kept in the boxes of ISO's base media format: what tells where they were made can be overwritten in them. */
export const isIsoMedia = (contentType: string): boolean =>
  /^(image\/(avif|hei[cf](-sequence)?)|(audio|video)\/(mp4|x-m4[av]|quicktime|3gpp2?))$/.test(contentType)

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
}

const unsupported = (detail: string): ChatError => new ChatError('unsupported_media_type', detail)

/** Tells what a file is by its first bytes; what it calls itself counts for nothing. Throws 415 for what is not allowed. */
export async function kindOf(head: Uint8Array, allowed: ReadonlySet<string>): Promise<FileKind> {
  if (isMarkup(head)) throw unsupported('HTML, SVG and XML are not accepted')
  const kind = await foundIn(head)
  if (kind && allowed.has(kind.contentType)) return kind
  // A text may begin with the letters that bitmaps, programs or calendars begin with.
  if (allowed.has('text/plain') && (!kind || isText(head))) return { contentType: 'text/plain', extension: 'txt' }
  throw unsupported(kind ? `${kind.contentType} is not accepted` : 'files of an unknown kind are not accepted')
}

async function foundIn(head: Uint8Array): Promise<FileKind | undefined> {
  // In UTF-16 a text begins as the sound of a format that nobody has used for thirty years.
  if (charsetOf(head) !== 'utf-8') return undefined
  const { fileTypeFromBuffer } = await import('file-type/core')
  const found = heifIn(head) ?? (await fileTypeFromBuffer(head))
  if (found) return { contentType: sameAs[found.mime] ?? found.mime, extension: found.ext }
  return isLatePdf(head) ? { contentType: 'application/pdf', extension: 'pdf' } : undefined
}

/** What a picture of HEIF's is coded as, which it may only say in its second place. */
function heifIn(head: Uint8Array) {
  const bytes = Buffer.from(head)
  if (bytes.toString('latin1', 4, 8) !== 'ftyp' || !/^m[is]f1$/.test(bytes.toString('latin1', 8, 12))) return undefined
  const brands: string[] = bytes.toString('latin1', 16, Math.min(bytes.readUInt32BE(0), 256)).match(/.{4}/gs) ?? []
  if (brands.includes('avif') || brands.includes('avis')) return { mime: 'image/avif', ext: 'avif' }
  return brands.some((brand) => /^hei[cx]$/.test(brand)) ? { mime: 'image/heic', ext: 'heic' } : undefined
}

/** Readers take a PDF that begins within the first 1024 bytes; printers and mail put a line or two before it. */
const isLatePdf = (head: Uint8Array): boolean => {
  const text = Buffer.from(head).toString('latin1')
  return /[\r\n]%PDF-\d\.\d\s/.test(text.slice(0, 1024)) && /[\r\n]\d+ \d+ obj\b/.test(text)
}

/** The end may be in the middle of a character. */
function isText(head: Uint8Array): boolean {
  try {
    new TextCheck(head).take(head)
    return true
  } catch {
    return false
  }
}

/** A tag, comment or declaration first, behind whatever white space and byte order mark. */
const isMarkup = (head: Uint8Array): boolean =>
  /^[\s\uFEFF\0]*<[a-z!?/]/i.test(new TextDecoder(charsetOf(head)).decode(head.subarray(0, 1024)))
