import { describe, it } from 'vitest'
import { orientationIn } from '../../src/core/media/formats/exif.js'
import type { Format } from '../../src/core/media/formats/format.js'
import { isoMedia } from '../../src/core/media/formats/iso-media.js'
import { formatOf, measure, planStrip } from '../../src/core/media/formats.js'
import { defaultMediaTypes, headLength, kindOf } from '../../src/core/media/media-types.js'
import { playingOf } from '../../src/core/media/playing.js'
import type { ReadAt } from '../../src/core/media/read-window.js'
import type { TemporaryFile } from '../../src/core/media/temporary-file.js'
import { Origins } from '../../src/core/origins.js'
import { Signer } from '../../src/core/signatures.js'
import { fold, patternFor } from '../../src/store/search.js'
import { box, bytes, u16, u32 } from '../media/formats/boxes.js'
import { withinCpu, withinTurns } from './cpu.js'

const most = 5

/** A file as a store reads it: what it gives comes in a later turn. */
const readerOf =
  (file: Buffer): ReadAt =>
  async (offset, length) => {
    await new Promise(setImmediate)
    return file.subarray(offset, offset + length)
  }

const many = (count: number, of: Buffer): Buffer => Buffer.concat(Array.from({ length: count }, () => of))

/** A table with as many rows as fit. */
const longTable = (type: string, row: (n: number) => number[], head: number[] = []): Buffer => {
  const count = Math.floor((4 * 1024 * 1024 - 32) / (row(0).length * 4))
  const rows = Buffer.alloc(count * row(0).length * 4)
  for (let n = 0; n < count; n += 1) {
    for (const [k, value] of row(n).entries()) rows.writeUInt32BE(value, (n * row(0).length + k) * 4)
  }
  return box(type, u32(0, ...head, count), rows)
}

const metaTrack = (...tables: Buffer[]) =>
  box('moov', box('trak', box('mdia', box('hdlr', u32(0, 0), 'meta'), box('minf', box('stbl', ...tables)))))

const ascending = longTable('stco', (n) => [n * 100])
const films: [string, Buffer][] = [
  ['boxes of nothing', many(20_000, box('free'))],
  ['boxes of nothing in one', box('moov', many(20_000, box('free')))],
  ['tracks', box('moov', many(5_000, box('trak', box('mdia'))))],
  [
    'chunks, each with a run of its own, of samples of nothing',
    metaTrack(
      ascending,
      longTable('stsc', (n) => [n + 1, 1, 1]),
      longTable('stsz', () => [0], [0]),
    ),
  ],
  [
    'runs before the first chunk',
    metaTrack(
      ascending,
      longTable('stsc', () => [1, 0, 1]),
      longTable('stsz', () => [0], [0]),
    ),
  ],
  [
    'samples in one chunk',
    metaTrack(
      box('stco', u32(0, 1, 0)),
      box('stsc', u32(0, 1, 1, 0xffffffff, 1)),
      longTable('stsz', () => [1], [0]),
    ),
  ],
  [
    'moments, the last one first',
    metaTrack(
      box('stco', u32(0, 99_000), u32(...Array.from({ length: 99_000 }, (_, n) => (99_000 - n) * 10))),
      box('stsc', u32(0, 1, 1, 1, 1)),
      box('stsz', u32(0, 1, 99_000)),
    ),
  ],
  [
    'items and their parts',
    box(
      'meta',
      u32(0),
      box('hdlr', u32(0, 0), 'pict'),
      box('iinf', u32(0), u16(9_000), many(9_000, box('infe', [2, 0, 0, 0], u16(1, 0), 'Exif'))),
      box('iloc', u32(0), u16(0x4400, 1, 1, 0, 20_000), Buffer.alloc(20_000 * 8)),
    ),
  ],
]

const repeated = (part: Buffer): Buffer => many(Math.floor((8 * 1024 * 1024) / part.length), part)

/** Sounds and films of 8 MB, of which how long they last is read. */
const sounds: [type: string, what: string, file: Buffer][] = [
  ['audio/wav', 'chunks of nothing', bytes('RIFF', u32(0), 'WAVE', repeated(bytes('junk', u32(0))))],
  ['audio/mpeg', 'shortest frames', repeated(bytes(u32(0xffe3_1400), Buffer.alloc(44)))],
  ['audio/aac', 'shortest frames', repeated(Buffer.from('fff1500000e0fc', 'hex'))],
  [
    'audio/ogg',
    'pages',
    bytes('OggS', [0, 2], Buffer.alloc(20, 1), [1, 19], 'OpusHead', Buffer.alloc(11), repeated(bytes('OggS'))),
  ],
  ['video/webm', 'elements of nothing', repeated(bytes([0xec, 0x80]))],
  ['video/webm', 'clusters', repeated(bytes([0x1f, 0x43, 0xb6, 0x75, 0x80]))],
  ['video/webm', 'blocks', bytes([0x1f, 0x43, 0xb6, 0x75, 0xff], repeated(bytes([0xa3, 0x83, 0x81, 0, 1])))],
  [
    'video/mp4',
    'samples in the runs of a fragment',
    bytes(
      box(
        'moov',
        box(
          'trak',
          box('tkhd', u32(0, 0, 0, 1)),
          box('mdia', box('mdhd', u32(0, 0, 0, 1000, 0)), box('hdlr', u32(0, 0), 'soun')),
        ),
      ),
      box(
        'moof',
        box(
          'traf',
          box('tfhd', u32(0, 1)),
          box('tfdt', u32(0, 0)),
          ...Array.from({ length: 2 }, () => longTable('trun', () => [1])).map((run) => {
            run.writeUInt32BE(0x100, 8)
            return run
          }),
        ),
      ),
    ),
  ],
  ['video/mp4', 'fragments', repeated(box('moof', box('traf', box('tfhd', u32(0, 1)), box('tfdt', u32(0, 0)))))],
]

