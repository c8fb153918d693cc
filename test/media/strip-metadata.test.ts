import { deflateSync } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'
import { describe, expect, it } from 'vitest'
import { images, prepared, received } from './prepare.js'

const trace = 'Somebody, 52.5 N 13.4 E'

/** Two frames of noise, one below the other. */
const noise = (frames: number): Sharp => {
  const [width, height] = [48, 32]
  const pixels = Buffer.from(Array.from({ length: width * height * frames * 3 }, (_, n) => (n * n * 7 + n * 31) % 256))
  return sharp(pixels, { raw: { width, height: height * frames, channels: 3, pageHeight: height } })
}
const exif = { IFD0: { Copyright: trace } }
const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/">${trace}</x:xmpmeta>`

const inserted = (file: Buffer, at: number, ...parts: Buffer[]): Buffer =>
  Buffer.concat([file.subarray(0, at), ...parts, file.subarray(at)])
/** A checksum is not looked at in what is left out. */
const pngChunk = (type: string, data: string | Buffer): Buffer => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(Buffer.byteLength(data))
  return Buffer.concat([length, Buffer.from(type), Buffer.from(data as string), Buffer.alloc(4)])
}
const jpegSegment = (marker: number, data: string): Buffer => {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(data.length + 2, 2)
  return Buffer.concat([head, Buffer.from(data)])
}
const gifBlock = (label: number, ...blocks: string[]): Buffer =>
  Buffer.concat([
    Buffer.from([0x21, label]),
    ...blocks.flatMap((block) => [Buffer.from([block.length]), Buffer.from(block)]),
    Buffer.from([0]),
  ])

describe('pictures lose what tells of people and places, and nothing else', () => {
  /** The file that is kept of it. */
  const kept = async (file: Buffer): Promise<Buffer> => {
    const { format } = await sharp(file).metadata()
    return prepared(file, `image/${format === 'heif' ? 'avif' : format}`)
  }
  const pixels = (file: Buffer) => sharp(file, { animated: true }).raw().toBuffer()

  const files: [what: string, make: () => Promise<Buffer>][] = [
    [
      'a PNG with text',
      async () => inserted(await noise(1).png().toBuffer(), 33, pngChunk('tEXt', `Author\0${trace}`)),
    ],
    [
      'a PNG with text, EXIF and more behind its pixels',
      async () => {
        const file = await noise(1).png().toBuffer()
        return Buffer.concat([
          inserted(file, file.length - 12, ...['tEXt', 'iTXt', 'eXIf', 'prVt'].map((type) => pngChunk(type, trace))),
          Buffer.from(trace),
        ])
      },
    ],
    [
      'a PNG with more text than decoders read',
      async () => {
        const text = deflateSync('x'.repeat(20_000_000))
        const data = Buffer.concat([Buffer.from(`${trace}\0\0`), text])
        return inserted(await noise(1).png().toBuffer(), 33, pngChunk('zTXt', data))
      },
    ],
    ['a JPEG with EXIF', () => noise(1).withExif(exif).jpeg().toBuffer()],
    [
      'a progressive JPEG with comments, applications’ own segments and a film behind it',
      async () => {
        const file = await noise(1).jpeg({ progressive: true }).toBuffer()
        const segments = [0xfe, 0xe1, 0xe2, 0xe5, 0xec, 0xed].map((marker) => jpegSegment(marker, trace))
        return Buffer.concat([inserted(file, 2, ...segments), Buffer.from(trace)])
      },
    ],
    ['a WebP with EXIF', () => noise(1).withExif(exif).webp().toBuffer()],
    ['an animated WebP with EXIF and XMP', () => noise(2).withExif(exif).withXmp(xmp).webp().toBuffer()],
    [
      'an animated GIF with a comment and XMP',
      async () => {
        const file = await noise(2).gif().toBuffer()
        const blocks = [gifBlock(0xfe, trace), gifBlock(0xff, 'XMP DataXMP', xmp)]
        return Buffer.concat([inserted(file, file.indexOf('!\xf9', 0, 'latin1'), ...blocks), Buffer.from(trace)])
      },
    ],
  ]

  it.each(files)('%s', async (_, make) => {
    const file = await make()
    expect(file.includes(trace)).toBe(true)
    const clean = await kept(file)
    expect(clean.includes(trace)).toBe(false)
    const { format, exif, xmp, pages, loop, delay } = await sharp(clean).metadata()
    expect([exif, xmp]).toEqual([undefined, undefined])
    const before = await sharp(file).metadata()
    expect({ format, pages, loop, delay }).toEqual({
      ...{ format: before.format, pages: before.pages },
      ...{ loop: before.loop, delay: before.delay },
    })
    // Not written anew: as sharp as before.
    expect((await pixels(clean)).equals(await pixels(file))).toBe(true)
  })

  it('an AVIF in which there is EXIF all the same, after its boxes were gone through, is refused', async () => {
    const file = await noise(1).withExif(exif).avif().toBuffer()
    const refused = received(file, 'image/avif', (upload) => images.thumbnail('image/avif', upload.file, upload.folder))
    await expect(refused).rejects.toMatchObject({ code: 'unsupported_media_type' })
  })

  it.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)(
    'a clean %s stays as it is, its colours with it',
    async (format) => {
      const file = await noise(1).withIccProfile('p3').toFormat(format).toBuffer()
      expect(await kept(file)).toBe(file)
    },
  )

  it('of scans longer than what is looked at in one go', async () => {
    const side = { width: 700, height: 700, channels: 3 } as const
    const plain = sharp({ create: { ...side, background: 'grey', noise: { type: 'gaussian', mean: 128, sigma: 60 } } })
    const file = inserted(await plain.jpeg({ quality: 95 }).toBuffer(), 2, jpegSegment(0xfe, trace))
    expect(file.length).toBeGreaterThan(3 * 64 * 1024)
    const clean = await kept(file)
    expect(clean.length).toBe(file.length - trace.length - 4)
    expect((await pixels(clean)).equals(await pixels(file))).toBe(true)
  })

  it('one that is cut off behind its pixels gets an end', async () => {
    const png = await noise(1).png().toBuffer()
    expect(await kept(inserted(png, 33, pngChunk('tEXt', `Author\0${trace}`)).subarray(0, -12))).toEqual(png)
    const gif = await noise(2).gif().toBuffer()
    expect(await kept(gif.subarray(0, -1))).toEqual(gif)
  })

  it.each(['jpeg', 'png', 'webp'] as const)('a %s that lies on its side says so, and nothing else', async (format) => {
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const file = await noise(1).withMetadata({ orientation }).withExifMerge(exif).toFormat(format).toBuffer()
      const clean = await kept(file)
      expect(clean.includes(trace)).toBe(false)
      const found = await sharp(clean).metadata()
      expect(found.orientation ?? 1, `${orientation}`).toBe(orientation)
      expect(found.exif?.length ?? 0).toBeLessThan(40)
      // Not coded anew, and nothing more to take out.
      expect((await pixels(clean)).equals(await pixels(file))).toBe(true)
      expect(await kept(clean)).toBe(clean)
    }
  })

  it('one that is not built as it should be is refused', async () => {
    const file = await noise(1).png().toBuffer()
    await expect(kept(file.subarray(0, -20))).rejects.toMatchObject({ code: 'unsupported_media_type' })
  })
})
