import { describe, expect, it } from 'vitest'
import { exifOf } from '../../../src/core/media/formats/exif.js'
import type { Format } from '../../../src/core/media/formats/format.js'
import { formatOf, planStrip } from '../../../src/core/media/formats.js'

type Part = Buffer | string | number[]
const bytes = (...parts: Part[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
const u16 = (value: number) => [value >> 8, value & 0xff]
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)]
const u32le = (value: number) => u32(value).reverse()

/** The pieces of a file that are kept, and how often it was read. */
async function walked(format: string, file: Buffer) {
  let reads = 0
  const at = async (offset: number, length: number) => {
    reads += 1
    return file.subarray(offset, offset + length)
  }
  const plan = await planStrip(formatOf(`image/${format}`) as Format, at, file.length)
  const pieces = plan && 'pieces' in plan ? plan.pieces : undefined
  return { pieces, reads: () => reads }
}

/** As a text, which is compared faster. */
const textOf = (...parts: Part[]): string => bytes(...parts).toString('latin1')

/** What is kept of a file. */
async function kept(format: string, ...parts: Part[]): Promise<string | undefined> {
  const file = bytes(...parts)
  const { pieces } = await walked(format, file)
  return (
    pieces && textOf(...pieces.map((piece) => (Buffer.isBuffer(piece) ? piece : file.subarray(piece.start, piece.end))))
  )
}

/** Nothing is left out, so nothing is written anew. */
async function expectWhole(format: string, ...parts: Part[]) {
  const file = bytes(...parts)
  expect((await walked(format, file)).pieces).toEqual([{ start: 0, end: file.length }])
}

/** All that is seen of a file is kept, and these traces are not, wherever they lie. */
async function expectGone(format: string, seen: Part[], traces: Part[], places = seen.map((_, n) => n).slice(1)) {
  for (const trace of traces) {
    for (const place of places) {
      const file = [...seen.slice(0, place), trace, ...seen.slice(place)]
      expect(await kept(format, ...file), `${trace} at ${place}`).toBe(textOf(...seen))
    }
    expect(await kept(format, ...seen, trace)).toBe(textOf(...seen))
  }
}

/** Of a directory of EXIF: a number. */
const entry = (tag: number, value: number) => bytes(u16(tag), u16(3), u32(1), u16(value), [0, 0])

describe('of a PNG', () => {
  const start = '\x89PNG\r\n\x1a\n'
  const chunk = (type: string, data = '') => bytes(u32(data.length), type, data, 'CRC.')
  const png = [start, chunk('IHDR', '13 bytes long'), chunk('IDAT', 'picture'), chunk('IEND')]

  it('all is kept that is seen, in colour and in motion', async () => {
    const seen = ['PLTE', 'tRNS', 'bKGD', 'hIST', 'sPLT', 'sBIT', 'pHYs', 'cHRM', 'gAMA', 'iCCP', 'sRGB', 'cICP']
    const chunks = [...seen, 'mDCV', 'cLLI', 'acTL', 'fcTL', 'fdAT'].map((type) => chunk(type, 'seen'))
    await expectWhole('png', ...png.slice(0, 2), ...chunks, ...png.slice(2))
  })

  it('nothing else is kept, nor anything behind its end', async () => {
    const traces = ['tEXt', 'zTXt', 'iTXt', 'eXIf', 'tIME', 'abcd'].map((type) => chunk(type, 'Somebody'))
    await expectGone('png', png, [...traces, chunk('tEXt')], [2, 3])
    expect(await kept('png', ...png, ...png)).toBe(textOf(...png))
  })

  it('nothing is kept where it is cut off, and where that is behind a chunk it gets an end', async () => {
    const file = bytes(...png)
    const iend = '\0\0\0\0IEND\xaeB`\x82'
    const borders = png.slice(0, -1).map((_, n) => bytes(...png.slice(0, n + 1)).length)
    for (let length = 0; length <= file.length - 5; length += 1) {
      const cut = file.subarray(0, length)
      expect(await kept('png', cut), `${length}`).toBe(borders.includes(length) ? textOf(cut, iend) : undefined)
    }
  })

  it('how it is turned is kept of its EXIF, where it is', async () => {
    const exif = (data: Buffer) => chunk('eXIf', data.toString('latin1'))
    const whole = Buffer.concat([Buffer.from('MM\0*\0\0\0\x08\0\x02', 'latin1'), entry(0x10f, 9), entry(0x112, 6)])
    const turned = await kept('png', ...png.slice(0, 2), exif(whole), ...png.slice(2))
    expect(turned).toHaveLength(bytes(...png).length + 12 + 26)
    expect(turned).toContain(exifOf(6).toString('latin1'))
    expect(await kept('png', turned as string)).toBe(turned)
    for (const none of [entry(0x112, 1), entry(0x112, 9), entry(0x113, 6), Buffer.alloc(5)]) {
      const data = Buffer.concat([whole.subarray(0, 10), none])
      expect(await kept('png', ...png.slice(0, 2), exif(data), ...png.slice(2))).toBe(textOf(...png))
    }
  })
})

