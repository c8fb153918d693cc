import { describe, expect, it } from 'vitest'
import { charsetOf as markOf, TextCheck } from '../../src/core/media/text-check.js'

/** In what it is written, told chunk by chunk; what is no text is undefined. */
function charsetOf(file: Buffer, size = file.length): string | undefined {
  const check = new TextCheck(file)
  try {
    for (let at = 0; at < file.length; at += size) check.take(file.subarray(at, at + size))
    check.take()
    return check.charset
  } catch {
    return undefined
  }
}

const latin1 = (text: string) => Buffer.from(text, 'latin1')
const utf16le = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le')

describe('a text is told to be written', () => {
  it.each([
    ['utf-8', 'ASCII', Buffer.from('Name;Price\r\nCoffee;2,50\r\n')],
    ['utf-8', 'letters of several bytes', Buffer.from('Käse;2,50 €\n図;3')],
    ['utf-16le', 'a byte order mark', utf16le('Käse\t図\r\n')],
    ['utf-16be', 'a byte order mark, the other way round', utf16le('Käse\t図\r\n').swap16()],
    ['windows-1252', 'a letter of one byte', latin1('Name;Price\r\nK\xe4se;2,50 \x80\r\n')],
    ['windows-1252', 'a first letter of one byte', latin1('\xc4pfel')],
    ['windows-1252', 'one such letter in three', latin1('ab\xe4')],
    ['windows-1252', 'such a letter beside others that are not beyond ASCII', latin1('\x7f\x7f\x7f\xe4')],
    ['windows-1252', 'a last byte that would begin a letter in UTF-8', latin1('Caf\xe9')],
    ['windows-1252', 'such a letter after 100 KB of ASCII', latin1(`${'x'.repeat(100_000)}\xfcber`)],
  ])('in %s by %s', (charset, _, file) => {
    for (const size of [1, 7, 16_384]) expect(charsetOf(file, size)).toBe(charset)
  })

  it('in UTF-16 by its whole mark alone', () => {
    const half = [[], [0xff], [0xff, 0], [0, 0xfe], [0xfe], [0xfe, 0], [0, 0xff], [0xff, 0xff], [0xfe, 0xfe]]
    for (const bytes of half) expect(markOf(Uint8Array.from(bytes)), `${bytes}`).toBe('utf-8')
  })

  it('or is refused as a file of an unknown kind', () => {
    const refused = { code: 'unsupported_media_type', detail: 'files of an unknown kind are not accepted' }
    for (const file of [latin1('\0'), latin1('\x81')]) {
      expect(() => new TextCheck(file).take(file)).toThrow(expect.objectContaining(refused))
    }
  })

  it.each([
    ['bytes that only binary files have', latin1('BM\0\0')],
    ['bytes that stand for nothing', latin1('Hello \x81, hello')],
    ['more than Western letters', latin1('\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0')],
    ['UTF-8 that is damaged', Buffer.concat([Buffer.from('Käse und Brot '), Buffer.from([0xe4]), Buffer.from('x')])],
    ['half a character of UTF-16', utf16le('Hi').subarray(0, 5)],
    ['a surrogate that is alone', utf16le('Hi \ud83d!')],
    ['UTF-32', Buffer.from('fffe000048000000', 'hex')],
  ])('in nothing by %s', (_, file) => {
    for (const size of [1, 7, 16_384]) expect(charsetOf(file, size)).toBeUndefined()
  })
})
