import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { type GivenStorage, givenStorage } from './given-storage.js'
import { fetchFile, upload } from './upload.js'

const [sqlite] = databases as [TestDatabase]
const file = (name: string) => readFileSync(new URL(`files/${name}`, import.meta.url))

/** As encoders write it that say only in the second place what they coded. */
function mif1(avif: Buffer): Buffer {
  const other = Buffer.from(avif)
  other.write('mif1', 8)
  return other
}

const sentence = 'Name;Preis\r\nKäse;2,50\r\n'
const pdf = '%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n'

describe('files are what their bytes are', () => {
  const store: GivenStorage = givenStorage()
  const started = {} as { host: TestHost; close(): Promise<void> }
  beforeAll(async () => {
    const database = await sqlite.open()
    const host = await startHost(database, { storage: store.storage })
    await people(host, 'alice')
    const close = async () => {
      await host.close()
      await database.close()
    }
    Object.assign(started, { host, close })
  })
  afterAll(async () => {
    await started.close()
    store.remove()
  })

  it.each<[what: string, name: string, bytes: () => Buffer, media: object]>([
    ['an animated AVIF', 'a.avif', () => file('animated.avif'), { contentType: 'image/avif', width: 48, height: 32 }],
    ['an AVIF of brand mif1', 'a.avif', () => mif1(file('photograph.avif')), { contentType: 'image/avif', width: 48 }],
    ['a HEIC', 'a.heic', () => file('photograph.heic'), { contentType: 'image/heic', thumbnailUrl: null }],
    ['a HEIC of brand mif1', 'a.heic', () => mif1(file('photograph.heic')), { contentType: 'image/heic' }],
    ['an MP4', 'a.mp4', () => file('film.mp4'), { contentType: 'video/mp4' }],
    ['a MOV', 'a.mov', () => file('film.mov'), { contentType: 'video/quicktime' }],
    ['a 3GP', 'a.3gp', () => file('film.3gp'), { contentType: 'video/3gpp' }],
    ['what Chrome records', 'a.mkv', () => file('recorded.mkv'), { contentType: 'video/matroska' }],
    ['a PDF', 'a.pdf', () => Buffer.from(pdf), { contentType: 'application/pdf' }],
    [
      'a PDF with lines before it',
      'a.pdf',
      () => Buffer.from(`\0printed\r\n${pdf}`),
      { contentType: 'application/pdf' },
    ],
    ['a text that tells of PDF', 'a.txt', () => Buffer.from('On\n%PDF-1.7\nI say'), { contentType: 'text/plain' }],
    ['a text in UTF-8', 'a.csv', () => Buffer.from(sentence), { contentType: 'text/plain' }],
  ])('%s', async (_, name, bytes, media) => {
    const { status, body } = await upload(started.host, 'alice', bytes(), name)
    expect(body).toMatchObject({ filename: name, ...media })
    expect(status).toBe(201)
  })

  it.each([
    ['utf-16le', Buffer.from(`\uFEFF${sentence}`, 'utf16le')],
    ['utf-16be', Buffer.from(`\uFEFF${sentence}`, 'utf16le').swap16()],
    ['windows-1252', Buffer.from(sentence, 'latin1')],
  ] as const)('a text in %s, and it is served as one', async (charset, bytes) => {
    const { body } = await upload(started.host, 'alice', bytes, 'a.csv')
    expect(body).toMatchObject({
      contentType: `text/plain; charset=${charset}`,
      filename: 'a.csv',
      byteSize: bytes.length,
    })
    const served = await fetchFile(started.host, body.url)
    expect(served.headers.get('content-type')).toBe(`text/plain; charset=${charset}`)
    expect(new TextDecoder(charset).decode(served.bytes)).toBe(sentence)
  })

  it('and no text of four bytes a letter is a sound', async () => {
    const { status } = await upload(started.host, 'alice', Buffer.from('fffe000048000000', 'hex'), 'a.txt')
    expect(status).toBe(415)
  })
})