const pictures: [type: string, what: string, file: Buffer][] = [
  ['image/png', 'chunks of nothing', bytes('\x89PNG\r\n\x1a\n', many(50_000, bytes(u32(0), 'tEXt', u32(0))))],
  ['image/png', 'chunks that are seen', bytes('\x89PNG\r\n\x1a\n', many(50_000, bytes(u32(0), 'IDAT', u32(0))))],
  ['image/webp', 'chunks', bytes('RIFF', [0, 0, 0, 1], 'WEBP', many(50_000, bytes('ANMF', u32(0))))],
  ['image/gif', 'frames', bytes('GIF89a', Buffer.alloc(7), many(50_000, bytes([0x2c], Buffer.alloc(10), [0])))],
  ['image/gif', 'comments', bytes('GIF89a', Buffer.alloc(7), many(50_000, bytes([0x21, 0xfe, 0])))],
  [
    'image/gif',
    'a frame of tiny blocks',
    bytes('GIF89a', Buffer.alloc(7), [0x2c], Buffer.alloc(10), many(500_000, bytes([1, 0]))),
  ],
  ['image/jpeg', 'segments', bytes([0xff, 0xd8], many(50_000, bytes([0xff, 0xfe, 0, 2])))],
  ['image/jpeg', 'fill bytes', bytes([0xff, 0xd8], Buffer.alloc(200_000, 0xff))],
  ['image/jpeg', 'a scan of stuffing', bytes([0xff, 0xd8, 0xff, 0xda, 0, 2], many(500_000, bytes([0xff, 0])))],
  ['image/avif', 'sizes', many(4096, Buffer.from('ispe'))],
]

const heads = [
  ...[
    'ftyp',
    'ispe',
    '<',
    'ID3',
    'PK\x03\x04',
    '\x1aE\xdf\xa3',
    'OggS',
    'RIFF',
    '%PDF-1.4\n',
    '1 0 obj',
    '\0',
    '\n%PDF-',
    '0 0 ',
  ],
  ...['II*\0', 'MM\0*', '\x89PNG\r\n\x1a\n', '\x30\x26\xb2\x75\x8e\x66\xcf\x11', '\xff\xfb', 'fLaC', '\x80', '\xc3'],
]

describe('no file, word or header holds the event loop for more than 5 ms', () => {
  it.each(films)('as a film or a picture of many %s', async (_, file) => {
    await withinTurns(most, () => planStrip(isoMedia, readerOf(file), file.length))
  })

  it.each(pictures)('as %s of many %s', async (type, _, file) => {
    const format = formatOf(type) as Format
    await withinTurns(most, () => planStrip(format, readerOf(file), file.length))
    await withinTurns(most, () => measure(format, readerOf(file)))
  })

  it.each(sounds)('as %s of many %s, of which it is read how long it lasts', async (type, _, file) => {
    const opened = { at: readerOf(file), byteSize: file.length } as unknown as TemporaryFile
    await withinTurns(most, () => playingOf(type, opened, new Set()), 10)
  })

  it('as EXIF', () => {
    for (const order of ['II*\0', 'MM\0*']) {
      for (const filling of [0, 1, 8, 0xff]) {
        const exif = bytes(order, Buffer.alloc(65_537, filling))
        withinCpu(most, () => orientationIn(exif))
      }
    }
  })

  it.each(heads)('as the beginning of a file of many %j', async (part) => {
    const allowed = new Set(defaultMediaTypes)
    const head = Buffer.from(part.repeat(headLength), 'latin1').subarray(0, headLength)
    const others = [
      head,
      bytes('<?xml ', head),
      bytes(u32(0x18), 'ftypmif1', u32(0), head),
      bytes('RIFF', u32(0), 'WEBP', head),
    ]
    await kindOf(head, allowed).catch(() => undefined)
    for (const each of others) await withinTurns(most, () => kindOf(each.subarray(0, headLength), allowed))
  })

  it('as what is searched for', () => {
    for (const letter of [
      'a',
      '%',
      '_',
      '!',
      'ß',
      'İ',
      'é',
      'e\u0301',
      '\ufdfa',
      '\ud83d\ude00',
      '\u0300',
      '\ud800',
      '가',
    ]) {
      const text = letter.repeat(100 / letter.length)
      withinCpu(most, () => patternFor(fold(text)))
      // As a message of the greatest length is folded, to be compared.
      withinCpu(most, () => fold(letter.repeat(8_000 / letter.length)))
    }
  })

  it('as a ticket, a cursor or the signature of a URL', () => {
    const signer = new Signer('a secret for tests, of more than 32 characters', 'ticket')
    for (const part of ['.', 'a', 'a.', '=', 'é', '%']) {
      const text = part.repeat(16 * 1024)
      for (const sealed of [text, `${text}.a`, `a.${text}`]) withinCpu(most, () => signer.open(sealed))
      withinCpu(most, () => signer.verify('media/1', text))
    }
  })

  it('as the origin of a request', () => {
    const origins = new Origins(['https://example.com'], {
      hostOf: ({ headers }: { headers: { host?: string } }) => headers.host,
      schemeOf: () => undefined,
    } as never)
    for (const part of ['a', '.', ':', '/', '@', '[', '%', 'xn--', '\u00e9', ' ']) {
      const word = part.repeat(8 * 1024)
      for (const headers of [
        { origin: word },
        { origin: `https://${word}`, host: word },
        { authorization: `Bearer ${word}` },
      ]) {
        withinCpu(most, () => origins.isAllowed({ headers } as never))
      }
    }
  })
})
