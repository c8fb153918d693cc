import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { crc32, deflateSync } from 'node:zlib'
import type { ChatStorage } from 'express-chat'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { FairSemaphore } from '../../src/concurrency/fair-semaphore.js'
import type { Format } from '../../src/core/media/formats/format.js'
import { formatOf, planStrip } from '../../src/core/media/formats.js'
import { shareHost } from '../core/shared-host.js'
import { databases, type TestDatabase } from '../databases.js'
import { givenStorage } from '../media/given-storage.js'
import { pngHeader } from '../media/png-header.js'
import { longMs } from '../patience.js'

const avif = readFileSync(new URL('../media/files/photograph.avif', import.meta.url))
const plain = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: '#c63' } })
const numbers = (...all: [bytes: number, value: number][]): Buffer =>
  Buffer.concat(
    all.map(([bytes, value]) => {
      const each = Buffer.alloc(bytes)
      each.writeUIntBE(value, 0, bytes)
      return each
    }),
  )
const box = (type: string, ...contents: (Buffer | string)[]): Buffer => {
  const content = Buffer.concat(contents.map((each) => Buffer.from(each as string)))
  return Buffer.concat([numbers([4, content.length + 8]), Buffer.from(type), content])
}

describe('pictures that cost much', () => {
  const { storage, remove } = givenStorage()
  afterAll(remove)
  let reads = 0
  const watched: ChatStorage = {
    ...storage,
    read(...asked) {
      reads += 1
      return storage.read(...asked)
    },
  }
  const host = shareHost(databases[0] as TestDatabase, { storage: watched })

  /** What becomes of it, and seconds of CPU that the whole process took. */
  async function upload(bytes: Buffer, filename: string) {
    const before = process.cpuUsage()
    reads = 0
    const outcome = await host.chat.media
      .upload('alice', { filename, stream: Readable.from([bytes]) })
      .catch((error) => error)
    const { user, system } = process.cpuUsage(before)
    return { outcome, seconds: (user + system) / 1e6 }
  }

  it('for their number of pixels are refused by their header, of each format for what a pixel of it costs', async () => {
    const claiming = (width: number, height: number): Buffer => {
      const file = Buffer.from(avif)
      const at = file.indexOf('ispe')
      file.writeUInt32BE(width, at + 8)
      file.writeUInt32BE(height, at + 12)
      return file
    }
    const screen = (width: number, height: number): Buffer => {
      const file = Buffer.from('GIF89a....\0\0\0;', 'latin1')
      file.writeUInt16LE(width, 6)
      file.writeUInt16LE(height, 8)
      return file
    }
    const frame = (width: number, height: number): Buffer =>
      Buffer.concat([
        Buffer.from('ffd8ffc0001108', 'hex'),
        numbers([2, height], [2, width]),
        Buffer.from('03012200021101031101ffd9', 'hex'),
      ])
    // Each just above what is decoded: 40 megapixels of AVIF took 12 s and 960 MB.
    for (const [bytes, name] of [
      [claiming(7700, 5190), 'a.avif'],
      [claiming(3606, 3606), 'b.avif'],
      [screen(4001, 4000), 'a.gif'],
      [pngHeader(8000, 5001), 'a.png'],
      [frame(10_000, 5001), 'a.jpg'],
    ] as const) {
      expect((await upload(bytes, name)).outcome, name).toMatchObject({ code: 'too_large' })
    }
  })

  it('are not coded anew, however large, since only what tells of their making is cut away', async () => {
    const photo = await plain(2000, 1500).withMetadata({ orientation: 6 }).webp({ effort: 0 }).toBuffer()
    const { outcome } = await upload(photo, 'a.webp')
    expect(outcome).toMatchObject({ width: 1500, height: 2000 })
    const kept = Buffer.concat(await (await host.chat.media.read('alice', outcome.id)).toArray())
    expect(kept.indexOf('VP8 ')).toBeGreaterThan(0)
    const coded = (file: Buffer) => file.subarray(file.indexOf('VP8 '), file.indexOf('EXIF'))
    expect(coded(kept).equals(coded(photo))).toBe(true)
  })

  it('of the sizes that telephones take are taken', { timeout: longMs }, async () => {
    const photo = await plain(8160, 6120).jpeg().toBuffer()
    expect((await upload(photo, 'a.jpg')).outcome).toMatchObject({ width: 8160, height: 6120 })
  })

  it('for texts in a PNG that grow a thousandfold lose them before anybody unpacks them', async () => {
    const png = await plain(8, 8).png().toBuffer()
    const data = Buffer.concat([Buffer.from('zTXtk\0\0'), deflateSync(Buffer.alloc(4_000_000, 'a'))])
    const text = Buffer.concat([numbers([4, data.length - 4]), data, numbers([4, crc32(data)])])
    const bomb = Buffer.concat([png.subarray(0, 33), ...new Array(100).fill(text), png.subarray(33)])
    const { outcome, seconds } = await upload(bomb, 'a.png')
    expect(outcome).toMatchObject({ byteSize: png.length, width: 8 })
    expect(seconds).toBeLessThan(1)
  })

  it('for millions of frames or blocks are refused before they are listed', async () => {
    const gif = (await plain(200, 200).gif().toBuffer()).subarray(0, -1)
    const frame = Buffer.from([0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0])
    const end = Buffer.from([0x3b])
    const frames = await upload(Buffer.concat([gif, ...new Array(200_000).fill(frame), end]), 'a.gif')
    expect(frames.outcome).toMatchObject({ code: 'unsupported_media_type' })
    // In blocks of one byte: they are gone through in a loop, where each was waited for.
    const comment = [Buffer.from([0x21, 0xfe]), Buffer.alloc(4_000_000, 1), Buffer.from([0])]
    let looks = 0
    const file = Buffer.concat([gif, ...comment, end])
    await planStrip(
      formatOf('image/gif') as Format,
      async (offset, length) => {
        looks += 1
        return file.subarray(offset, offset + length)
      },
      file.length,
    )
    expect(looks).toBeLessThan(100)
  })

  it('for scans that go over all pixels again and again are refused', async () => {
    const jpeg = await plain(6000, 6000).jpeg({ progressive: true }).toBuffer()
    const head = jpeg.lastIndexOf(Buffer.from([0xff, 0xda]))
    const scan = jpeg.subarray(head, -2)
    const many = Buffer.concat([jpeg.subarray(0, -2), ...new Array(300).fill(scan), jpeg.subarray(-2)])
    expect((await upload(many, 'a.jpg')).outcome).toMatchObject({ code: 'too_large' })
  })

  it('for 2,000 segments before their pixels are read in a few blocks', async () => {
    const jpeg = await plain(8, 8).jpeg().toBuffer()
    const comment = Buffer.from('fffe00027878', 'hex').subarray(0, 4)
    const many = Buffer.concat([jpeg.subarray(0, 2), ...new Array(1900).fill(comment), jpeg.subarray(2)])
    expect((await upload(many, 'a.jpg')).outcome).toMatchObject({ width: 8, byteSize: jpeg.length })
    // Not one of them from the store.
    expect(reads).toBe(0)
  })

  const file = (...inMeta: Buffer[]) =>
    Buffer.concat([box('ftyp', 'avif\0\0\0\0avif'), box('meta', '\0\0\0\0', ...inMeta), box('mdat', 'x'.repeat(100))])
  const size = box('ispe', numbers([4, 0], [4, 8], [4, 8]))

  it('for boxes that name millions of parts are refused at the first of them', async () => {
    // No byte for a part: 400 items of 65,535 parts in 3 kB.
    const item = numbers([2, 1], [2, 0], [2, 65_535])
    const locations = box('iloc', numbers([4, 0], [2, 0], [2, 400]), ...new Array(400).fill(item))
    const { outcome, seconds } = await upload(file(locations, size), 'a.avif')
    expect(outcome).toMatchObject({ code: 'unsupported_media_type' })
    expect(seconds).toBeLessThan(1)
  })

  it('for thousands of parts that are each the whole file have it blanked once', async () => {
    const parts = 15_000
    const info = box('iinf', numbers([4, 0], [2, 1]), box('infe', numbers([4, 2 << 24], [2, 1], [2, 0]), 'Exif\0'))
    const item = numbers([2, 1], [2, 0], [2, parts], ...new Array(parts).fill([4, 6_000_000] as const))
    const locations = box('iloc', numbers([4, 0], [1, 0x04], [1, 0], [2, 1]), item)
    const bytes = Buffer.concat([file(info, locations, size), box('mdat', Buffer.alloc(6_000_000, 1))])
    const { outcome, seconds } = await upload(bytes, 'a.avif')
    expect(outcome).toMatchObject({ code: 'unsupported_media_type' })
    expect(seconds).toBeLessThan(1)
  })
})

