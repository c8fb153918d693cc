import { describe, expect, it } from 'vitest'
import { givenRoom } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

describe.each(databases)('slow mode on $name', (database) => {
  let ahead = 0
  const host = shareHost(database, { clock: () => new Date(Date.now() + ahead) })
  const tooSoon = { status: 429, body: { code: 'slow_mode', retryAfter: expect.any(Number) } }
  const givenSlow = (slowModeSeconds = 60) =>
    givenRoom(host, 'alice', { type: 'group', name: 'Slow', slowModeSeconds, userIds: ['bob', 'carol'] })

  it('lets one message of a person through in its time, also of many that come at once', async () => {
    const room = await givenSlow()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => room.as('bob').post('/messages', { text: `No. ${n}` })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(429)])
    const refused = answers.find(({ status }) => status === 429)
    expect(refused).toMatchObject(tooSoon)
    expect(Number(refused?.headers.get('retry-after'))).toBe(refused?.body.retryAfter)
    await room.say('carol', 'Mine')
    ahead += 60_000
    await room.say('bob', 'Again')
    expect(await room.as('bob').post('/messages', { text: 'Too soon' })).toMatchObject(tooSoon)
  })

  it('takes a retry for what it is, and does not count what was refused', async () => {
    const room = await givenSlow()
    const draft = { text: 'Once', clientId: 'once' }
    expect((await room.as('bob').post('/messages', draft)).status).toBe(201)
    expect((await room.as('bob').post('/messages', draft)).status).toBe(200)
    expect(await room.as('bob').post('/messages', { text: 'Twice' })).toMatchObject(tooSoon)
    expect((await room.as('carol').post('/messages', { text: 'x', replyToId: 'nothing' })).status).toBe(400)
    await room.say('carol', 'Now')
  })

  it('is for those who may not delete messages, and outlives leaving', async () => {
    const room = await givenSlow()
    await room.say('alice', 'One')
    await room.say('alice', 'Two')
    await room.say('bob', 'One')
    await room.as('bob').delete('/members/me')
    await room.as('carol').post('/members', { userId: 'bob' })
    expect(await room.as('bob').post('/messages', { text: 'Two' })).toMatchObject(tooSoon)
  })

  it('is set by those who may edit the room, and counts from the next message on', async () => {
    const room = await givenSlow(0)
    await room.say('bob', 'One')
    await room.say('bob', 'Two')
    expect((await room.as('bob').patch('', { slowModeSeconds: 0 })).status).toBe(403)
    expect((await room.as('alice').patch('', { slowModeSeconds: 21_601 })).status).toBe(400)
    const changed = await room.as('alice').patch('', { slowModeSeconds: 60 })
    expect(changed).toMatchObject({ status: 200, body: { slowModeSeconds: 60 } })
    expect(await room.as('bob').post('/messages', { text: 'Three' })).toMatchObject(tooSoon)
    await room.as('alice').patch('', { slowModeSeconds: 0 })
    await room.say('bob', 'Three')
  })
})
