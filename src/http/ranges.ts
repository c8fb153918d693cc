import type { IncomingHttpHeaders } from 'node:http'
import type { ByteRange } from '../core/media/storage.js'

/** The part that is requested; `whole` if none is, or if the file has changed since; `none` if there is no such part. */
export function rangeOf({ range, 'if-range': ifRange }: IncomingHttpHeaders, size: number, etag: string) {
  // Several ranges, and a malformed one, may be answered with the whole file (RFC 9110, 14.2).
  const [, first = '', last = ''] = /^bytes=\s*(\d{0,15})-(\d{0,15})\s*$/i.exec(range ?? '') ?? []
  if (first === '' && last === '') return 'whole'
  if (ifRange !== undefined && ifRange !== etag) return 'whole'
  if (first !== '' && last !== '' && Number(first) > Number(last)) return 'whole'
  return clamped(first, last, size)
}

function clamped(first: string, last: string, size: number): ByteRange | 'none' {
  if (first === '')
    return Number(last) === 0 || size === 0 ? 'none' : { start: Math.max(0, size - Number(last)), end: size - 1 }
  const start = Number(first)
  return start >= size ? 'none' : { start, end: last === '' ? size - 1 : Math.min(Number(last), size - 1) }
}

/** Whether the reader has the same version of the file already. */
export function isKnown({ 'if-none-match': known }: IncomingHttpHeaders, etag: string): boolean {
  return (
    known !== undefined &&
    (known.trim() === '*' || known.split(',').some((each) => each.trim().replace(/^W\//, '') === etag))
  )
}