describe('one who has much to decode', () => {
  /** The order in which these begin, one at a time, all asked for at once. */
  async function begun(semaphore: FairSemaphore, asked: string[]): Promise<string[]> {
    const order: string[] = []
    await Promise.allSettled(
      asked.map((each) => semaphore.run(each.slice(0, 1), async () => void order.push(await each))),
    )
    return order
  }

  it('holds up another for one picture, and a third one no longer', async () => {
    const asked = ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']
    expect(await begun(new FairSemaphore(1, 10, 10), asked)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4'])
  })

  it('is sent away where too much of theirs waits, and everybody where too much waits at all', async () => {
    expect(await begun(new FairSemaphore(1, 2, 10), ['a1', 'a2', 'a3', 'a4', 'b1'])).toEqual(['a1', 'b1', 'a2', 'a3'])
    expect(await begun(new FairSemaphore(1, 2, 2), ['a1', 'a2', 'a3', 'b1'])).toEqual(['a1', 'a2', 'a3'])
    await expect(new FairSemaphore(0, 0, 9).run('a', async () => 1)).rejects.toMatchObject({ code: 'unavailable' })
  })

  it('leaves places free after what failed', async () => {
    const semaphore = new FairSemaphore(1, 1, 1)
    const failed = new Error('damaged')
    await expect(semaphore.run('a', () => Promise.reject(failed))).rejects.toBe(failed)
    expect(await semaphore.run('b', async () => 'done')).toBe('done')
  })
})
