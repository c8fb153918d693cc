import { buffer } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'
import { databases } from '../../databases.js'
import { userOfHeader } from '../../host.js'
import { givenStorage } from '../../media/given-storage.js'
import { Recorded } from '../../subscriptions/recorded.js'
import { listening } from '../reading-back.js'
import { shareHost } from '../shared-host.js'
import { theirs } from './columns.js'
import { anything, columnsWith, erika, givenLife, holds, word } from './given-life.js'

const minute = 60_000

describe.each(databases)('who is erased on $name', (database) => {
  let ahead = 0
  const { storage, keys, remove } = givenStorage()
  const host = shareHost(database, {
    ...{ storage, clock: () => new Date(Date.now() + ahead), data: { message: anything, room: anything } },
    ...{ isModerator: () => true, editHistory: 'members' },
    resolveUser: (request) => {
      const user = userOfHeader(request)
      return user && { ...user, ...(user.id === erika && { avatarUrl: `https://host.test/${erika}.png` }) }
    },
  })
  afterAll(remove)

  /** What is kept in files, and their names. */
  async function stored(): Promise<string> {
    const texts = await keys().then((all) =>
      all.map(async (key) => {
        const bytes = await storage.read(key)
        return `${key} ${bytes ? (await buffer(bytes)).toString('latin1') : ''}`
      }),
    )
    return (await Promise.all(texts)).join('\n')
  }

  it('is in no column of any table and in no file, and nothing brings anything of theirs back', {
    timeout: 60_000,
  }, async () => {
    const life = await givenLife(host)
    const socket = await host.socket(erika)
    await socket.ready()
    await expect.poll(() => host.prisma.chatPresence.count({ where: { userId: erika } })).toBe(1)
    const bob = await listening(host, 'bob')
    const known = await listening(host, 'bob')
    const revisions = Object.fromEntries(
      Object.entries((await known.frames.find(({ type }) => type === 'welcome')).rooms).map(([id, room]) => [
        id,
        Math.max(0, (room as { revision: number }).revision - 1),
      ]),
    )
    await known.close()
    const before = await columnsWith(host, life.needles)
    const filesBefore = await stored()
    expect(holds(filesBefore, [word])).toBe(true)

    const erasure = await host.chat.eraseUser(erika, { messages: 'delete' })
    expect(erasure).toMatchObject({ userId: null, messages: 'delete', error: null, finishedAt: expect.any(String) })
    // Everything that can hold anything of theirs did: a column that is new is to be among them.
    const always = ['chatRevocation.userId', 'chatErasure.userId']
    expect([...before, ...always].sort()).toEqual([...theirs].sort())

    await socket.until(() => socket.closed !== undefined, 'the end of her socket')
    // What keeps old tickets from opening anything goes with the last of them.
    ahead += 6 * minute
    await host.chat.eraseDue()
    await expect.poll(() => columnsWith(host, life.needles)).toEqual([])
    expect(holds(await stored(), life.needles)).toBe(false)

    const told: unknown[] = []
    const since = Object.fromEntries(Object.entries(revisions).map(([id]) => [id, 1]))
    for (const rooms of [revisions, since, {}]) {
      const later = await host.socket('bob', { hello: { rooms } })
      await later.ready()
      told.push(later.frames)
      await later.close()
    }
    for (const room of [life.group, life.owned, life.pair, life.elsewhere]) {
      for (const path of ['', '/messages?limit=100', '/members', '/changes?since=0&limit=100', '/pins']) {
        told.push((await room.as('bob').get(path)).body)
      }
    }
    for (const { id } of [life.said, life.edited, life.theirs]) {
      for (const path of ['thread', 'edits', 'reactions', 'readers']) {
        told.push((await life.group.as('bob').get(`/messages/${id}/${path}`)).body)
      }
    }
    for (const path of ['/rooms', '/threads', `/messages/search?q=${word}`, '/users?q=erika', '/users/me/blocks']) {
      told.push((await host.as('bob').get(path)).body)
    }
    for (const path of ['/moderation/audit', '/moderation/reports']) told.push((await host.as('bob').get(path)).body)
    const events = new Recorded()
    const subscription = host.chat.subscribe('after', events.handler(), { from: 'start' })
    await subscription.ready()
    await events.until(() => events.in(life.elsewhere.id).length > 1)
    await subscription.close()
    told.push(events.calls)
    expect(told.map((each) => JSON.stringify(each)).filter((each) => holds(each, life.needles))).toEqual([])
    await bob.close()
  })
})
