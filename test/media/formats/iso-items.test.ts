import { describe, expect, it } from 'vitest'
import { eraseItems } from '../../../src/core/media/formats/iso-items.js'
import { all, box, type bytes, reading, u16, u32, u64 } from './boxes.js'

type Part = Parameters<typeof bytes>[number]

/** What is erased of a picture whose box of items holds these. */
async function erased(...inside: Buffer[]) {
  const { reader, first, file } = await reading(box('meta', u32(0), ...inside), 'the rest')
  const edits = await all(eraseItems(reader, first))
  return edits.map(({ start, end, bytes: others }) => {
    const what = file.toString('latin1', start, Math.min(end, file.length))
    return others ? `${what} is ${others}` : end > file.length ? [start, end] : what
  })
}

const infe = (id: number, type: string) => box('infe', [2, 0, 0, 0], u16(id, 0), type, 'name\0')
const longInfe = (id: number, type: string) => box('infe', [3, 0, 0, 0], u32(id), u16(0), type, 'name\0')
const iinf = (...entries: Buffer[]) => box('iinf', u32(0), u16(entries.length), ...entries)
const longIinf = (...entries: Buffer[]) => box('iinf', [1, 0, 0, 0], u32(entries.length), ...entries)
/** Offsets and lengths of four bytes, no bases, no index, unless it says otherwise. */
const iloc = (items: Part[][], { version = 0, sizes = [0x44, 0] } = {}) =>
  box('iloc', [version, 0, 0, 0], sizes, version < 2 ? u16(items.length) : u32(items.length), ...items.flat())
/** With one extent, in a file. */
const at = (id: number, start: number, length: number): Part[] => [u16(id, 0, 1), u32(start, length)]
const idat = box('idat', 'EXIFXMP.')

describe('of the items of a picture', () => {
  it('those that are coded pictures, or put them together, are kept', async () => {
    const types = 'av01 hvc1 hev1 lhv1 avc1 vvc1 jpeg j2k1 unci grid iovl iden tmap'.split(' ')
    const entries = types.map((type, n) => infe(n, type))
    expect(await erased(iinf(...entries), iloc(types.map((_, n) => at(n, 900, 9))))).toEqual([])
  })

  it('all others are called by another name, and their bytes erased, wherever these are in the file', async () => {
    const entries = [infe(1, 'Exif'), infe(2, 'hvc1'), infe(3, 'mime')]
    const places = iloc([at(1, 900, 10), at(2, 800, 10), at(3, 700, 10), at(4, 600, 10)])
    const found = ['Exif is skip', 'mime is skip', [900, 910], [700, 710]]
    expect(await erased(iinf(...entries), places)).toEqual(found)
    expect(await erased(longIinf(...entries), places)).toEqual(found)
    expect(await erased(places, iinf(longInfe(1, 'Exif'), longInfe(3, 'mime')))).toEqual(found)
  })

  it('older ones have no type, and are left, as what is no item', async () => {
    for (const version of [0, 1]) {
      const old = box('infe', [version, 0, 0, 0], u16(1, 0), 'Exif', 'name\0')
      expect(await erased(iinf(old, box('free', [2, 0, 0, 0], u16(1, 0), 'Exif')), iloc([at(1, 900, 9)]))).toEqual([])
    }
  })

  it('bytes are found in one part or several, from a base on, and in numbers of any length', async () => {
    const exif = iinf(infe(1, 'Exif'))
    const found = (places: Buffer) => erased(exif, places).then((all) => all.slice(1))
    const twice = [u16(1, 0, 2), u32(900, 10), u32(950, 5)]
    expect(await found(iloc([twice]))).toEqual([
      [900, 910],
      [950, 955],
    ])
    expect(await found(iloc([[u16(1, 0), u32(500), u16(1), u32(400, 10)]], { sizes: [0x44, 0x40] }))).toEqual([
      [900, 910],
    ])
    expect(await found(iloc([[u16(1, 0), u64(2 ** 33), u16(1), u16(10)]], { sizes: [0x02, 0x80] }))).toEqual([
      [2 ** 33, 2 ** 33 + 10],
    ])
    expect(await found(iloc([[u16(1, 0, 1), u64(2 ** 33, 10)]], { sizes: [0x88, 0] }))).toEqual([
      [2 ** 33, 2 ** 33 + 10],
    ])
  })

  it('bytes are found in the way of each version', async () => {
    const exif = iinf(infe(1, 'Exif'))
    const found = (places: Buffer) => erased(exif, places).then((all) => all.slice(1))
    expect(await found(iloc([[u16(1, 0, 0, 1), u32(900, 10)]], { version: 1 }))).toEqual([[900, 910]])
    expect(await found(iloc([[u32(1), u16(0, 0, 1), u32(900, 10)]], { version: 2 }))).toEqual([[900, 910]])
    // With a number that says which of them it is.
    const indexed = { version: 1, sizes: [0x44, 0x04] }
    expect(await found(iloc([[u16(1, 0, 0, 1), u32(7), u32(900, 10)]], indexed))).toEqual([[900, 910]])
    // Which the first version has not.
    expect(await found(iloc([at(1, 900, 10)], { sizes: [0x44, 0x04] }))).toEqual([[900, 910]])
  })

  it('bytes may be in the box of items itself', async () => {
    const entries = iinf(infe(1, 'Exif'), infe(2, 'mime'))
    const inside = (method: number) =>
      iloc(
        [
          [u16(1, method, 0, 1), u32(0, 4)],
          [u16(2, method, 0, 1), u32(4, 3)],
        ],
        { version: 1 },
      )
    for (const method of [1, 0x11]) {
      expect((await erased(entries, idat, inside(method))).slice(2)).toEqual(['EXIF', 'XMP'])
    }
    expect((await erased(entries, idat, inside(2))).slice(2)).not.toEqual(['EXIF', 'XMP'])
  })

  it('nothing is erased where nothing is said of them, or of where they are', async () => {
    expect(await erased(iloc([at(1, 900, 10)]))).toEqual([])
    expect(await erased(iinf(infe(1, 'Exif')))).toEqual(['Exif is skip'])
    expect(await erased(idat)).toEqual([])
  })

  it('a table that is cut off is refused', async () => {
    await expect(
      erased(iinf(infe(1, 'Exif')), box('iloc', u32(0), [0x44, 0], u16(2), ...at(1, 900, 10))),
    ).rejects.toThrow(RangeError)
  })
})

describe('of the properties of a picture', () => {
  it('descriptions and times are emptied, which stay in their places', async () => {
    const told = ['udes', 'altt', 'crtt', 'mdft'].map((type) => box(type, u32(0), `told by ${type}`))
    const seen = ['ispe', 'pixi', 'colr'].map((type) => box(type, u32(0), 'seen'))
    const properties = box('iprp', box('ipma'), box('ipco', ...told, ...seen, box('udes', u16(0))))
    expect(await erased(properties)).toEqual(['told by udes', 'told by altt', 'told by crtt', 'told by mdft', ''])
    expect(await erased(box('iprp', box('ipma')))).toEqual([])
  })
})
