import { describe, expect, it } from 'vitest'
import { samplesOf } from '../../../src/core/media/formats/iso-samples.js'
import { all, box, reading, u32, u64 } from './boxes.js'

/** Where the samples of a track are that has these tables. */
async function samples(...tables: Buffer[]) {
  const { reader, first } = await reading(box('trak', box('mdia', box('minf', box('stbl', ...tables)))))
  return (await all(samplesOf(reader, first))).map(({ start, end }) => [start, end])
}

const table = (type: string, ...rows: number[]) => box(type, u32(0, rows.length), u32(...rows))
/** From which chunk on there are so many samples in each. */
const runs = (...all: [firstChunk: number, samples: number][]) =>
  box('stsc', u32(0, all.length), ...all.map(([first, count]) => u32(first, count, 1)))
const sizes = (...all: number[]) => box('stsz', u32(0, 0, all.length), u32(...all))
const same = (size: number, count: number) => box('stsz', u32(0, size, count))
const chunks = (...offsets: number[]) => table('stco', ...offsets)

describe('the samples of a track', () => {
  it('are in its chunks, of which several in a row have as many', async () => {
    expect(await samples(runs([1, 2]), sizes(3, 4, 5, 6), chunks(100, 200))).toEqual([
      [100, 107],
      [200, 211],
    ])
    const several = runs([1, 1], [3, 2], [4, 1])
    expect(await samples(several, sizes(1, 2, 3, 4, 5, 6), chunks(10, 20, 30, 40, 50))).toEqual([
      [10, 11],
      [20, 22],
      [30, 37],
      [40, 45],
      [50, 56],
    ])
  })

  it('may all be as long, and lie beyond 4 GB', async () => {
    expect(await samples(runs([1, 2]), same(7, 3), chunks(100, 200, 300))).toEqual([
      [100, 114],
      [200, 207],
    ])
    const far = box('co64', u32(0, 2), u64(2 ** 33, 2 ** 34))
    expect(await samples(runs([1, 1]), sizes(5, 6), far)).toEqual([
      [2 ** 33, 2 ** 33 + 5],
      [2 ** 34, 2 ** 34 + 6],
    ])
  })

  it('are none where nothing is said of them, or where they are empty', async () => {
    expect(await samples(sizes(3), chunks(100))).toEqual([])
    expect(await samples(runs([1, 1]), sizes(3))).toEqual([])
    expect(await samples(runs([1, 1]), sizes(0, 2), chunks(100, 200))).toEqual([[200, 202]])
    expect(await samples(runs([2, 1]), sizes(3), chunks(100))).toEqual([[100, 103]])
    const { reader, first } = await reading(box('trak', box('mdia', box('minf'))))
    expect(await all(samplesOf(reader, first))).toEqual([])
  })

  it('are not told where a table is cut off, or says nothing of sizes', async () => {
    await expect(samples(runs([1, 1]), chunks(100))).rejects.toThrow(RangeError)
    const cut = [
      box('stsc', u32(0, 2), u32(1, 1, 1)),
      box('stsz', u32(0, 0, 2), u32(1)),
      box('stco', u32(0, 2), u32(1)),
    ]
    const whole = [runs([1, 1]), sizes(3), chunks(100)]
    for (const n of [0, 1, 2])
      await expect(samples(...whole.map((one, at) => (at === n ? (cut[n] as Buffer) : one)))).rejects.toThrow(
        RangeError,
      )
    await expect(samples(runs([1, 1]), sizes(3), box('co64', u32(0, 1), u32(1)))).rejects.toThrow(RangeError)
    expect(await samples(...whole)).toEqual([[100, 103]])
  })
})
