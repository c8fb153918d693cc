import { ChatError } from '../../contract/problems.js'
import type { FileKind } from './media-types.js'

/** The longest name of a file, in characters. */
const longestName = 191

/** How much of a path is read at most: some of the steps below take time with the square of its length. */
const longestPath = 1024

const tooLong = (): ChatError => new ChatError('too_large', `the name of a file may have ${longestName} characters`)

const office = 'docx xlsx pptx odt ods odp'

/**
 * The endings that the name of a file of each kind may have, the usual one first. A system chooses by the ending which program
 * opens the file, so no ending of something that runs is here. A text whose ending is not here, as that of a script, gets `.txt`.
 */
const endings: Readonly<Record<string, string>> = {
  'image/png': 'png apng',
  'image/jpeg': 'jpg jpeg jpe jfif',
  'image/avif': 'avif avifs',
  'image/heic': 'heic heics heif hif',
  'image/heif': 'heif heic hif',
  'video/mp4': 'mp4 m4v',
  'video/x-m4v': 'm4v mp4',
  'video/quicktime': 'mov qt',
  'video/3gpp': '3gp',
  'video/3gpp2': '3g2',
  'video/matroska': 'mkv mka webm',
  'video/ogg': 'ogv ogg',
  'audio/mpeg': 'mp3 mpga',
  'audio/mp4': 'm4a m4b mp4',
  'audio/x-m4a': 'm4a mp4',
  'audio/ogg': 'ogg oga',
  'audio/opus': 'opus ogg',
  'audio/wav': 'wav wave',
  'application/gzip': 'gz tgz',
  // A document whose first bytes do not say what it is.
  'application/zip': `zip ${office} epub`,
  'text/plain':
    'txt text log md markdown csv tsv json jsonl ndjson geojson yaml yml toml conf cfg sql tex bib rst adoc srt vtt ics ' +
    'vcf diff patch po',
}

/** Invisible characters, those that turn the direction of writing among them. Only joiners, and what makes an emoji of a sign, are invisible and meant. */
const invisible =
  /(?!\u200C|\u200D|\uFE0E|\uFE0F|\u115F|\u1160|\u3164|\uFFA0)[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu
/** Spaces of all kinds, and letters that look like one. */
const spaces = /[\p{Zs}\u115F\u1160\u2800\u3164\uFFA0]+/gu
/** Characters that mean something else than themselves on Windows: a stream, a wildcard, a command. */
const forbidden = /[<>:"|?*]/g
/** Names of devices on Windows, whatever ending they have. */
const reserved = /^(con|prn|aux|nul|clock\$|con(in|out)\$|(com|lpt)[0-9¹²³]) *(\.|$)/i

/**
 * The name that a file is kept under: the last part of the path that was given, without what is invisible, turns the
 * direction of writing, only fills, or means more than itself somewhere; and always with an ending of the file's own kind.
 */
export function filenameFor(given: string, { contentType, extension }: FileKind): string {
  if (given.length > longestPath) throw tooLong()
  const [last = ''] = given.toWellFormed().split(/[\\/]/).slice(-1)
  const shown = last.replaceAll(invisible, '').replaceAll(spaces, ' ').replaceAll(forbidden, '_')
  // Windows drops these at the end of a name, and then the file would have another ending.
  const name = shown.trim().replace(/[ .]+$/, '')
  if (name.length > longestName) throw tooLong()
  const kind = contentType.split(';', 1)[0] ?? ''
  const allowed = endings[kind]?.split(' ') ?? [extension]
  const [, own = ''] = /^.+\.([^.]+)$/s.exec(name) ?? []
  const isOwn = allowed.includes(own.toLowerCase())
  // The end of a name tells more than its beginning. The cut must not leave half a character at the front.
  const room = longestName - extension.length - 1
  const stem = isOwn
    ? name
    : name
        .slice(-room)
        .replace(/^[\uDC00-\uDFFF]/, '')
        .trimStart()
  const ended = isOwn ? stem : `${stem || 'file'}.${extension}`
  return reserved.test(ended) ? `_${ended}`.slice(0, longestName) : ended
}

/** The name of a file that was stored before names were adapted to the file's kind. */
export function nameToServe(filename: string, contentType: string): string {
  const [kind = ''] = contentType.split(';', 1)
  const [, subtype = ''] = kind.split('/')
  const extension =
    endings[kind]?.split(' ', 1)[0] ?? (/^(gif|webp|webm|aac|flac|pdf)$/.exec(subtype)?.[0] || undefined)
  return extension === undefined ? filename : filenameFor(filename, { contentType, extension })
}
