import { describe, expect, it } from 'vitest'
import {
  checkMediaTypes,
  defaultMediaTypes,
  headLength,
  isInline,
  isIsoMedia,
  isPicture,
  kindOf,
} from '../../src/core/media/media-types.js'

const bytes = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
const zeros = (count: number) => new Array<number>(count).fill(0)

const refused = (detail: string) => ({ code: 'unsupported_media_type', status: 415, detail })
const markup = refused('HTML, SVG and XML are not accepted')
const unknown = refused('files of an unknown kind are not accepted')

const ours = new Set(defaultMediaTypes)
const text = { contentType: 'text/plain', extension: 'txt' }

const pngWith = (chunk: string) =>
  bytes('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', zeros(17), [0, 0, 0, 0], chunk, zeros(20))
const mp4 = (brand: string) => bytes([0, 0, 0, 24], 'ftyp', brand, zeros(4), brand, 'mif1')

describe('what a file is', () => {
  it.each<[contentType: string, extension: string, head: Buffer]>([
    ['image/png', 'png', pngWith('IDAT')],
    ['image/png', 'apng', pngWith('acTL')],
    ['image/jpeg', 'jpg', bytes([0xff, 0xd8, 0xff, 0xe0], zeros(20))],
    ['image/gif', 'gif', bytes('GIF89a', zeros(20))],
    ['image/webp', 'webp', bytes('RIFF', zeros(4), 'WEBPVP8 ', zeros(20))],
    ['image/avif', 'avif', mp4('avif')],
    ['video/mp4', 'mp4', mp4('isom')],
    ['audio/x-m4a', 'm4a', mp4('M4A ')],
    ['audio/opus', 'opus', bytes('OggS', zeros(24), 'OpusHead', zeros(20))],
    ['audio/wav', 'wav', bytes('RIFF', zeros(4), 'WAVEfmt ', zeros(20))],
    ['audio/flac', 'flac', bytes('fLaC', zeros(20))],
    ['application/pdf', 'pdf', bytes('%PDF-1.7\n', zeros(20))],
  ])('is told by its first bytes: %s, called %s', async (contentType, extension, head) => {
    expect(await kindOf(head, ours)).toEqual({ contentType, extension })
    await expect(kindOf(head, new Set(['video/webm']))).rejects.toMatchObject(refused(`${contentType} is not accepted`))
  })

  it('is a text where nothing else is known of it, or where it only begins like something that is not allowed', async () => {
    for (const head of [bytes('Hello'), bytes(''), bytes('BM is a motor bike'), bytes('BM', [0xc3])]) {
      expect(await kindOf(head, ours)).toEqual(text)
    }
    await expect(kindOf(bytes('BM', zeros(30)), ours)).rejects.toMatchObject(refused('image/bmp is not accepted'))
    await expect(kindOf(bytes('Hello'), new Set(['image/png']))).rejects.toMatchObject(unknown)
    await expect(kindOf(bytes('BM is a motor bike'), new Set(['image/png']))).rejects.toMatchObject(
      refused('image/bmp is not accepted'),
    )
  })

  it('is never what a browser runs as a page, however it begins', async () => {
    const pages = [
      '<html>',
      '<HTML>',
      '<!doctype html>',
      '<?xml version="1.0"?><svg/>',
      '</p>',
      '<svg',
      ' \n\t\r\0<a',
      '<z',
      '<A',
      '<Z',
    ]
    for (const page of pages) {
      await expect(kindOf(bytes(page), ours), page).rejects.toMatchObject(markup)
      await expect(kindOf(bytes('\xEF\xBB\xBF', page), ours), page).rejects.toMatchObject(markup)
      for (const encoded of [utf16le(page), utf16le(page).swap16()]) {
        await expect(kindOf(encoded, ours), page).rejects.toMatchObject(markup)
      }
    }
    for (const plain of ['a < b', '< 5', '<3', 'a<html>', '<', '<{', '<@'])
      expect(await kindOf(bytes(plain), ours), plain).toEqual(text)
  })

  /** With the mark that tells in which order its bytes are. */
  function utf16le(page: string): Buffer {
    return Buffer.from(`\uFEFF${page}`, 'utf16le')
  }

  it('is told as a page by its first 1,024 bytes', async () => {
    await expect(kindOf(bytes(' '.repeat(1022), '<html>'), ours)).rejects.toMatchObject(markup)
    expect(await kindOf(bytes(' '.repeat(1023), '<html>'), ours)).toEqual(text)
    const wide = (spaces: number) => utf16le(`${' '.repeat(spaces)}<html>`)
    await expect(kindOf(wide(509), ours)).rejects.toMatchObject(markup)
    expect(await kindOf(wide(510), ours)).toEqual(text)
  })

  it('is a text in UTF-16 too, by its mark alone, though a sound may begin so', async () => {
    for (const told of ['Hello <html>', '', '🙂'.repeat(512)]) {
      for (const encoded of [utf16le(told), utf16le(told).swap16()]) expect(await kindOf(encoded, ours)).toEqual(text)
    }
    const halfMarks = [
      bytes([0xff, 0], 'a<\0h\0'),
      bytes([0xfe, 0], 'a\0<\0h'),
      bytes([0, 0xfe], '<\0h\0'),
      bytes([0, 0xff], '\0<\0h'),
    ]
    for (const head of halfMarks) expect(await kindOf(head, ours)).toEqual(text)
  })

  it('is, of a picture of HEIF’s, told by whatever it says that it is coded as', async () => {
    const heif = (brand: string, ...others: string[]) =>
      kindOf(bytes([0, 0, 0, 16 + 4 * others.length], 'ftyp', brand, zeros(4), ...others, 'avif'), ours)
    const [avif, heic] = [
      { contentType: 'image/avif', extension: 'avif' },
      { contentType: 'image/heic', extension: 'heic' },
    ]
    for (const brand of ['mif1', 'msf1']) {
      for (const other of ['avif', 'avis']) expect(await heif(brand, 'miaf', other)).toEqual(avif)
      for (const other of ['heic', 'heix']) expect(await heif(brand, 'miaf', other)).toEqual(heic)
    }
    expect(await heif('mif1', 'heic', 'avif')).toEqual(avif)
    // What stands behind that box, or between two of its names, says nothing of it.
    for (const others of [['miaf'], ['.hei', 'c...'], ['heiz'], ['.avi', 'f...']]) {
      expect(await heif('mif1', ...others)).toMatchObject({ contentType: 'image/heif' })
    }
    expect(await heif('isom', 'avif')).toMatchObject({ contentType: 'video/mp4' })
    const free = bytes([0, 0, 0, 24], 'free', 'mif1', zeros(4), 'heic')
    await expect(kindOf(free, new Set(['x/y']))).rejects.not.toMatchObject(refused('image/heic is not accepted'))
  })

  it('is a PDF where lines stand before it, within its first 1,024 bytes', async () => {
    const pdf = { contentType: 'application/pdf', extension: 'pdf' }
    const begun = '\n%PDF-1.7\n'
    const object = '\n1 0 obj\n'
    expect(await kindOf(bytes('printed', begun, object), ours)).toEqual(pdf)
    expect(await kindOf(bytes('printed\r%PDF-2.0 \r10 22 obj<<'), ours)).toEqual(pdf)
    const room = 1024 - begun.length
    expect(await kindOf(bytes('x'.repeat(room), begun, 'x'.repeat(2_000), object), ours)).toEqual(pdf)
    const others = [
      ['x'.repeat(room + 1), begun, object],
      ['On', begun, 'I say'],
      ['printed%PDF-1.7\n', object],
      ['printed\n%PDF-1.7.', object],
      ['printed\n%PDF-x.7\n', object],
      ['printed\n%PDF-1.x\n', object],
      ['printed', begun, ' 0 obj'],
      ['printed', begun, 'x1 0 obj '],
      ['printed', begun, '\n1 x obj '],
      ['printed', begun, '\nx 0 obj '],
      ['printed', begun, '\n1 0 object '],
    ]
    for (const parts of others) expect(await kindOf(bytes(...parts), ours), parts.join('')).toEqual(text)
  })

  it('is told by its first 16 KiB', () => {
    expect(headLength).toBe(16_384)
  })
})

