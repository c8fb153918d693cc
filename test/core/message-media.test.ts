import { describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenPicture } from './given-picture.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

// Rows stand for what was uploaded: how it gets there is told in test/media.

describe.each(databases)('media of messages on $name', (database) => {
  const host = shareHost(database)

  const notYours = (n: number) => ({ status: 400, body: { errors: [{ pointer: `/mediaIds/${n}` }] } })

  it('are shown in the order in which they were given, with or without text', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const mediaIds = []
    for (const name of ['c.png', 'a.png', 'b.png']) mediaIds.push(await givenPicture(host, 'alice', name))
    const sent = await room.say('alice', { mediaIds })
    expect(sent.text).toBe('')
    const read = (await room.as('bob').get(`/messages/${sent.id}`)).body
    for (const message of [sent, read]) {
      expect(message.media).toMatchObject([
        { id: mediaIds[0], filename: 'c.png', contentType: 'image/png', byteSize: 1234, width: 40, height: 30 },
        { id: mediaIds[1], filename: 'a.png' },
        { id: mediaIds[2], filename: 'b.png', uploadedById: 'alice', thumbnailUrl: null },
      ])
      expect(message.media[0].url).toMatch(
        new RegExp(`^/chat/media/${mediaIds[0]}/content\\?expires=\\d+&signature=.+`),
      )
    }
  })

  it('are one’s own, and there', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const [own, other] = [await givenPicture(host, 'alice'), await givenPicture(host, 'bob')]
    const send = (mediaIds: string[]) => room.as('alice').post('/messages', { text: 'Look', mediaIds })
    expect(await send([own, other])).toMatchObject(notYours(1))
    expect(await send(['nothing', own])).toMatchObject(notYours(0))
    expect(await send([own, own])).toMatchObject({ status: 400, body: { errors: [{ pointer: '/mediaIds' }] } })
    expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: 1, revision: 4 })
    expect(await send([own])).toMatchObject({ status: 201 })
  })

  it('belong to one message only', async () => {
    const [room, other] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const picture = await givenPicture(host, 'alice')
    await room.say('alice', { mediaIds: [picture] })
    for (const each of [room, other]) {
      expect(await each.as('alice').post('/messages', { mediaIds: [picture] })).toMatchObject(notYours(0))
    }
  })

  it('go to one message only when several in several rooms want them at once, and the others are not sent', async () => {
    const rooms = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    for (let n = 0; n < 4; n += 1) {
      const mediaIds = [await givenPicture(host, 'alice'), await givenPicture(host, 'alice')]
      const sends = rooms.flatMap((room) =>
        [1, 2].map(() => room.as('alice').post('/messages', { text: 'Mine', mediaIds })),
      )
      const neighbours = rooms.map((room) => room.as('alice').post('/messages', { text: 'Beside' }))
      const answers = await Promise.all(sends)
      expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1)
      for (const { status } of answers) expect([201, 400, 409]).toContain(status)
      for (const { status } of await Promise.all(neighbours)) expect(status).toBe(201)
      expect(await host.prisma.chatMessageMedia.count({ where: { mediaId: { in: mediaIds } } })).toBe(2)
    }
    const pages = await Promise.all(rooms.map((room) => room.as('alice').get('/messages')))
    const messages = pages.flatMap((page) => page.body.items)
    expect(messages.filter(({ text }) => text === 'Mine')).toHaveLength(4)
    for (const { text, media } of messages) expect(media).toHaveLength(text === 'Mine' ? 2 : 0)
    for (const { body } of pages) {
      expect(body.items.map((message: { seq: number }) => message.seq)).toEqual(
        body.items.map((_: unknown, n: number) => n + 1),
      )
    }
  })

  it('are ten at most', async () => {
    const room = await givenGroup(host, 'alice')
    const mediaIds = await Promise.all(Array.from({ length: 11 }, () => givenPicture(host, 'alice')))
    const refusal = { status: 413, body: { code: 'too_large', errors: [{ pointer: '/mediaIds' }] } }
    expect(await room.as('alice').post('/messages', { mediaIds })).toMatchObject(refusal)
    expect((await room.say('alice', { mediaIds: mediaIds.slice(0, 10) })).media).toHaveLength(10)
  })
})
