import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { isoMedia } from '../../src/core/media/formats/iso-media.js'
import { planStrip } from '../../src/core/media/formats.js'
import { prepared } from './prepare.js'

const file = (name: string) => readFileSync(new URL(`./files/${name}`, import.meta.url))

/** A box of ISO's base media format. */
function box(type: string, ...contents: (Buffer | string)[]): Buffer {
  const content = Buffer.concat(contents.map((each) => Buffer.from(each as string)))
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content])
}
const numbers = (...all: number[]): Buffer => {
  const bytes = Buffer.alloc(all.length * 4)
  for (const [n, number] of all.entries()) bytes.writeUInt32BE(number, n * 4)
  return bytes
}
const ftyp = box('ftyp', 'isom', numbers(0), 'isom')

describe('films, sounds and pictures lose where they were made', () => {
  /** The file that is kept of it. */
  const kept = (bytes: Buffer): Promise<Buffer> => prepared(bytes, 'video/mp4')

  const told = ['Somebody', 'Telephone', '+52.5', 'com.apple', 'loci', 'Exif', 'x:xmpmeta', '\xa9xyz']
  it.each(['photograph.heic', 'photograph.avif', 'film.mp4', 'film.mov', 'film.3gp'])('%s', async (name) => {
    const original = file(name)
    const clean = await kept(original)
    expect(told.filter((trace) => original.includes(trace, 0, 'latin1'))).not.toEqual([])
    expect(told.filter((trace) => clean.includes(trace, 0, 'latin1'))).toEqual([])
    expect(clean.length).toBeLessThanOrEqual(original.length)
    // What it tells once is taken out once: what is left has nothing more.
    expect(await kept(clean)).toEqual(clean)
  })

  it('and keep every frame and every sound', async () => {
    for (const name of ['film.mp4', 'film.mov', 'film.3gp']) {
      const [original, clean] = [file(name), await kept(file(name))]
      const media = original.indexOf('mdat') + 4
      const length = original.readUInt32BE(media - 8) - 8
      expect(clean.subarray(media, media + length)).toEqual(original.subarray(media, media + length))
    }
    const picture = file('photograph.avif')
    const clean = await kept(picture)
    expect(await sharp(clean).raw().toBuffer()).toEqual(await sharp(picture).raw().toBuffer())
    expect((await sharp(picture).metadata()).exif).toBeDefined()
    for (const each of [clean, await kept(file('photograph.heic'))]) {
      const { width, height, exif, xmp } = await sharp(each).metadata()
      expect({ width, height, exif, xmp }).toEqual({ width: 48, height: 32, exif: undefined, xmp: undefined })
    }
  })

  it('go on moving, though the thumbnail is made of the first picture', async () => {
    const animated = file('animated.avif')
    expect(animated.toString('latin1', 4, 12)).toBe('ftypavis')
    expect((await prepared(animated, 'image/avif')).toString('latin1', 4, 12)).toBe('ftypavis')
  })

  it('stay as they are where they tell nothing', async () => {
    const bytes = Buffer.concat([
      ftyp,
      box('moov', box('mvhd', numbers(0, 0, 0, 600, 0)), box('free')),
      box('mdat', 'sound'),
    ])
    expect(await kept(bytes)).toEqual(bytes)
  })

  it('lose a track of places, its samples with it, and when they were made', async () => {
    const track = (handler: string, chunks: number[]) =>
      box(
        'trak',
        box('tkhd', numbers(0, 1, 2, 3)),
        box(
          'mdia',
          box('mdhd', Buffer.from([1, 0, 0, 0]), numbers(0, 1, 0, 2, 600)),
          box('hdlr', numbers(0, 0), handler),
          box(
            'minf',
            box(
              'stbl',
              box('stsc', numbers(0, 2, 1, 2, 1, 2, 1, 1)),
              box('stsz', numbers(0, 0, 3, 4, 5, 6)),
              box('stco', numbers(0, chunks.length, ...chunks)),
            ),
          ),
        ),
      )
    const start = ftyp.length + 8
    const samples = 'frameframeframe52.5 N 13.4 Eframe52.6 Nframe'
    const data = box('mdat', samples)
    const moov = box(
      'moov',
      box('mvhd', numbers(0, 1, 2, 600)),
      track('vide', [start, start + 5]),
      track('meta', [start + samples.indexOf('52.5 N'), start + samples.indexOf('52.6')]),
    )
    const clean = (await kept(Buffer.concat([ftyp, data, moov]))).toString('latin1')
    expect(clean.slice(start, start + samples.length)).toBe(
      'frameframeframe\0\0\0\0\0\0\0\0\0.4 Eframe\0\0\0\0\0\0frame',
    )
    expect(clean.match(/vide|meta/g)).toEqual(['vide'])
    expect(clean).toContain(`mvhd\0\0\0\0\0\0\0\0\0\0\0\0${numbers(600).toString('latin1')}`)
  })

  it('lose a track of places in what is recorded piece by piece', async () => {
    const track = (number: number, handler: string) =>
      box('trak', box('tkhd', numbers(0, 0, 0, number)), box('mdia', box('hdlr', numbers(0, 0), handler)))
    const piece = (number: number) => box('traf', box('tfhd', numbers(0, number)), box('trun', numbers(0, 1, 8)))
    const header = box('moov', box('mvhd', numbers(0, 0, 0)), track(1, 'vide'), track(2, 'meta'), box('mvex'))
    const bytes = [ftyp, header, box('moof', piece(1), piece(2)), box('mdat', 'frame')]
    const clean = await kept(Buffer.concat(bytes))
    expect(clean.toString('latin1').match(/vide|meta|traf|free/g)).toEqual(['vide', 'free', 'traf', 'free'])
    expect(clean.includes(piece(1))).toBe(true)
  })

  it('lose what is between and behind what is seen: a film behind a picture, or what no box is', async () => {
    const seen = [ftyp, box('mdat', 'picture')]
    for (const hidden of [box('uuid', 'Somebody'), box('mpvd', file('film.mp4')), Buffer.from('Somebody')]) {
      expect(await kept(Buffer.concat([...seen, hidden]))).toEqual(Buffer.concat(seen))
    }
    const between = await kept(Buffer.concat([ftyp, box('uuid', 'Somebody'), box('mdat', 'picture')]))
    expect(between).toEqual(Buffer.concat([ftyp, box('free', '\0'.repeat(8)), box('mdat', 'picture')]))
  })

  it('are refused where they are not built as they should be', async () => {
    for (const bytes of [Buffer.from('no box'), Buffer.concat([ftyp, box('moov', box('cmov', 'Somebody'))])]) {
      await expect(kept(bytes)).rejects.toMatchObject({ code: 'unsupported_media_type' })
    }
  })

  it('are understood or refused at once, however they are damaged', async () => {
    const files = ['photograph.heic', 'animated.avif', 'film.mp4', 'film.mov'].map(file)
    const damage = fc.array(fc.tuple(fc.nat(4000), fc.constantFrom(0, 1, 8, 127, 255)), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...files), damage, fc.nat(6000), async (sound, changes, length) => {
        const bytes = Buffer.from(sound.subarray(0, length))
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value
        const at = async (offset: number, size: number) => bytes.subarray(offset, offset + size)
        const plan = await planStrip(isoMedia, at, bytes.length)
        expect(plan && 'end' in plan ? plan.end : 0).toBeLessThanOrEqual(bytes.length)
      }),
      { numRuns: 500 },
    )
  })
})