describe('files', () => {
  const pictures = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']
  const sounds = ['video/mp4', 'video/webm', 'audio/mpeg', 'audio/opus']
  const others = [
    'application/pdf',
    'text/plain',
    'image/svg+xml',
    'application/zip',
    'text/html',
    'x-audio/a',
    'a/video/b',
  ]

  it('are shown in place where nothing in them can be run: pictures, sounds and films', () => {
    expect([...pictures, ...sounds, ...others].filter(isPicture)).toEqual(pictures)
    expect([...pictures, ...sounds, ...others].filter(isInline)).toEqual([...pictures, ...sounds])
  })

  it('are in the boxes of ISO’s base media format by their kind', () => {
    const inBoxes = [
      ...['image/avif', 'image/heic', 'image/heif', 'image/heic-sequence', 'image/heif-sequence', 'video/mp4'],
      ...['audio/mp4', 'video/x-m4v', 'audio/x-m4a', 'video/quicktime', 'video/3gpp', 'video/3gpp2', 'audio/3gpp'],
    ]
    const inNone = [
      ...['image/png', 'image/heia', 'image/avif-sequence', 'video/webm', 'audio/mpeg', 'text/mp4', 'x-video/mp4'],
      ...['video/mp4x', 'video/x-m4b', 'video/3gpp3', 'application/mp4'],
    ]
    expect([...inBoxes, ...inNone].filter(isIsoMedia)).toEqual(inBoxes)
  })

  it('may be of these kinds unless the host says otherwise', () => {
    const office = 'application/vnd.openxmlformats-officedocument'
    expect(defaultMediaTypes).toEqual([
      ...[...pictures, 'image/heic', 'image/heif'],
      ...['video/mp4', 'video/x-m4v', 'video/quicktime', 'video/3gpp', 'video/3gpp2'],
      ...['video/webm', 'video/matroska', 'video/ogg', 'audio/webm'],
      ...['audio/mpeg', 'audio/mp4', 'audio/x-m4a', 'audio/aac', 'audio/ogg', 'audio/opus', 'audio/wav', 'audio/flac'],
      ...['application/pdf', 'text/plain', 'application/zip', 'application/gzip'],
      ...[
        `${office}.wordprocessingml.document`,
        `${office}.spreadsheetml.sheet`,
        `${office}.presentationml.presentation`,
      ],
      ...['text', 'spreadsheet', 'presentation'].map((of) => `application/vnd.oasis.opendocument.${of}`),
    ])
    checkMediaTypes(defaultMediaTypes)
  })

  it.each([
    '*/*',
    'image/*',
    'png',
    'image/',
    '/png',
    'Image/png',
    'image/PNG',
    ' image/png',
    'image/png ',
    'a/b/c',
    'image/png;q=1',
    '',
  ])('may not be of "%s", which is no kind in full', (type) => {
    expect(() => checkMediaTypes(['image/png', type])).toThrow(
      new TypeError(`express-chat: media.types has "${type}"; write types in full, as 'image/png'`),
    )
  })

  it.each([
    ...['text/html', 'application/xhtml+xml', 'text/xml', 'image/svg+xml', 'text/javascript', 'application/ecmascript'],
    ...[
      'text/xsl',
      'application/x-msdownload',
      'application/x-shockwave-flash',
      'application/wasm',
      'multipart/related',
    ],
    ...['message/rfc822', 'x-application/vnd.openxmlformats-officedocument.xml'],
  ])('may not be of %s, which browsers run', (type) => {
    const shown = type.replace('x-application', 'xapplication')
    expect(() => checkMediaTypes([shown])).toThrow(
      new TypeError(`express-chat: media.types has "${shown}", which browsers run as a page; leave it out`),
    )
  })
})
