import { describe, expect, it } from 'vitest'
import { BoxReader } from '../../../src/core/media/formats/iso-boxes.js'
import { all, box, bytes, reading, u32, u64 } from './boxes.js'

const readerOf = (file: Buffer) => new BoxReader(async (offset, length) => file.subarray(offset, offset + length))
const boxesIn = (file: Buffer, end = file.length) => all(readerOf(file).boxes(0, end))
const typesIn = async (file: Buffer) => (await boxesIn(file)).map(({ type }) => type)

describe('the boxes of a file', () => {
  it('lie side by side, each as long as it says', async () => {
    expect(await boxesIn(bytes(box('ftyp', 'isom'), box('free'), box('\xa9xyz', 'here')))).toEqual([
      { type: 'ftyp', start: 0, content: 8, end: 12 },
      { type: 'free', start: 12, content: 20, end: 20 },
      { type: '\xa9xyz', start: 20, content: 28, end: 32 },
    ])
  })

  it('may be longer than 4 GB, or as long as the file is', async () => {
    const long = bytes(u32(1), 'mdat', u64(20), 'film')
    expect(await boxesIn(bytes(long, box('free')))).toMatchObject([
      { type: 'mdat', start: 0, content: 16, end: 20 },
      { type: 'free', start: 20 },
    ])
    expect(await boxesIn(bytes(u32(1), 'mdat', u64(16)))).toMatchObject([{ content: 16, end: 16 }])
    const huge = bytes(u32(1), 'mdat', u64(2 ** 33))
    expect(await all(readerOf(huge).boxes(0, 2 ** 33))).toMatchObject([{ content: 16, end: 2 ** 33 }])
  })

  it('are cut off with what holds them', async () => {
    expect(await boxesIn(bytes(u32(0), 'mdat', 'film'))).toEqual([{ type: 'mdat', start: 0, content: 8, end: 12 }])
    expect(await boxesIn(bytes(u32(99), 'mdat', 'film'))).toEqual([{ type: 'mdat', start: 0, content: 8, end: 12 }])
    expect(await boxesIn(bytes(u32(1), 'mdat', u64(99), 'film'))).toMatchObject([{ content: 16, end: 20 }])
    expect(await boxesIn(bytes(box('free'), 'more...'))).toHaveLength(1)
  })

  it('end where none begins', async () => {
    const others = [bytes(u32(7), 'mdat'), bytes(u32(2), 'mdat'), bytes(u32(1), 'mdat', u64(15))]
    expect(await typesIn(bytes(box('free'), u32(1), 'mdat', 'long...'))).toEqual(['free'])
    for (const type of ['mda\x1f', 'mda\x7f', '\0mda', 'md\xa8t', 'md\xaat']) others.push(box(type))
    for (const other of others) expect(await typesIn(bytes(box('free'), other, box('mdat')))).toEqual(['free'])
    expect(await typesIn(bytes(box(' ~!a'), box('mdat')))).toEqual([' ~!a', 'mdat'])
  })

  it('are 20,000 at most, wherever they are looked at', async () => {
    const file = bytes(...Array.from({ length: 20_000 }, () => box('free')))
    expect(await boxesIn(file)).toHaveLength(20_000)
    const reader = readerOf(file)
    await all(reader.boxes(0, 8 * 19_999))
    expect(await all(reader.boxes(0, 8))).toHaveLength(1)
    await expect(all(reader.boxes(0, 8))).rejects.toThrow(new RangeError('too many boxes'))
  })
})

describe('what is in a box', () => {
  it('is boxes, behind its version and flags where it has these', async () => {
    const inside = [box('hdlr', 'here'), box('free')]
    const plain = await reading(box('meta', ...inside))
    const full = await reading(box('meta', u32(0), ...inside))
    const types = ['hdlr', 'free']
    expect((await all(plain.reader.inside(plain.first))).map(({ type }) => type)).toEqual(types)
    for (const { reader, first } of [plain, full]) {
      expect((await all(await reader.insideFull(first))).map(({ type }) => type)).toEqual(types)
    }
    // QuickTime's begins with one of its own.
    const other = await reading(box('meta', u32(0), box('keys')))
    expect((await all(await other.reader.insideFull(other.first))).map(({ type }) => type)).toEqual(['keys'])
    const short = await reading(box('meta', u32(0)), 'hdlr')
    expect(await all(await short.reader.insideFull(short.first))).toEqual([])
    const barely = await reading(box('meta', box('hdlr')))
    expect(await all(await barely.reader.insideFull(barely.first))).toHaveLength(1)
  })

  it('is found by a path, by the first box of each name', async () => {
    const file = box('trak', box('tkhd'), box('mdia', box('free'), box('hdlr', 'a')), box('mdia', box('minf')))
    const { reader, first } = await reading(file)
    expect(await reader.find(first, 'mdia', 'hdlr')).toMatchObject({ type: 'hdlr', end: 41 })
    expect(await reader.find(first, 'mdia')).toMatchObject({ type: 'mdia', start: 16 })
    expect(await reader.find(first, 'mdia', 'minf')).toBeUndefined()
    expect(await reader.find(first, 'edts')).toBeUndefined()
  })

  it('is a table of 4 MiB at most', async () => {
    const { reader, first } = await reading(box('stsz', 'sizes'), 'more')
    expect((await reader.contentOf(first)).toString()).toBe('sizes')
    const most = 4 * 1024 * 1024
    expect(await reader.contentOf({ ...first, end: first.content + most })).toBeDefined()
    await expect(reader.contentOf({ ...first, end: first.content + most + 1 })).rejects.toThrow(
      new RangeError('too long a table'),
    )
  })
})
