import { describe, expect, it } from 'vitest'
import { isoMedia } from '../../../src/core/media/formats/iso-media.js'
import { planStrip } from '../../../src/core/media/formats.js'
import { box, bytes, u16, u32 } from './boxes.js'

type Part = Parameters<typeof bytes>[number]

/** What is left of a file, in one text; undefined where it is refused. */
async function left(...parts: Part[]): Promise<string | undefined> {
  const file = bytes(...parts)
  const found = await planStrip(isoMedia, async (offset, length) => file.subarray(offset, offset + length), file.length)
  if (!found || 'pieces' in found) return undefined
  expect(found.edits.map(({ start }) => start)).toEqual(found.edits.map(({ start }) => start).toSorted((a, b) => a - b))
  const clean = Buffer.from(file)
  for (const { start, end, bytes: others } of found.edits) {
    if (others) others.copy(clean, start, 0, end - start)
    else clean.fill(0, start, end)
  }
  return clean.toString('latin1', 0, found.end)
}

const text = (...parts: Part[]): string => bytes(...parts).toString('latin1')
const ftyp = box('ftyp', 'isom')
const mdat = box('mdat', 'film')
const nothing = (length: number) => '\0'.repeat(length)
/** Free space in the place of a box that held so much. */
const free = (length: number) => box('free', nothing(length))

