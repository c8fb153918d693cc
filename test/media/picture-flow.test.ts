import { Readable } from 'node:stream'
import { createChatRouter } from 'express-chat'
import sharp from 'sharp'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { givenGroup } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'
import { secret, userOfHeader } from '../host.js'
import { givenStorage } from './given-storage.js'
import { photograph, picture } from './pictures.js'
import { fetchFile, upload } from './upload.js'

describe.each(databases)('the picture flow on $name', (database) => {
  const { storage, keys, remove } = givenStorage()
  const host = shareHost(database, { storage })
  afterAll(remove)

  it('creates the media, then the message with its id', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const bytes = await picture(1600, 900)
    const { status, body } = await upload(host, 'alice', bytes, 'Urlaub – naïve 图.png')
    expect(status, JSON.stringify(body)).toBe(201)
    expect(body).toMatchObject({
      ...{ filename: 'Urlaub – naïve 图.png', contentType: 'image/png', byteSize: bytes.length },
      ...{ width: 1600, height: 900, uploadedById: 'alice' },
    })
    const sent = await room.say('alice', { text: 'Look', mediaIds: [body.id] })
    const [media] = (await room.as('bob').get(`/messages/${sent.id}`)).body.media
    const content = await fetchFile(host, media.url)
    expect(content.status).toBe(200)
    expect(content.bytes).toEqual(bytes)
    expect(content.headers.get('content-disposition')).toBe(
      `inline; filename="Urlaub ? na?ve ?.png"; filename*=UTF-8''Urlaub%20%E2%80%93%20na%C3%AFve%20%E5%9B%BE.png`,
    )
    const thumbnail = await fetchFile(host, media.thumbnailUrl)
    expect(await sharp(thumbnail.bytes).metadata()).toMatchObject({ format: 'webp', width: 512, height: 288 })
  })

  it('shows photographs upright, and takes from them where they were made', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await photograph(400, 200, format)
      expect((await sharp(bytes).metadata()).exif).toBeDefined()
      const before = (await keys()).length
      const { status, body } = await upload(host, 'alice', bytes, `photo.${format}`)
      expect(status, JSON.stringify(body)).toBe(201)
      expect(body).toMatchObject({ width: 200, height: 400, contentType: `image/${format}` })
      const kept = await fetchFile(host, body.url)
      const metadata = await sharp(kept.bytes).metadata()
      // As it was coded, and how it is turned is all that is said of it.
      expect(metadata).toMatchObject({ format, width: 400, height: 200, orientation: 6 })
      expect(metadata.xmp).toBeUndefined()
      const pixels = await sharp(kept.bytes).raw().toBuffer()
      expect(pixels.equals(await sharp(bytes).raw().toBuffer())).toBe(true)
      const thumbnail = await fetchFile(host, body.thumbnailUrl)
      expect(await sharp(thumbnail.bytes).metadata()).toMatchObject({ width: 200, height: 400 })
      expect(kept.bytes.includes('Telephone')).toBe(false)
      expect(kept.bytes.length).toBe(body.byteSize)
      // The original is gone: what is kept is the clean picture and its thumbnail.
      expect((await keys()).length).toBe(before + 2)
    }
  })

  it('lets only one of two messages at once take a file', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = (await upload(host, 'alice', await picture(8, 8))).body
    const sends = await Promise.all(
      Array.from({ length: 6 }, (_, n) => room.as('alice').post('/messages', { text: `${n}`, mediaIds: [id] })),
    )
    expect(sends.map(({ status }) => status).filter((status) => status === 201)).toHaveLength(1)
    expect(sends.every(({ status }) => [201, 400, 409].includes(status))).toBe(true)
  })

  it('keeps a quota that uploads at once cannot pass together', async () => {
    const bytes = await picture(8, 8)
    const limits = { userBytes: bytes.length * 3 + 1 }
    const { media, close } = createChatRouter({
      resolveUser: userOfHeader,
      prisma: host.prisma,
      secret,
      storage,
      limits,
    })
    onTestFinished(() => close())
    const uploads = await Promise.allSettled(
      Array.from({ length: 8 }, () => media.upload('carol', { filename: 'c.png', stream: Readable.from([bytes]) })),
    )
    expect(uploads.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    for (const result of uploads) if (result.status === 'rejected') expect(result.reason.code).toBe('too_large')
  })

  it('keeps a quota with room for one of three that are all but stored in the same moment', async () => {
    const bytes = await picture(8, 8)
    for (const userId of ['quota-1', 'quota-2', 'quota-3', 'quota-4', 'quota-5']) {
      await host.chat.users.save({ id: userId, name: userId })
      const before = await keys()
      let waiting = 0
      let go = () => {}
      const all = new Promise<void>((resolve) => (go = resolve))
      const { media, close } = createChatRouter({
        ...{ resolveUser: userOfHeader, prisma: host.prisma, secret, storage },
        limits: { userBytes: bytes.length * 2 - 1 },
        before: {
          // The last that is asked before the row is written: nobody goes on until all three are there.
          async upload() {
            waiting += 1
            if (waiting === 3) go()
            await all
          },
        },
      })
      onTestFinished(() => close())
      const uploads = await Promise.allSettled(
        [1, 2, 3].map(() => media.upload(userId, { filename: 'q.png', stream: Readable.from([bytes]) })),
      )
      expect(uploads.map((result) => (result.status === 'rejected' ? result.reason.code : 'kept')).sort()).toEqual([
        ...['kept', 'too_large', 'too_large'],
      ])
      expect(await host.prisma.chatMedia.count({ where: { uploadedById: userId } })).toBe(1)
      // A picture and its thumbnail.
      expect((await keys()).length).toBe(before.length + 2)
    }
  })
})
