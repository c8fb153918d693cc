import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { ChatError } from '../contract/problems.js'

/** Signs what leaves the server and comes back: cursors, tickets, media URLs. Each purpose has a key of its own. */
export class Signer {
  readonly #key: Uint8Array

  constructor(secret: string, purpose: string) {
    this.#key = new Uint8Array(hkdfSync('sha256', secret, '', `express-chat ${purpose}`, 32))
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

/** Cursors of lists. Signed, so that one which was tampered with, or comes from another list, is refused and not guessed at. */
export class Cursors {
  readonly #signer: Signer

  constructor(secret: string) {
    this.#signer = new Signer(secret, 'cursor')
  }

  write(list: string, position: unknown): string {
    return this.#signer.seal([list, position])
  }

  read<T>(list: string, cursor: string | undefined): T | undefined {
    if (cursor === undefined) return undefined
    const opened = this.#signer.open(cursor)
    if (!Array.isArray(opened) || opened[0] !== list) {
      const detail = 'is not a cursor of this list'
      throw new ChatError('invalid_request', detail, { errors: [{ pointer: 'cursor', detail }] })
    }
    return opened[1] as T
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
