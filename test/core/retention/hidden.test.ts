import { Readable } from 'node:stream'
import { afterAll, describe, expect, it } from 'vitest'
import { databases } from '../../databases.js'
import { givenStorage } from '../../media/given-storage.js'
import { Recorded } from '../../subscriptions/recorded.js'
import { holds } from '../erasure/given-life.js'
import { indexAll } from '../given-history.js'
import { givenGroup } from '../given-room.js'
import { listening } from '../reading-back.js'
import { shareHost } from '../shared-host.js'

/** A word that is in all that is too old. */
const word = 'Quark'

describe.each(databases)('what is too old and whose rows are still there, on $name,', (database) => {
  const kept = givenStorage()
  const host = shareHost(database, { storage: kept.storage, isModerator: () => true, editHistory: 'members' })
  afterAll(kept.remove)

  it('is seen by nobody, members, moderators and the host, and cannot be referred to', {
    timeout: 60_000,
  }, async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id: mediaId } = await host.chat.media.upload('alice', {
      ...{ filename: `${word}.txt`, stream: Readable.from([Buffer.from(word)]) },
    })
    const old = await room.say('alice', { text: word, mediaIds: [mediaId], mentions: ['bob'] })
    await room.as('bob').post(`/messages/${old.id}/reactions`, { reaction: '👍' })
    await room.as('alice').patch(`/messages/${old.id}`, { text: `${word} edited` })
    await room.as('alice').put(`/pins/${old.id}`)
    const reply = await room.say('alice', { text: `${word} in a thread`, threadId: old.id, mentions: ['bob'] })
    await room.say('alice', `${word} too`)
    const quote = await room.say('alice', { text: 'New', replyToId: old.id })
    await room.say('alice', { text: 'Newest', replyToId: reply.id })
    await room.as('alice').patch(`/messages/${quote.id}`, { text: 'New, edited' })
    await host.prisma.chatRoom.update({ where: { id: room.id }, data: { purgedSeq: quote.seq - 1 } })
    await indexAll(host.prisma)

    const told: unknown[] = []
    const bob = await listening(host, 'bob', { [room.id]: 1 })
    told.push(bob.frames.filter(({ type }) => type !== 'welcome'))
    const welcome = bob.frames.find(({ type }) => type === 'welcome').rooms[room.id]
    expect([welcome.unreadCount, welcome.mentionCount ?? 0]).toEqual([2, 0])
    await bob.close()
    const below = [
      '',
      '/messages',
      '/messages?around=1',
      '/messages?after=0',
      '/changes?since=0',
      '/pins',
      `/messages?q=${word}`,
    ]
    for (const path of below) told.push((await room.as('bob').get(path)).body)
    for (const path of [
      '/rooms',
      '/threads',
      `/messages/search?q=${word}`,
      '/messages/search?has=media',
      '/reactions',
    ]) {
      const { body } = await host.as('bob').get(path)
      told.push(path === '/rooms' ? body : body.items)
      if (path !== '/rooms') expect([path, body.items]).toEqual([path, []])
    }
    const moderated = `/moderation/rooms/${room.id}`
    for (const path of ['/messages', '/messages?around=1', `/messages?q=${word}`]) {
      told.push((await host.as('carol').get(moderated + path)).body)
    }
    const { system } = host.chat
    told.push(await system.messages.list(room.id), await system.changes(room.id, { since: 0 }))
    told.push(await system.messages.search(room.id, { q: word }), await system.pins.list(room.id))
    for await (const line of host.chat.exportUser('alice')) if (line.includes('"message"')) told.push(line)
    const events = new Recorded()
    const subscription = host.chat.subscribe('hidden', events.handler(), { from: 'start' })
    await subscription.ready()
    await events.until(() => events.in(room.id).length > 2)
    await subscription.close()
    told.push(events.calls)
    expect(told.map((each) => JSON.stringify(each)).filter((each) => holds(each, [word]))).toEqual([])
    expect((await room.as('bob').get('/messages')).body).toMatchObject({
      items: [
        { text: 'New, edited', replyTo: null },
        { text: 'Newest', replyTo: null },
      ],
      hasBefore: false,
    })
    expect((await system.unread('bob')).rooms).toMatchObject([{ unreadCount: 2, mentionCount: 0 }])

    for (const path of ['', '/thread', '/edits', '/reactions', '/readers']) {
      expect([path, (await room.as('bob').get(`/messages/${old.id}${path}`)).status]).toEqual([path, 404])
    }
    for (const path of ['/edits', '/thread']) {
      const { status } = await host.as('carol').get(`${moderated}/messages/${old.id}${path}`)
      expect([path, status]).toEqual([path, 404])
    }
    expect((await host.as('bob').get(`/media/${mediaId}`)).status).toBe(404)
    for (const id of [old.id, reply.id]) {
      await expect(system.messages.get(room.id, id)).rejects.toMatchObject({ code: 'not_found' })
      await expect(system.messages.edit(room.id, id, { text: 'x' })).rejects.toMatchObject({ code: 'not_found' })
      expect((await room.as('alice').delete(`/messages/${id}`)).status).toBe(404)
      expect((await room.as('bob').post(`/messages/${id}/reactions`, { reaction: '👍' })).status).toBe(404)
      expect((await room.as('bob').post(`/messages/${id}/reports`, { reason: 'spam' })).status).toBe(404)
      expect((await room.as('bob').post('/messages', { text: 'No', replyToId: id })).status).toBe(400)
      const forward = { roomId: room.id, messageId: id }
      expect((await room.as('bob').post('/messages', { forward })).status).toBe(404)
      await expect(system.messages.send(room.id, { text: 'No', replyToId: id })).rejects.toMatchObject({
        code: 'invalid_request',
      })
    }
    expect((await room.as('bob').post('/messages', { text: 'No', threadId: old.id })).status).toBe(400)
  })
})
