import { s3Storage } from 'express-chat/s3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGroup } from '../core/given-room.js'
import { databases, type OpenDatabase } from '../databases.js'
import { people, startHost, type TestHost } from '../host.js'
import { quietLogger } from '../realtime/given.js'
import { type Bucket, givenBucket } from '../storage/bucket.js'
import { keysIn } from './given-storage.js'
import { photograph } from './pictures.js'
import { withoutTemporaryFolder } from './temporary-folder.js'
import { fetchFile, upload } from './upload.js'

describe('the picture flow on S3', () => {
  let given: Bucket
  let database: OpenDatabase
  let host: TestHost
  const logger = quietLogger()
  beforeAll(async () => {
    given = await givenBucket()
    database = await (databases[0] as (typeof databases)[number]).open()
    host = await startHost(database, { storage: s3Storage(given.options), logger })
    await people(host, 'alice', 'bob')
  })
  afterAll(async () => {
    await host.close()
    await database.close()
    await given.close()
  })

  it('creates the media, then the message, and readers get the bytes from the bucket', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { status, body } = await upload(host, 'alice', await photograph(600, 300), 'Foto ä.jpg', 'image/jpeg')
    expect(status, JSON.stringify(body)).toBe(201)
    await room.say('alice', { text: 'Look', mediaIds: [body.id] })
    const [message] = (await room.as('bob').get('/messages?limit=1')).body.items
    for (const url of [message.media[0].url, message.media[0].thumbnailUrl]) {
      const answer = await fetchFile(host, url)
      expect(answer.status).toBe(302)
      expect(answer.headers.get('cache-control')).toMatch(/^private, max-age=\d+/)
      const location = answer.headers.get('location') ?? ''
      expect(new URL(location).origin).toBe(given.origin)
      const bytes = await fetch(location)
      expect(bytes.status).toBe(200)
      expect(bytes.headers.get('content-type')).toBe(url === message.media[0].url ? 'image/jpeg' : 'image/webp')
      // No longer in the reader's cache than the URL is good.
      const maxAge = Number(
        /^private, max-age=(\d+), no-transform$/.exec(bytes.headers.get('cache-control') ?? '')?.[1],
      )
      const expires = Number(new URL(url, host.origin).searchParams.get('expires'))
      expect(Math.abs(maxAge - (expires - Date.now()) / 1000)).toBeLessThan(10)
      const head = await fetchFile(host, url, {}, 'HEAD')
      expect([head.status, head.headers.get('content-length')]).toEqual([200, bytes.headers.get('content-length')])
      expect(bytes.headers.get('content-disposition')).toMatch(/^inline; filename="Foto \?/)
    }
    expect(await keysIn(s3Storage(given.options))).toHaveLength(2)
  })

  it('works where no temporary folder can be written, and the log says why', async () => {
    withoutTemporaryFolder()
    const photo = await photograph(600, 300)
    expect(photo.includes('Exif')).toBe(true)
    for (let n = 0; n < 2; n += 1) {
      const { status, body } = await upload(host, 'alice', photo, 'photo.jpg', 'image/jpeg')
      expect(status, JSON.stringify(body)).toBe(201)
      expect(body.thumbnailUrl).not.toBeNull()
      const chunks = await (await host.chat.media.read('alice', body.id)).toArray()
      expect(Buffer.concat(chunks).includes('Telephone')).toBe(false)
    }
    expect(logger.said).toEqual([
      [
        expect.stringMatching(/no temporary folder can be written, .* TMPDIR/),
        expect.objectContaining({ code: 'ENOENT' }),
      ],
    ])
  })

  it('serves the bytes itself where browsers cannot reach the bucket', async () => {
    const inside = await startHost(database, { storage: s3Storage({ ...given.options, redirect: false }) })
    const { body } = await upload(inside, 'alice', '0123456789', 'a.txt', 'text/plain')
    const { status, bytes } = await fetchFile(inside, body.url, { range: 'bytes=3-5' })
    expect([status, String(bytes)]).toEqual([206, '345'])
    await inside.close()
  })
})
