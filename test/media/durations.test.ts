import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { playingOf } from '../../src/core/media/playing.js'
import { FileInMemory } from '../../src/core/media/temporary-file.js'
import { box, bytes, u16, u32, u64 } from './formats/boxes.js'

const playing = (contentType: string, file: Buffer, allowed = ['audio/webm', 'audio/mp4']) =>
  playingOf(contentType, new FileInMemory(file), new Set(allowed))
const msOf = async (contentType: string, file: Buffer) => (await playing(contentType, file)).durationMs
const le = (value: number, length: number) => Array.from({ length }, (_, n) => Math.floor(value / 256 ** n) & 0xff)
const zeros = (length: number) => Buffer.alloc(length)
const fixture = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url))

/** Where it is cut off, what is left plays as far as it goes, or says nothing; it is never refused. */
async function expectToBeReadWhole(contentType: string, file: Buffer, ms: number) {
  expect(await msOf(contentType, file)).toBe(ms)
  for (let length = 0; length < file.length; length += Math.max(1, Math.floor(file.length / 97))) {
    const { durationMs } = await playing(contentType, file.subarray(0, length))
    expect(durationMs === null || durationMs <= ms, `${length} bytes`).toBe(true)
  }
}

describe('how long a file of ISO media lasts', () => {
  const handler = (type: string) => box('hdlr', zeros(8), type, zeros(12))
  const track = (id: number, type: string, timescale = 1000) =>
    box(
      'trak',
      box('tkhd', zeros(12), u32(id), zeros(68)),
      box('mdia', box('mdhd', zeros(12), u32(timescale, 0), zeros(4)), handler(type)),
    )
  const header = (duration: number) => box('mvhd', zeros(12), u32(1000, duration), zeros(80))
  const longHeader = (...duration: number[]) => box('mvhd', u32(0x0100_0000), zeros(16), u32(1000), duration, zeros(80))
  const begun = (...moov: Buffer[]) => bytes(box('ftyp', 'isom'), box('moov', ...moov))

  it('is what its header says', async () => {
    await expectToBeReadWhole('video/mp4', begun(header(2500), track(1, 'vide')), 2500)
    await expectToBeReadWhole('audio/x-m4a', begun(longHeader(...u64(2500)), track(1, 'soun')), 2500)
    for (const [name, type] of [
      ['film.mp4', 'video/mp4'],
      ['film.mov', 'video/quicktime'],
      ['film.3gp', 'video/3gpp'],
    ] as const) {
      expect(await msOf(type, fixture(name)), name).toBe(400)
    }
  })

  it('is what its fragments say, where they were recorded one by one', async () => {
    const defaults = box('mvex', box('trex', u32(0, 1, 1, 100), zeros(8)))
    const moov = [header(0), track(1, 'soun', 100), defaults]
    const fragment = (...traf: Buffer[]) => bytes(box('moof', box('traf', ...traf)), box('mdat', 'sound'))
    const usual = fragment(box('tfhd', u32(0, 1)), box('tfdt', u32(0, 0)), box('trun', u32(0, 2)))
    expect(await msOf('video/mp4', bytes(begun(...moov), usual))).toBe(2000)
    const own = fragment(box('tfhd', u32(8, 1, 50)), box('tfdt', u32(0x0100_0000), u64(200)), box('trun', u32(0, 3)))
    expect(await msOf('video/mp4', bytes(begun(...moov), usual, own))).toBe(3500)
    const each = box('trun', u32(0x301, 2, 7), u32(30, 1), u32(20, 1))
    const last = fragment(box('tfhd', u32(0, 1)), box('tfdt', u32(0, 400)), each)
    await expectToBeReadWhole('video/mp4', bytes(begun(...moov), usual, own, last), 4500)
    const total = box('mvex', box('mehd', u32(0, 7000)))
    expect(await msOf('video/mp4', begun(header(0), track(1, 'soun'), total))).toBe(7000)
  })

  it('is not known where it says nothing, or all ones', async () => {
    for (const moov of [header(0), header(0xffff_ffff), longHeader(...u32(0xffff_ffff, 0xffff_ffff))]) {
      expect(await msOf('video/mp4', begun(moov, track(1, 'vide')))).toBeNull()
    }
  })

  it('and it is a sound where it has no pictures, if those may be uploaded', async () => {
    const voice = begun(header(1), track(1, 'soun'))
    expect((await playing('video/mp4', voice)).contentType).toBe('audio/mp4')
    expect((await playing('video/mp4', voice, [])).contentType).toBe('video/mp4')
    const film = begun(header(1), track(1, 'soun'), track(2, 'vide'))
    expect((await playing('video/mp4', film)).contentType).toBe('video/mp4')
  })
})