describe('of a file in the boxes of ISO’s base media format', () => {
  it('all is kept that is seen or heard, or finds it', async () => {
    const file = ['ftyp', 'styp', 'moof', 'mdat', 'mfra', 'sidx', 'ssix', 'wide'].map((type) => box(type, 'kept'))
    const trak = ['tref', 'trgr', 'edts', 'tapt', 'load'].map((type) => box(type, 'kept'))
    const moov = box('moov', box('mvex', 'kept'), box('iods', 'kept'), box('trak', ...trak, box('mdia', box('minf'))))
    const items = ['hdlr', 'dinf', 'pitm', 'iref', 'ipro', 'grpl'].map((type) => box(type, 'kept'))
    const meta = box('meta', u32(0), ...items, box('iprp', box('ipco')), box('idat', 'kept'))
    expect(await left(...file, moov, meta)).toBe(text(...file, moov, meta))
  })

  it('whatever else lies between is blanked, and what lies behind is left out', async () => {
    for (const type of ['uuid', 'free', 'skip', 'udta', 'abcd']) {
      expect(await left(ftyp, box(type, 'Somebody'), mdat)).toBe(text(ftyp, free(8), mdat))
      expect(await left(ftyp, mdat, box(type, 'Somebody'), 'Somebody')).toBe(text(ftyp, mdat))
    }
    const made = (time: number) => box('moov', box('mvhd', u32(0, time, time)))
    expect(await left(ftyp, box('uuid', 'Somebody'), made(7))).toBe(text(ftyp, free(8), made(0)))
    expect(await left(ftyp, box('free'), box('uuid'), mdat)).toBe(text(ftyp, box('free'), box('free'), mdat))
    const inside = box(
      'moov',
      box('udta', 'Somebody'),
      box('trak', box('udta', 'here'), box('meta', 'me')),
      box('meta', 'x'),
    )
    expect(await left(ftyp, inside)).toBe(text(ftyp, box('moov', free(8), box('trak', free(4), free(2)), free(1))))
    const meta = box('meta', u32(0), box('uuid', 'Somebody'), box('hdlr', 'kept'), box('xml ', 'me'))
    expect(await left(ftyp, meta)).toBe(text(ftyp, box('meta', u32(0), free(8), box('hdlr', 'kept'), free(2))))
  })

  it('an item of a picture that tells something is erased', async () => {
    const iinf = (type: string) => box('iinf', u32(0), u16(1), box('infe', [2, 0, 0, 0], u16(1, 0), type, 'a\0'))
    const iloc = (start: number) => box('iloc', u32(0), [0x44, 0], u16(1), u16(1, 0, 1), u32(start, 4))
    const meta = (type: string, start: number) => box('meta', u32(0), box('hdlr', 'kept'), iinf(type), iloc(start))
    const start = ftyp.length + meta('Exif', 0).length + 8
    expect(await left(ftyp, meta('Exif', start), mdat)).toBe(text(ftyp, meta('skip', start), box('mdat', nothing(4))))
  })

  describe('the times when it was made and changed', () => {
    const movie = (mvhd: Buffer, tkhd: Buffer, mdhd: Buffer) =>
      bytes(ftyp, box('moov', mvhd, box('trak', tkhd, box('mdia', mdhd))))

    it('are erased, of the whole and of each track', async () => {
      const head = (type: string, ...times: [number, number]) => box(type, u32(0), u32(...times), 'and more')
      const made = movie(head('mvhd', 1, 2), head('tkhd', 3, 4), head('mdhd', 5, 6))
      expect(await left(made)).toBe(text(movie(head('mvhd', 0, 0), head('tkhd', 0, 0), head('mdhd', 0, 0))))
      for (const times of [
        [0, 1],
        [256, 0],
      ] as [number, number][]) {
        expect(await left(movie(head('mvhd', ...times), head('tkhd', 0, 0), head('mdhd', 0, 0)))).toBe(
          text(movie(head('mvhd', 0, 0), head('tkhd', 0, 0), head('mdhd', 0, 0))),
        )
      }
    })

    it('are erased where they are long, and no more than there is of them', async () => {
      const long = (type: string, time: number) => box(type, [1, 0, 0, 0], u32(time, time, time, time), 'more')
      expect(await left(movie(long('mvhd', 1), long('tkhd', 2), long('mdhd', 3)))).toBe(
        text(movie(long('mvhd', 0), long('tkhd', 0), long('mdhd', 0))),
      )
      const short = (value: number) => box('tkhd', u32(0), u16(value))
      const others = (tkhd: Buffer) => bytes(ftyp, box('moov', box('trak', tkhd, box('edts', 'kept'))))
      expect(await left(others(short(7)))).toBe(text(others(short(0))))
    })

    it('need nothing where they are none', async () => {
      const file = movie(box('mvhd', u32(0, 0, 0, 9)), box('tkhd', u32(0, 0, 0, 9)), box('mdhd', u32(0, 0, 0, 9)))
      expect(
        await planStrip(isoMedia, async (offset, length) => file.subarray(offset, offset + length), file.length),
      ).toEqual({
        edits: [],
        end: file.length,
      })
    })
  })

  it('a track of places is blanked, and its samples are erased; another one is kept', async () => {
    const table = [box('stsc', u32(0, 1, 1, 1, 1)), box('stsz', u32(0, 0, 1), u32(4))]
    const track = (handler: string, start: number) =>
      box(
        'trak',
        box('mdia', box('hdlr', u32(0, 0), handler), box('minf', box('stbl', ...table, box('stco', u32(0, 1, start))))),
      )
    const data = box('mdat', 'filmhere')
    const start = ftyp.length + 8
    const file = (...tracks: Buffer[]) => text(ftyp, data, box('moov', ...tracks))
    const length = track('meta', 0).length - 8
    expect(await left(ftyp, data, box('moov', track('vide', start), track('meta', start + 4)))).toBe(
      file(track('vide', start), free(length)).replace('filmhere', `film${nothing(4)}`),
    )
    expect(await left(file(track('soun', start)))).toBe(file(track('soun', start)))
  })

  it('nothing is kept where it is not built as it should be', async () => {
    expect(await left('no box at all')).toBeUndefined()
    expect(await left('')).toBeUndefined()
    expect(await left(box('free', 'x'), box('uuid', 'x'))).toBeUndefined()
    expect(await left(ftyp, box('moov', box('cmov', 'x')))).toBeUndefined()
    // Cut off.
    expect(await left(ftyp, bytes(box('moov', box('mvhd', u32(0, 1, 2)))).subarray(0, -12))).toBeUndefined()
    const failed = new Error('away')
    await expect(planStrip(isoMedia, () => Promise.reject(failed), 100)).rejects.toBe(failed)
  })
})
