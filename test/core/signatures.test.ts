import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Cursors, Signer } from '../../src/core/signatures.js'

const signer = new Signer('secret', 'ticket')
/** Those whose signatures are not ours. */
const others = [new Signer('secret', 'media'), new Signer('another secret', 'ticket')]

/** A character in the place of another one. */
const changedAt = (text: string, at: number) =>
  `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`

describe('a signature', () => {
  it('is that of one value, one purpose and one secret', () => {
    const signature = signer.sign('value')
    expect(signature).toMatch(/^[\w-]{43}$/)
    expect(signer.verify('value', signature)).toBe(true)
    expect(new Signer('secret', 'ticket').verify('value', signature)).toBe(true)
    expect(signer.verify('values', signature)).toBe(false)
    for (const other of others) expect(other.verify('value', signature)).toBe(false)
  })

  it('stays the same from version to version, for what was signed before an upgrade', () => {
    expect(signer.sign('value')).toBe('vvVai4IctAqAQ-meRWc8mMgXavgi8w37ZkVlQXcAfa4')
    expect(signer.seal(['value', 1])).toBe('WyJ2YWx1ZSIsMV0.peNqJoOLLw9estBUiUdvnS')
  })

  it('is wrong in whatever it was changed, and where there is none', () => {
    const signature = signer.sign('value')
    for (const at of [0, 21, 42]) expect(signer.verify('value', changedAt(signature, at))).toBe(false)
    for (const wrong of ['', signature.slice(0, -1), `${signature}A`, 'é'.repeat(43)])
      expect(signer.verify('value', wrong)).toBe(false)
  })
})

describe('a sealed value', () => {
  it('is one word, out of which the value comes again', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const sealed = signer.seal(value)
        expect(sealed).toMatch(/^[\w-]+\.[\w-]{22}$/)
        expect(signer.open(sealed)).toEqual(JSON.parse(JSON.stringify(value)))
      }),
      { numRuns: 50 },
    )
  })

  it('is nothing once it was changed, nor to those who have another secret or purpose', () => {
    const sealed = signer.seal({ userId: 'bob' })
    for (let at = 0; at < sealed.length; at += 1) expect(signer.open(changedAt(sealed, at))).toBeUndefined()
    const [body, signature] = sealed.split('.')
    for (const wrong of ['', '.', `${body}`, `${body}.`, `.${signature}`, `${sealed}A`, `${sealed}.`, `${sealed}.A`])
      expect(signer.open(wrong)).toBeUndefined()
    expect(signer.open(`${body}.${'é'.repeat(22)}`)).toBeUndefined()
    for (const other of others) expect(other.open(sealed)).toBeUndefined()
  })
})

describe('a cursor', () => {
  const cursors = new Cursors('secret')
  const notOurs = {
    ...{ code: 'invalid_request', detail: 'is not a cursor of this list' },
    errors: [{ pointer: 'cursor', detail: 'is not a cursor of this list' }],
  }

  it('gives the position again to the list that wrote it; where there is none, the list begins', () => {
    const position = { at: 5, id: 'r1' }
    expect(cursors.read('rooms', cursors.write('rooms', position))).toEqual(position)
    expect(cursors.read('rooms', undefined)).toBeUndefined()
  })

  it('is refused by another list, once it was changed, or where something else was sealed', () => {
    const cursor = cursors.write('rooms', 5)
    for (const [list, given] of [
      ['members', cursor],
      ...Array.from(cursor, (_, n) => ['rooms', changedAt(cursor, n)] as const),
      ['rooms', `${cursor}.`],
      ['rooms', new Cursors('another secret').write('rooms', 5)],
      ['rooms', ''],
      ['rooms', 'rooms'],
      ['rooms', new Signer('secret', 'cursor').seal(5)],
    ] as const) {
      expect(() => cursors.read(list, given), given).toThrow(expect.objectContaining(notOurs))
    }
  })

  it('shows nothing of the position in it, nor whether it is the same one', () => {
    const cursor = cursors.write('rooms', { id: 'somebody who is not seen' })
    expect(Buffer.from(cursor, 'base64url').toString()).not.toContain('somebody')
    expect(cursors.write('rooms', { id: 'somebody who is not seen' })).not.toBe(cursor)
  })

  it('leads to the page that follows, and is null on the last one', () => {
    const position = (row: string) => row
    const page = cursors.page('rooms', ['a', 'b', 'c', 'd'], 3, position)
    expect(page.rows).toEqual(['a', 'b', 'c'])
    expect(cursors.read('rooms', page.nextCursor ?? '')).toBe('c')
    expect(cursors.page('rooms', ['c', 'd'], 2, position)).toEqual({ rows: ['c', 'd'], nextCursor: null })
    expect(cursors.page('rooms', [], 2, position)).toEqual({ rows: [], nextCursor: null })
    expect(cursors.page('rooms', ['a'], 0, position)).toEqual({ rows: [], nextCursor: null })
  })
})
