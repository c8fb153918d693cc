import { ChatError } from '../../contract/problems.js'

/** The charset of a text: the one of its byte order mark, else the one in which it is well-formed. */
export type Charset = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** The charset of the byte order mark; UTF-8 without one. */
export function charsetOf([first, second]: Uint8Array): Exclude<Charset, 'windows-1252'> {
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
}

/** In a text of a Western language, fewer than one letter in so many is not ASCII. */
const leastAscii = 3

// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are looked for
const onlyBinary = /[\0-\x08\x0E-\x1A\x1C-\x1F]/
const beyondAscii = /[^\0-\x7f]/
/** Bytes that have no meaning in Windows-1252. */
const unassigned = /[\x81\x8d\x8f\x90\x9d]/

/**
 * Checks a text to its end. It has to be well-formed UTF-8, UTF-16 with a byte order mark, or Windows-1252, in which spreadsheets
 * still write CSV; and it must not have bytes that only binary files have.
 */
export class TextCheck {
  #decoder: InstanceType<typeof TextDecoder> | undefined
  #charset: Charset
  /** Whether it has had a letter that takes several bytes in UTF-8. */
  #isUtf8 = false
  #bytes = 0
  #beyondAscii = 0

  /** The argument has the first bytes of the file. */
  constructor(head: Uint8Array) {
    this.#charset = charsetOf(head)
  }

  get charset(): Charset {
    return this.#charset
  }

  /** Checks more bytes, and throws 415 if it is no text. Without an argument, it checks the end of the text. */
  take(bytes?: Uint8Array): void {
    const text = this.#decoded(bytes)
    if (onlyBinary.test(text)) throw noText()
    for (const byte of bytes ?? []) if (byte > 127) this.#beyondAscii += 1
    this.#bytes += bytes?.length ?? 0
    if (this.#charset === 'utf-8') this.#isUtf8 ||= beyondAscii.test(text)
    if (this.#charset !== 'windows-1252') return
    if (unassigned.test(text) || (!bytes && this.#beyondAscii * leastAscii > this.#bytes)) throw noText()
  }

  #decoded(bytes: Uint8Array | undefined): string {
    const stream = bytes !== undefined
    try {
      this.#decoder ??= new TextDecoder(this.#charset, { fatal: true })
      return this.#decoder.decode(bytes, { stream })
    } catch {
      // It was UTF-8 up to here, with letters beyond ASCII, so it is damaged.
      if (this.#charset !== 'utf-8' || this.#isUtf8 || /[^\0-\x7f\ufffd]/.test(new TextDecoder().decode(bytes))) {
        throw noText()
      }
      this.#charset = 'windows-1252'
      this.#decoder = new TextDecoder('windows-1252')
      return this.#decoder.decode(bytes, { stream })
    }
  }
}

const noText = (): ChatError => new ChatError('unsupported_media_type', 'files of an unknown kind are not accepted')
