import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { ChatError } from '../contract/problems.js'

const [nonceBytes, tagBytes] = [12, 16]

/** What is sealed with a cursor and not in it: which list it is of. */
const nameOf = (list: string): Buffer => Buffer.from(list)

/** Each purpose has a key of its own. */
const keyFor = (secret: string, purpose: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', secret, '', `express-chat ${purpose}`, 32))

/** Signs what leaves the server and comes back: tickets, media URLs, what goes over the bus. */
export class Signer {
  readonly #key: Uint8Array

  constructor(secret: string, purpose: string) {
    this.#key = keyFor(secret, purpose)
  }

  sign(value: string): string {
    return createHmac('sha256', this.#key).update(value).digest('base64url')
  }

  verify(value: string, signature: string): boolean {
    const expected = Buffer.from(this.sign(value))
    const given = Buffer.from(signature)
    return expected.length === given.length && timingSafeEqual(expected, given)
  }

  /** A value with its signature, in one word. */
  seal(value: unknown): string {
    const body = Buffer.from(JSON.stringify(value)).toString('base64url')
    return `${body}.${this.sign(body).slice(0, 22)}`
  }

  /** The value, or undefined where anything was changed. */
  open(sealed: string): unknown {
    const [body = '', signature = '', ...more] = sealed.split('.')
    const expected = Buffer.from(this.sign(body).slice(0, 22))
    const given = Buffer.from(signature)
    if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(expected, given)) return undefined
    return JSON.parse(Buffer.from(body, 'base64url').toString())
  }
}

/**
 * Cursors of lists. Encrypted, since a position may say what its reader is not shown, as when somebody was here last; and each for
 * its list alone, so that one which was tampered with, or comes from another list, is refused and not guessed at.
 */
export class Cursors {
  readonly #key: Uint8Array

  constructor(secret: string) {
    this.#key = keyFor(secret, 'cursor')
  }

  write(list: string, position: unknown): string {
    const nonce = randomBytes(nonceBytes)
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce).setAAD(nameOf(list))
    const body = Buffer.concat([cipher.update(JSON.stringify(position)), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')
  }

  read<T>(list: string, cursor: string | undefined): T | undefined {
    if (cursor === undefined) return undefined
    try {
      const sealed = Buffer.from(cursor, 'base64url')
      // Decoding leaves out what is no part of it.
      if (sealed.toString('base64url') !== cursor) throw new RangeError()
      const [nonce, tag] = [sealed.subarray(0, nonceBytes), sealed.subarray(nonceBytes, nonceBytes + tagBytes)]
      const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce, { authTagLength: tagBytes })
      decipher.setAAD(nameOf(list)).setAuthTag(tag)
      const body = Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()])
      return JSON.parse(body.toString()) as T
    } catch {
      const detail = 'is not a cursor of this list'
      throw new ChatError('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
    }
  }

  /** The cursor of a page that ended early there, or of none that did. */
  goOn(list: string, stoppedAt: unknown): string | null {
    return stoppedAt === undefined ? null : this.write(list, stoppedAt)
  }

  /** A page out of one row more than was asked for. */
  page<Row>(list: string, rows: Row[], limit: number, position: (row: Row) => unknown) {
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const more = rows.length > limit && last !== undefined
    return { rows: shown, nextCursor: more ? this.write(list, position(last)) : null }
  }
}
