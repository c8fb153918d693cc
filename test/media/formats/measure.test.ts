import { describe, expect, it } from 'vitest'
import type { Format } from '../../../src/core/media/formats/format.js'
import { formatOf, measure } from '../../../src/core/media/formats.js'
import type { ReadAt } from '../../../src/core/media/read-window.js'

/** How a file is read, with how much of it was. */
function fileOf(...parts: (Buffer | string | number[])[]) {
  const bytes = Buffer.concat(
    parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))),
  )
  const reads: [offset: number, length: number][] = []
  const at: ReadAt = async (offset, length) => {
    reads.push([offset, length])
    return bytes.subarray(offset, offset + length)
  }
  return { bytes, reads, at }
}

const sizeOf = (format: string, ...parts: (Buffer | string | number[])[]) =>
  measure(formatOf(`image/${format}`) as Format, fileOf(...parts).at)

const u16 = (value: number) => [value >> 8, value & 0xff]
const u32 = (value: number) => [...u16(value >>> 16), ...u16(value & 0xffff)]
const u16le = (value: number) => u16(value).reverse()
const u24le = (value: number) => u32(value).slice(1).reverse()
const size = { width: 0x1234, height: 0x0567 }

/** Whole, it has its size; cut off at any place, none. */
async function expectWhole(format: string, parts: (string | number[])[], expected = size) {
  const { bytes } = fileOf(...parts)
  expect(await sizeOf(format, bytes)).toEqual(expected)
  for (let length = 0; length < bytes.length; length += 1) {
    expect(await sizeOf(format, bytes.subarray(0, length)), `${length} bytes`).toBeUndefined()
  }
}

describe('the size of a picture', () => {
  it('is what the header of a PNG says', async () => {
    const large = { width: 0x12345678, height: 0x9abcdef0 }
    await expectWhole('png', ['\x89PNG\r\n\x1a\n', u32(13), 'IHDR', u32(large.width), u32(large.height)], large)
  })

  it('is what the screen of a GIF says', async () => {
    await expectWhole('gif', ['GIF89a', u16le(size.width), u16le(size.height)])
  })

  it('is what the first chunk of a WebP says, of each of its three kinds', async () => {
    const riff = ['RIFF', u32(0), 'WEBP']
    const large = { width: 0x123457, height: 0x89abce }
    const canvas = [u24le(large.width - 1), u24le(large.height - 1)]
    await expectWhole('webp', [...riff, 'VP8X', u32(10), u32(0), ...canvas], large)
    // The two highest bits say how it is to be scaled.
    const scaled = [u16le(size.width | 0x4000), u16le(size.height | 0xc000)]
    await expectWhole('webp', [...riff, 'VP8 ', u32(0), [0, 0, 0, 0x9d, 1, 0x2a], ...scaled])
    const bits = (size.width - 1) | ((size.height - 1) << 14) | (3 << 28)
    await expectWhole('webp', [...riff, 'VP8L', u32(0), [0x2f], u32(bits).reverse(), [0, 0, 0, 0, 0]])
    expect(await sizeOf('webp', ...riff, 'VP8Y', u32(10), u32(0), ...canvas)).toBeUndefined()
  })

  it('is the largest of those that an AVIF declares', async () => {
    const declared = (width: number, height: number) => [u32(20), 'ispe', u32(0), u32(width), u32(height)]
    const whole = ['....ftypavif', ...declared(64, 64), ...declared(640, 48), ...declared(64, 64)]
    expect(await sizeOf('avif', ...whole)).toEqual({ width: 640, height: 48 })
    expect(await sizeOf('avif', ...declared(64, 65), ...declared(65, 64))).toEqual({ width: 64, height: 65 })
    expect(await sizeOf('avif', ...declared(30, 40), ...declared(35, 35))).toEqual({ width: 35, height: 35 })
    expect(await sizeOf('avif', ...declared(30, 40), 'ispe', u32(0), u32(9000))).toEqual({ width: 30, height: 40 })
    expect(await sizeOf('avif', '....ftypavif')).toBeUndefined()
    await expectWhole('avif', ['ispe', u32(0), u32(30), u32(40)], { width: 30, height: 40 })
  })

  it('is looked for in an AVIF within its first 16 KiB', async () => {
    const { at, reads } = fileOf('....ftypavif')
    await measure(formatOf('image/avif') as Format, at)
    expect(reads).toEqual([[0, 16 * 1024]])
  })

  it('is none of what browsers do not show as a picture', async () => {
    expect(await sizeOf('heic', 'ispe', u32(0), u32(8), u32(8))).toBeUndefined()
    for (const type of ['image/tiff', 'image/svg+xml', 'text/plain', 'audio/mpeg', 'video/webm']) {
      expect(formatOf(type), type).toBeUndefined()
    }
  })

  it('is none where one of its sides is nothing', async () => {
    const png = (width: number, height: number) =>
      sizeOf('png', '\x89PNG\r\n\x1a\n', u32(13), 'IHDR', u32(width), u32(height))
    expect(await png(1, 1)).toEqual({ width: 1, height: 1 })
    expect(await png(0, 1)).toBeUndefined()
    expect(await png(1, 0)).toBeUndefined()
  })
})

describe('the size of a JPEG', () => {
  const start = [0xff, 0xd8]
  const segment = (marker: number, length: number) => [[0xff, marker], u16(length + 2), new Array(length).fill(0xff)]
  const frame = (marker: number) => [[0xff, marker], u16(17), [8], u16(size.height), u16(size.width)]

  it('is what its frame says, of whatever kind that is', async () => {
    const frames = [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]
    for (const marker of frames) await expectWhole('jpeg', [start, ...frame(marker)])
  })

  it('is not what other segments seem to say', async () => {
    for (const marker of [0xbf, 0xc4, 0xc8, 0xcc, 0xd0, 0xdb, 0xe1, 0xfe]) {
      expect(await sizeOf('jpeg', start, ...segment(marker, 30), ...frame(0xc0)), `${marker}`).toEqual(size)
    }
  })

  it('is found behind whatever comes before it, which is read in blocks', async () => {
    const { at, reads } = fileOf(
      start,
      ...segment(0xe0, 14),
      ...segment(0xe1, 60_000),
      ...Array.from({ length: 1000 }, () => segment(0xfe, 0)).flat(),
      ...segment(0xe1, 60_000),
      ...segment(0xe1, 60_000),
      ...frame(0xc2),
    )
    expect(await measure(formatOf('image/jpeg') as Format, at)).toEqual(size)
    expect(reads).toEqual([2, 124_028, 184_032].slice(0, reads.length).map((offset) => [offset, 65_536]))
  })

  it('is found where more than one 0xff stands before a marker', async () => {
    expect(await sizeOf('jpeg', start, [0xff, 0xff, 0xff], ...frame(0xc0))).toEqual(size)
  })

  it('is none where no segment begins where one should', async () => {
    expect(await sizeOf('jpeg', start, ...segment(0xe0, 14), [0], ...frame(0xc0))).toBeUndefined()
    expect(await sizeOf('jpeg', start, [0xfe, 0xc0], u16(17), [8], u16(1), u16(1))).toBeUndefined()
  })

  it('is looked for in 2,000 segments, and no more', async () => {
    const many = (count: number) => Array.from({ length: count }, () => segment(0xfe, 0)).flat()
    expect(await sizeOf('jpeg', start, ...many(1_999), ...frame(0xc0))).toEqual(size)
    expect(await sizeOf('jpeg', start, ...many(2_000), ...frame(0xc0))).toBeUndefined()
  })
})
