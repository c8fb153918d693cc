import { buffer } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { databases } from '../../databases.js'
import { givenStorage } from '../../media/given-storage.js'
import { longMs } from '../../patience.js'
import { Recorded } from '../../subscriptions/recorded.js'
import { anything, columnsWith, erika, givenLife, holds, word } from '../erasure/given-life.js'
import { listening } from '../reading-back.js'
import { shareHost } from '../shared-host.js'

const day = 86_400_000

/** What is no part of a message: what is still to be sent, and what was said of moderating. */
const kept = ['chatAuditEntry.reason', 'chatBan.reason', 'chatReport.note', 'chatReport.text']
const apart = [...kept, 'chatScheduledMessage.draft'].sort()

describe.each(databases)('what is too old on $name', (database) => {
  let ahead = 0
  const { storage, keys, remove } = givenStorage()
  const host = shareHost(database, {
    ...{ storage, clock: () => new Date(Date.now() + ahead), data: { message: anything, room: anything } },
    ...{ isModerator: () => true, editHistory: 'members', retention: { days: 10 } },
  })
  afterAll(remove)

  /** What is kept in files, and their names. */
  async function stored(): Promise<string> {
    const texts = (await keys()).map(async (key) => {
      const bytes = await storage.read(key)
      return `${key} ${bytes ? (await buffer(bytes)).toString('latin1') : ''}`
    })
    return (await Promise.all(texts)).join('\n')
  }

  it('is in no column of any table and in no file, and nothing brings it back', { timeout: longMs }, async () => {
    const life = await givenLife(host)
    await host.as(erika).patch('/users/me', { description: '' })
    for (const { id } of await host.prisma.chatReport.findMany({ where: { status: 'open' } })) {
      await host.chat.moderation.reports.update('alice', id, { status: 'dismissed' })
    }
    const known = await listening(host, 'bob')
    const { rooms } = known.frames.find(({ type }) => type === 'welcome')
    const since = Object.fromEntries(Object.keys(rooms).map((id) => [id, 1]))
    const before = await columnsWith(host, [word])
    expect(before).toEqual(expect.arrayContaining(['chatMessage.text', 'chatMessageEdit.text', 'chatReport.copy']))
    expect(holds(await stored(), [word])).toBe(true)

    ahead += 11 * day
    const fresh = await life.group.say('bob', { text: 'Fresh', data: { note: 'fresh' } })
    const { messages, files } = await host.chat.purge()
    expect([messages > 20, files]).toEqual([true, 2])
    expect(await host.chat.purge()).toEqual({ rooms: 0, messages: 0, files: 0 })
    expect(await columnsWith(host, [word])).toEqual(apart)
    expect(holds(await stored(), [word])).toBe(false)
    const left = await host.prisma.chatMessage.findMany({ select: { id: true } })
    expect(left).toEqual([{ id: fresh.id }])
    for (const model of [
      'chatMessageEdit',
      'chatPin',
      'chatMention',
      'chatThreadReply',
      'chatThreadFollower',
    ] as const) {
      expect([model, await (host.prisma[model] as { count(): Promise<number> }).count()]).toEqual([model, 0])
    }
    for (const model of [
      'chatMessageMedia',
      'chatMessageReaction',
      'chatUncountedMessage',
      'chatSearchBlock',
    ] as const) {
      expect([model, await (host.prisma[model] as { count(): Promise<number> }).count()]).toEqual([model, 0])
    }

    const told: unknown[] = []
    for (const seen of [rooms, since, {}]) {
      const later = await listening(host, 'bob', seen === rooms ? revisionsIn(rooms) : seen)
      told.push(later.frames)
      await later.close()
    }
    for (const room of [life.group, life.owned, life.pair, life.elsewhere]) {
      for (const path of ['', '/messages?limit=100', '/changes?since=0&limit=100', '/pins']) {
        told.push((await room.as('bob').get(path)).body)
      }
    }
    for (const path of ['/rooms', '/threads', `/messages/search?q=${word}`])
      told.push((await host.as('bob').get(path)).body)
    for (const { id } of [life.said, life.edited, life.theirs]) {
      expect((await life.group.as('bob').get(`/messages/${id}`)).status).toBe(404)
    }
    const events = new Recorded()
    const subscription = host.chat.subscribe('after', events.handler(), { from: 'start' })
    await subscription.ready()
    await events.until(() => events.in(life.elsewhere.id).length > 0)
    await subscription.close()
    told.push(events.calls)
    for await (const line of host.chat.exportUser(erika)) if (line.includes('"message"')) told.push(line)
    expect(told.map((each) => JSON.stringify(each)).findIndex((each) => holds(each, [word]))).toBe(-1)
    await known.close()
  })
})

const revisionsIn = (rooms: Record<string, { revision: number }>) =>
  Object.fromEntries(Object.entries(rooms).map(([id, { revision }]) => [id, revision]))