describe('how long a WebM lasts', () => {
  const element = (id: number[], ...content: (Buffer | number[] | string)[]): Buffer => {
    const inside = bytes(...content)
    return bytes(id, [0x10 | (inside.length >> 24)], [inside.length >> 16, inside.length >> 8, inside.length], inside)
  }
  const unknown = [0x01, 255, 255, 255, 255, 255, 255, 255]
  const start = element([0x1a, 0x45, 0xdf, 0xa3], 'webm')
  const segment = [0x18, 0x53, 0x80, 0x67, ...unknown]
  const info = (...said: Buffer[]) =>
    element([0x15, 0x49, 0xa9, 0x66], element([0x2a, 0xd7, 0xb1], [0x0f, 0x42, 0x40]), ...said)
  const tracks = (...types: number[]) =>
    element([0x16, 0x54, 0xae, 0x6b], ...types.map((type) => element([0xae], element([0x83], [type]))))
  const cluster = (at: number, ...blocks: Buffer[]) =>
    bytes([0x1f, 0x43, 0xb6, 0x75, ...unknown], element([0xe7], u16(at)), ...blocks)
  const block = (at: number) => element([0xa3], [0x81], u16(at), [0x80], 'sound')
  const duration = Buffer.alloc(8)
  duration.writeDoubleBE(1234)

  it('is what its header says', async () => {
    const said = info(element([0x44, 0x89], duration))
    const file = bytes(start, segment, said, tracks(1, 2), cluster(0, block(9000)))
    expect(await playing('video/webm', file)).toEqual({ contentType: 'video/webm', durationMs: 1234 })
  })

  it('is what the times of its blocks say, where a browser recorded it', async () => {
    const group = element([0xa0], element([0xa1], [0x81], u16(20), [0], 'sound'), element([0x9b], [60]))
    const file = bytes(
      start,
      segment,
      info(),
      tracks(2),
      cluster(0, block(0), block(60)),
      cluster(1000, block(40), group),
    )
    await expectToBeReadWhole('video/webm', file, 1080)
    expect(await msOf('video/matroska', fixture('recorded.mkv'))).toBe(317)
  })

  it('and it is a sound where it has no pictures', async () => {
    const voice = bytes(start, segment, info(), tracks(2), cluster(0, block(60)))
    expect((await playing('video/webm', voice)).contentType).toBe('audio/webm')
    const film = bytes(start, segment, info(), tracks(1, 2), cluster(0, block(60)))
    expect((await playing('video/webm', film)).contentType).toBe('video/webm')
  })
})

describe('how long a sound lasts', () => {
  const page = (flags: number, samples: number[], serial: number, packet: Buffer) =>
    bytes('OggS', [0, flags], samples, le(serial, 4), zeros(8), [1, packet.length], packet)
  const opus = page(2, le(0, 8), 7, bytes('OpusHead', [1, 1], le(312, 2), zeros(9)))
  const nothing = new Array(8).fill(255)

  it('is what the last page of its stream says, of Ogg', async () => {
    const pages = [opus, page(0, le(48_312, 8), 7, bytes('a')), page(0, nothing, 7, bytes('b'))]
    expect(await msOf('audio/opus', bytes(...pages, page(4, le(9e5, 8), 8, bytes('of another'))))).toBe(1000)
    const vorbis = page(2, le(0, 8), 7, bytes('\x01vorbis', zeros(4), [1], le(44_100, 4), zeros(14)))
    expect(await msOf('audio/ogg', bytes(vorbis, page(4, le(22_050, 8), 7, bytes('a'))))).toBe(500)
    expect(await msOf('audio/ogg', page(2, le(0, 8), 7, bytes('Speex   ', zeros(20))))).toBeNull()
  })

  /** MPEG-1, layer III, 128 kbit/s at 44,100 Hz: 417 bytes and 1152 samples. */
  const frame = (content: Buffer = zeros(0)) => bytes([0xff, 0xfb, 0x90, 0xc0], content, zeros(413 - content.length))

  it('is the sum of its frames, of MP3, after a tag and before what else there is', async () => {
    const tag = bytes('ID3', [4, 0, 0, 0, 0, 1, 5], zeros(133))
    const file = bytes(tag, ...Array.from({ length: 100 }, () => frame()), 'TAG', zeros(125))
    await expectToBeReadWhole('audio/mpeg', file, 2612)
    expect(await msOf('audio/mpeg', frame())).toBeNull()
  })

  it('is what an encoder said in the first frame, of MP3', async () => {
    const said = frame(bytes(zeros(17), 'Xing', u32(1, 1000)))
    expect(await msOf('audio/mpeg', bytes(said, frame()))).toBe(26_122)
  })

  it('is the sum of its frames, of AAC', async () => {
    const length = 16
    const header = [0xff, 0xf1, 0x50, 0x80, length >> 3, ((length & 7) << 5) | 31, 0xfc]
    const aac = bytes(header, zeros(length - header.length))
    await expectToBeReadWhole('audio/aac', bytes(...Array.from({ length: 43 }, () => aac)), 998)
  })

  it('is what its bytes make at its rate, of WAV, whatever it claims', async () => {
    const wav = (size: number, ...data: Buffer[]) =>
      bytes('RIFF', zeros(4), 'WAVEfmt ', le(16, 4), zeros(8), le(8000, 4), zeros(4), 'data', le(size, 4), ...data)
    expect(await msOf('audio/wav', wav(4000, zeros(4000), zeros(500)))).toBe(500)
    for (const claimed of [0, 0xffff_ffff]) expect(await msOf('audio/wav', wav(claimed, zeros(2000)))).toBe(250)
    expect(await msOf('audio/wav', bytes('RIFF', zeros(4), 'WAVE', 'data', le(4, 4), zeros(4)))).toBeNull()
  })

  it('is what its first block says, of FLAC', async () => {
    const rate = 44_100
    const said = [...zeros(10), rate >> 12, (rate >> 4) & 255, ((rate & 15) << 4) | 2, 0xf0, ...u32(88_200)]
    expect(await msOf('audio/flac', bytes('fLaC', u32(34), said, zeros(16)))).toBe(2000)
  })

  it('is none of what is neither sound nor film', async () => {
    expect(await playing('image/png', frame())).toEqual({ contentType: 'image/png', durationMs: null })
    expect(await playing('image/heic', bytes(box('ftyp', 'heic')))).toMatchObject({ durationMs: null })
  })

  it('is not known of a file in more parts than one is read in', async () => {
    const parts = Array.from({ length: 60_000 }, () => bytes('junk', le(0, 4)))
    const many = bytes('RIFF', zeros(4), 'WAVE', ...Array.from({ length: 7 }, () => bytes(...parts)), 'data', le(0, 4))
    expect(await msOf('audio/wav', many)).toBeNull()
  })
})
