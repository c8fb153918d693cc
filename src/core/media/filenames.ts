import { ChatError } from '../../contract/problems.js'
import type { FileKind } from './media-types.js'

/** Characters of a file's name. */
const longestName = 191

/** What is looked at of a path: each of the steps below may take the square of it. */
const longestPath = 1024

const tooLong = (): ChatError => new ChatError('too_large', `the name of a file may have ${longestName} characters`)

const office = 'docx xlsx pptx odt ods odp'

/**
 * What the name of a file of each kind may end with, the usual one first: a system chooses by it what opens the file. None
 * here is of what runs. A text has many names; all that are not here, of scripts above all, end as `.txt`.
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

/** Only letters that join what is written, and what makes an emoji of a sign, are invisible and meant. What turns the direction of writing is among the ignorable. */
const invisible =
  /(?!\u200C|\u200D|\uFE0E|\uFE0F|\u115F|\u1160|\u3164|\uFFA0)[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]/gu
/** Spaces of all kinds, and letters that look like one. */
const spaces = /[\p{Zs}\u115F\u1160\u2800\u3164\uFFA0]+/gu
/** What separates a stream, a wildcard or a command from a name on Windows. */
const forbidden = /[<>:"|?*]/g
/** Devices, whatever stands behind a dot. */
const reserved = /^(con|prn|aux|nul|clock\$|con(in|out)\$|(com|lpt)[0-9¹²³]) *(\.|$)/i

/**
 * The name that a file is kept under: the last part of the path that was given, without what is invisible, turns the
 * direction of writing, only fills, or means more than itself somewhere; and always with an ending of the file's own kind.
 */
export function filenameFor(given: string, { contentType, extension }: FileKind): string {
  if (given.length > longestPath) throw tooLong()
  const [last = ''] = given.toWellFormed().split(/[\\/]/).slice(-1)
  const shown = last.replaceAll(invisible, '').replaceAll(spaces, ' ').replaceAll(forbidden, '_')
  // Windows leaves these off, and with them what stands before them would be the ending.
  const name = shown.trim().replace(/[ .]+$/, '')
  if (name.length > longestName) throw tooLong()
  const kind = contentType.split(';', 1)[0] ?? ''
  const allowed = endings[kind]?.split(' ') ?? [extension]
  const [, own = ''] = /^.+\.([^.]+)$/s.exec(name) ?? []
  const isOwn = allowed.includes(own.toLowerCase())
  // The end of a name tells more than its beginning. Not beginning with the second half of a character.
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

/** The same of a file that was kept before its kind had a say in its name. */
export function nameToServe(filename: string, contentType: string): string {
  const [kind = ''] = contentType.split(';', 1)
  const [, subtype = ''] = kind.split('/')
  const extension =
    endings[kind]?.split(' ', 1)[0] ?? (/^(gif|webp|webm|aac|flac|pdf)$/.exec(subtype)?.[0] || undefined)
  return extension === undefined ? filename : filenameFor(filename, { contentType, extension })
}
