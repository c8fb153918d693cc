import type { Report } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { pixelStorage } from '../access/pixel.js'
import { givenGroup } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'
import { people } from '../host.js'

const day = 24 * 3_600_000

describe.each(databases)('reports on $name', (database) => {
  const told: Report[] = []
  let ahead = 0
  const host = shareHost(database, {
    storage: pixelStorage,
    clock: () => new Date(Date.now() + ahead),
    isModerator: ({ id }) => id === 'dave',
    on: { report: (report) => void told.push(report) },
  })
  const reportsOf = async (roomId: string) => (await host.chat.system.reports.list({ roomId })).items

  it('keep what was said, whatever becomes of it, and are told to the host', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const message = await room.say('bob', 'Something dreadful')
    const made = await room.as('alice').post(`/messages/${message.id}/reports`, { reason: 'threat', text: 'Read this' })
    expect(made.status).toBe(201)
    expect(Object.keys(made.body).sort()).toEqual(['createdAt', 'id', 'messageId', 'reason', 'roomId', 'text'])
    await room.as('bob').patch(`/messages/${message.id}`, { text: 'Something nice' })
    await room.as('bob').delete(`/messages/${message.id}`)
    const [report] = await reportsOf(room.id)
    expect(report).toMatchObject({
      ...{
        id: made.body.id,
        reason: 'threat',
        text: 'Read this',
        reporterId: 'alice',
        authorId: 'bob',
        status: 'open',
      },
      copy: { seq: message.seq, userName: 'Bob', text: 'Something dreadful', media: [] },
    })
    expect(told.filter(({ id }) => id === made.body.id)).toEqual([report])
  })

  it('are made once by a person of a message, also when that is said ten times at once', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    const { id } = await room.say('bob', 'Buy now')
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => room.as('alice').post(`/messages/${id}/reports`, { reason: 'spam' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    expect((await room.as('carol').post(`/messages/${id}/reports`, { reason: 'spam' })).status).toBe(201)
    expect(await reportsOf(room.id)).toHaveLength(2)
    expect(told.filter(({ messageId }) => messageId === id)).toHaveLength(2)
  })

  it('are for members, and for messages of others that are there', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('bob', 'Hello')
    const report = (userId: string, messageId: string) =>
      room.as(userId).post(`/messages/${messageId}/reports`, { reason: 'spam' })
    expect((await report('carol', id)).status).toBe(404)
    expect((await report('bob', id)).status).toBe(409)
    const { body } = await room.as('alice').get('/messages')
    expect((await report('alice', body.items[0].id)).status).toBe(409)
    await room.as('bob').delete(`/messages/${id}`)
    expect((await report('alice', id)).status).toBe(409)
    expect((await room.as('alice').post(`/messages/${id}/reports`, { reason: '' })).status).toBe(400)
    expect(await reportsOf(room.id)).toEqual([])
  })

  it('are handled by a moderator, whom the audit names, and opened again', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('bob', 'Rude')
    await room.as('alice').post(`/messages/${id}/reports`, { reason: 'rude' })
    const open = await host.as('dave').get(`/moderation/reports?status=open&roomId=${room.id}`)
    const path = `/moderation/reports/${open.body.items[0].id}`
    const handled = await host.as('dave').patch(path, { status: 'resolved', note: 'Talked to him' })
    expect(handled.body).toMatchObject({ status: 'resolved', note: 'Talked to him', handledById: 'dave' })
    expect((await host.as('dave').get(`/moderation/reports?status=open&roomId=${room.id}`)).body.items).toEqual([])
    const again = await host.as('dave').patch(path, { status: 'open' })
    expect(again.body).toMatchObject({ status: 'open', note: 'Talked to him', handledById: null, handledAt: null })
    const { items } = await host.chat.system.audit.list({ roomId: room.id, action: 'report.handled' })
    expect(items).toMatchObject([
      { actorId: 'dave', userId: 'bob', messageId: id, details: { from: 'resolved', to: 'open' } },
      { actorId: 'dave', userId: 'bob', reason: 'Talked to him', details: { from: 'open', to: 'resolved' } },
    ])
  })

  it('keep a file while they are open', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const data = { uploadedById: 'bob', storageKey: `key of ${room.id}`, sha256: '', createdAt: new Date() }
    const file = { filename: 'bad.png', contentType: 'image/png', byteSize: 68, width: 1, height: 1 }
    const media = await host.prisma.chatMedia.create({ data: { id: `m${room.id.slice(1)}`, ...data, ...file } })
    const message = await room.say('bob', { mediaIds: [media.id] })
    await room.as('alice').post(`/messages/${message.id}/reports`, { reason: 'indecent' })
    await room.as('bob').delete(`/messages/${message.id}`)
    ahead = 2 * day
    await host.chat.sweep()
    const [report] = await reportsOf(room.id)
    expect(report?.copy.media).toMatchObject([{ id: media.id, filename: 'bad.png' }])
    expect((await fetch(`${host.origin}${report?.copy.media[0]?.url}`)).status).toBe(200)
    await host.chat.system.reports.update(report?.id as string, { status: 'dismissed' })
    await host.chat.sweep()
    ahead = 0
    expect(await host.prisma.chatMedia.findUnique({ where: { id: media.id } })).toBeNull()
  })
})

describe('who reports without end', () => {
  const host = shareHost(databases[0] as (typeof databases)[0], {
    limits: { rates: { reports: { points: 2, seconds: 60 } } },
  })

  it('is told to wait', async () => {
    await people(host, 'alice')
    const room = await givenGroup(host, 'alice', 'bob')
    const statuses: number[] = []
    for (let n = 0; n < 3; n += 1) {
      const { id } = await room.say('bob', `No. ${n}`)
      statuses.push((await room.as('alice').post(`/messages/${id}/reports`, { reason: 'spam' })).status)
    }
    expect(statuses).toEqual([201, 201, 429])
  })
})