describe('of a WebP', () => {
  const chunk = (type: string, data: string | number[]) =>
    bytes(type, u32le(data.length), data, data.length % 2 ? [0] : [])
  const riff = (...chunks: Buffer[]) => bytes('RIFF', u32le(4 + bytes(...chunks).length), 'WEBP', ...chunks)
  const flags = (value: number) => chunk('VP8X', [value, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  const [picture, exif, xmp] = [chunk('VP8 ', 'picture'), chunk('EXIF', 'Somebody'), chunk('XMP ', 'Nobody.')]

  it('all is kept that is seen, in colour and in motion', async () => {
    for (const type of ['VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP']) {
      await expectWhole('webp', riff(chunk(type, 'seen'), chunk(type, 'odd')))
    }
    await expectWhole('webp', riff(flags(0b111100), picture, chunk('ANIM', '')))
  })

  it('nothing else is kept, nor said to be there, nor anything behind its end', async () => {
    for (const traces of [[exif], [xmp], [exif, xmp], [chunk('abcd', 'x')]]) {
      expect(await kept('webp', riff(flags(0b11_1111), picture, ...traces))).toBe(
        textOf(riff(flags(0b11_0011), picture)),
      )
      expect(await kept('webp', riff(...traces, picture))).toBe(textOf(riff(picture)))
      expect(await kept('webp', riff(picture, ...traces, picture))).toBe(textOf(riff(picture, picture)))
      expect(await kept('webp', riff(picture), ...traces)).toBe(textOf(riff(picture)))
    }
    expect(await kept('webp', riff(picture), 'Somebody')).toBe(textOf(riff(picture)))
    expect(await kept('webp', riff(picture), 'x')).toBe(textOf(riff(picture)))
  })

  it('so much is kept as there is, where it says that there is more', async () => {
    const short = bytes(riff(exif, picture).subarray(0, -3))
    expect(await kept('webp', short)).toBe(
      textOf(riff(picture).subarray(0, 4), u32le(4 + 13), 'WEBP', picture.subarray(0, -3)),
    )
    expect(await kept('webp', riff(exif), 'VP8 ', [1, 0, 0])).toBe(textOf(riff()))
  })

  it('nothing is kept where it has no header', async () => {
    for (let length = 0; length < 12; length += 1)
      expect(await kept('webp', riff(picture).subarray(0, length))).toBeUndefined()
  })
})

describe('of a GIF', () => {
  const screen = (flags: number, colours = 0) =>
    bytes('GIF89a', u16(0x0300), u16(0x0200), [flags, 0, 0], 'c'.repeat(colours))
  const blocks = (...data: string[]) => bytes(...data.map((block) => bytes([block.length], block)), [0])
  const frame = (flags = 0, colours = 0) =>
    bytes([0x2c], 'position', [flags], 'c'.repeat(colours), [8], blocks('picture', 'seen'))
  const extension = (label: number, ...data: string[]) => bytes([0x21, label], blocks(...data))
  const end = [0x3b]
  const control = extension(0xf9, 'time')
  const gif = [screen(0), control, frame(), end]

  it('all is kept that is seen, with the colours of all of it or of a part', async () => {
    await expectWhole('gif', ...gif)
    await expectWhole('gif', screen(0x80, 6), frame(0x81, 12), frame(0x07), frame(0x87, 768), end)
    await expectWhole('gif', screen(0xf7, 768), frame(), end)
    await expectWhole('gif', screen(0x07), end)
  })

  it('what repeats it, and how its colours are meant, is kept', async () => {
    for (const application of ['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']) {
      await expectWhole('gif', screen(0), extension(0xff, application, 'data'), ...gif.slice(1))
    }
  })

  it('nothing else is kept, nor anything behind its end', async () => {
    const comment = extension(0xfe, 'Somebody', 'was here')
    const traces = [
      comment,
      extension(0xfe),
      extension(0x01, 'a text in it'),
      extension(0xff, 'XMP DataXMP', 'Somebody'),
    ]
    await expectGone('gif', gif, [
      ...traces,
      extension(0xff, 'NETSCAPE2.1'),
      extension(0xff),
      extension(0x02, 'NETSCAPE2.0'),
    ])
    expect(await kept('gif', ...gif, 'Somebody')).toBe(textOf(...gif))
  })

  it('nothing is kept where it is cut off, or where no block begins', async () => {
    const file = bytes(...gif)
    // Behind its screen or a block it gets an end.
    const borders = gif.slice(0, -1).map((_, n) => bytes(...gif.slice(0, n + 1)).length)
    for (let length = 0; length < file.length; length += 1) {
      const cut = file.subarray(0, length)
      expect(await kept('gif', cut), `${length}`).toBe(borders.includes(length) ? textOf(cut, end) : undefined)
    }
    for (const kind of [0, 0x20, 0x22, 0x2b, 0x3a]) {
      expect(await kept('gif', screen(0), [kind], frame(), end)).toBeUndefined()
      expect(await kept('gif', screen(0), [kind, 0xfe], blocks('data'), frame(), end)).toBeUndefined()
    }
  })

  it('what is long is told by how it begins', async () => {
    const long = new Array<string>(400).fill('x'.repeat(250))
    await expectWhole('gif', screen(0), extension(0xff, 'ICCRGBG1012', ...long), ...gif.slice(1))
    expect(await kept('gif', screen(0), extension(0xfe, ...long), ...gif.slice(1))).toBe(textOf(...gif))
  })
})

describe('of a JPEG', () => {
  const segment = (marker: number, data: string) => bytes([0xff, marker], u16(data.length + 2), data)
  const start = [0xff, 0xd8]
  const end = [0xff, 0xd9]
  const scan = (data: Part) => bytes(segment(0xda, 'head'), data)
  const picture = bytes('picture', [0xff, 0], 'of', [0xff, 0xd0], 'all', [0xff, 0xd7], 'sorts', [0xff, 0])
  const jpeg = [start, segment(0xdb, 'tables'), segment(0xc0, '\b\0\x01\0\x01'), scan(picture), end]

  it('all is kept that is seen, in one scan or several', async () => {
    await expectWhole('jpeg', ...jpeg)
    await expectWhole('jpeg', ...jpeg.slice(0, -1), segment(0xc4, 'more tables'), scan('picture'), scan(''), end)
    for (const marker of [0xd8, 0xdd, 0xdf, 0xf0, 0xfd]) await expectWhole('jpeg', start, segment(marker, 'seen'), end)
  })

  it('how its colours are meant is kept', async () => {
    const colours = [
      segment(0xe0, 'JFIF\0seen'),
      segment(0xe0, 'JFIF\0'),
      segment(0xe2, 'ICC_PROFILE\0seen'),
      segment(0xee, 'Adobe seen'),
    ]
    await expectWhole('jpeg', start, ...colours, ...jpeg.slice(1))
  })

  it('nothing else is kept that applications put in, nor comments, nor anything behind its end', async () => {
    const applications = Array.from({ length: 16 }, (_, n) => segment(0xe0 + n, 'Somebody'))
    const traces = [
      ...[...applications, segment(0xfe, 'Somebody'), segment(0xe0, 'JFXX\0'), segment(0xe1, 'JFIF\0')],
      ...[
        segment(0xe2, 'ICC_PROFILE.'),
        segment(0xee, 'Adobo'),
        segment(0xe2, 'MPF\0a thumbnail that is seen by nobody'),
      ],
    ]
    await expectGone('jpeg', jpeg, traces)
    expect(await kept('jpeg', ...jpeg, ...jpeg)).toBe(textOf(...jpeg))
  })

  it('no more than one 0xff is kept before a marker', async () => {
    expect(await kept('jpeg', start, [0xff, 0xff], ...jpeg.slice(1))).toBe(textOf(...jpeg))
  })

  it('nothing is kept where it is cut off, or where no segment begins', async () => {
    const file = bytes(...jpeg)
    for (let length = 0; length < file.length; length += 1)
      expect(await kept('jpeg', file.subarray(0, length)), `${length}`).toBeUndefined()
    expect(await kept('jpeg', start, segment(0xdb, 'tables'), 'xx', end)).toBeUndefined()
    for (const marker of [0x00, 0xbf, 0xd0, 0xd7])
      expect(await kept('jpeg', start, segment(marker, 'x'), end)).toBeUndefined()
    expect(await kept('jpeg', start, [0xfe, 0xdb], u16(4), 'xx', end)).toBeUndefined()
    expect(await kept('jpeg', ...jpeg.slice(0, -1), [0xff, 0])).toBeUndefined()
  })

  it('a scan ends where a marker does, wherever the file is read in parts', async () => {
    const window = 64 * 1024
    const tail = [segment(0xfe, 'Somebody'), end]
    for (const length of [window - 2, window - 1, window, window + 1, 2 * window - 1]) {
      for (const last of [[], [0xff, 0], [0xff, 0xd3]]) {
        const long = scan(bytes('x'.repeat(length), last))
        expect(await kept('jpeg', start, long, ...tail), `${length} ${last}`).toBe(textOf(start, long, end))
      }
    }
  })
})

describe('a picture', () => {
  const png = (...chunks: Buffer[]) => bytes('\x89PNG\r\n\x1a\n', ...chunks, u32(0), 'IENDCRC.')
  const chunk = (type: string, length = 0) => bytes(u32(length), type, 'x'.repeat(length), 'CRC.')
  const alternating = (count: number) =>
    png(...Array.from({ length: count }, () => [chunk('tEXt'), chunk('IDAT')]).flat())

  it('is kept in 10,000 pieces at most', async () => {
    expect((await walked('png', alternating(9_999))).pieces).toHaveLength(10_000)
    expect((await walked('png', alternating(10_000))).pieces).toBeUndefined()
  })

  it('is read 64 KiB at a time, not chunk by chunk', async () => {
    const file = alternating(5_000)
    const { reads } = await walked('png', file)
    expect(reads()).toBeLessThanOrEqual(Math.ceil(file.length / 65_536) + 1)
    const large = await walked('png', png(chunk('IDAT', 200_000), chunk('IDAT', 200_000)))
    expect(large.reads()).toBe(3)
  })

  it('of another kind is not known', async () => {
    expect(await kept('avif', 'anything')).toBeUndefined()
  })

  it('that cannot be read fails as the reading does', async () => {
    const failed = new Error('away')
    await expect(planStrip(formatOf('image/png') as Format, () => Promise.reject(failed), 100)).rejects.toBe(failed)
  })
})
