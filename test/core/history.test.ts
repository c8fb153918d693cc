import { beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('the history of a room on $name', (database) => {
  const host = shareHost(database)
  let room: GivenRoom

  beforeAll(async () => {
    room = await givenGroup(host, 'alice', 'bob')
    for (let seq = 2; seq <= 20; seq += 1) await host.chat.messages.send('alice', room.id, { text: `Message ${seq}` })
  })

  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n)

  // What was asked; the first and the last seq of the page, and whether there is more on each side.
  it.each([
    ['?limit=5', 16, 20, 'before'],
    ['', 1, 20, ''],
    ['?limit=20', 1, 20, ''],
    ['?limit=19', 2, 20, 'before'],
    ['?before=16&limit=5', 11, 15, 'before, after'],
    ['?before=3&limit=5', 1, 2, 'after'],
    ['?before=21&limit=3', 18, 20, 'before'],
    ['?before=9007199254740991&limit=2', 19, 20, 'before'],
    ['?after=0&limit=5', 1, 5, 'after'],
    ['?after=5&limit=5', 6, 10, 'before, after'],
    ['?after=17&limit=5', 18, 20, 'before'],
    ['?around=10&limit=5', 8, 12, 'before, after'],
    ['?around=10&limit=4', 8, 11, 'before, after'],
    ['?around=10&limit=1', 10, 10, 'before, after'],
    ['?around=1&limit=5', 1, 5, 'after'],
    ['?around=20&limit=5', 16, 20, 'before'],
    ['?around=19&limit=5', 16, 20, 'before'],
    ['?around=500&limit=5', 16, 20, 'before'],
    ['?around=10&limit=50', 1, 20, ''],
  ])('"%s" gives the messages %i to %i and says that there is more: %s', async (query, from, to, more) => {
    const { status, body } = await room.as('bob').get(`/messages${query}`)
    expect(status).toBe(200)
    expect(body.items.map((message: { seq: number }) => message.seq)).toEqual(range(from, to))
    expect({ hasBefore: body.hasBefore, hasAfter: body.hasAfter }).toEqual({
      hasBefore: more.includes('before'),
      hasAfter: more.includes('after'),
    })
  })

  it.each([
    ['?before=1', { items: [], hasBefore: false, hasAfter: true }],
    ['?before=0', { items: [], hasBefore: false, hasAfter: true }],
    ['?after=20', { items: [], hasBefore: true, hasAfter: false }],
    ['?after=9007199254740991', { items: [], hasBefore: true, hasAfter: false }],
  ])('"%s" lies outside, and says on which side the messages are', async (query, page) => {
    expect(await room.as('bob').get(`/messages${query}`)).toMatchObject({ status: 200, body: page })
  })

  it.each([
    '?before=x',
    '?after=-1',
    '?around=1.5',
    '?limit=0',
    '?limit=101',
    '?before=5&after=2',
    '?around=5&before=9',
  ])('"%s" is refused', async (query) => {
    expect(await room.as('bob').get(`/messages${query}`)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
  })

  it('is read to its end in both directions, each message once, while others write', async () => {
    const upwards: number[] = []
    const downwards: number[] = []
    for (let after = 0, hasAfter = true; hasAfter; ) {
      const { body } = await room.as('bob').get(`/messages?after=${after}&limit=7`)
      upwards.push(...body.items.map((message: { seq: number }) => message.seq))
      if (upwards.length === 7) await room.say('alice', 'Meanwhile')
      after = upwards.at(-1) ?? 0
      hasAfter = body.hasAfter
    }
    expect(upwards).toEqual(range(1, 21))
    for (let before = 100, hasBefore = true; hasBefore; ) {
      const { body } = await room.as('bob').get(`/messages?before=${before}&limit=7`)
      downwards.unshift(...body.items.map((message: { seq: number }) => message.seq))
      if (downwards.length === 7) await room.say('alice', 'Meanwhile')
      before = downwards[0] ?? 0
      hasBefore = body.hasBefore
    }
    expect(downwards).toEqual(range(1, 21))
  })

  it('of a private room begins empty', async () => {
    const { body } = await host.as('alice').post('/rooms', { type: 'private', userIds: ['bob'] })
    const page = await host.as('bob').get(`/rooms/${body.id}/messages`)
    expect(page.body).toEqual({ items: [], hasBefore: false, hasAfter: false })
  })
})
