import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { permissionNames } from '../../src/contract/permissions.js'
import { ask, idsOf, summary } from '../access/ask.js'
import { type Asker, askers, type Target } from '../access/askers.js'
import { commandRows, isGranted, type Row, routeRows, statusesOf } from '../access/table.js'
import type { World } from '../access/world.js'
import { shareHost } from '../core/shared-host.js'
import { databases, type OpenDatabase } from '../databases.js'
import { people } from '../host.js'
import { longMs } from '../patience.js'
import { quietLogger } from '../realtime/given.js'

/** What needs a room's lock, each asked by somebody who may not: whether they are in the room or not. */
const attacks = (roomId: string, messageId: string, reactionId: string) => {
  const room = `/rooms/${roomId}`
  const message = `${room}/messages/${messageId}`
  const until = '2999-12-31T23:59:59.000Z'
  return [
    ['patch', room, { name: 'Mine' }],
    ['delete', room],
    ['patch', `${room}/members/alice`, { role: 'member' }],
    ['patch', `${room}/members/alice`, { permissions: { canAddUsers: false } }],
    ['patch', `${room}/members/dave`, { silencedUntil: until }],
    ['patch', `${room}/members/me`, { role: 'owner' }],
    ['delete', `${room}/members/alice`],
    ['delete', `${room}/members/dave?ban=true`],
    ['post', `${room}/members`, { userId: 'erin' }],
    ['put', `${room}/bans/dave`, {}],
    ['delete', `${room}/bans/frank`],
    ['patch', message, { text: 'Mine' }],
    ['delete', message],
    ['delete', `${message}/reactions/${reactionId}`],
  ] as const
}

/** What every member may, and nobody else. */
const harmless = (roomId: string, messageId: string) =>
  [
    ['delete', `/rooms/${roomId}/members/me`],
    ['post', `/rooms/${roomId}/messages/${messageId}/reactions`, { reaction: '👍' }],
    ['patch', `/rooms/${roomId}/members/me`, { lastReadSeq: 1 }],
  ] as const

/** What clients may say of a card in the table of access. */
const card = z.strictObject({ type: z.literal('card') })

/** Every row of the table of access that is about a room, and changes something. */
const changing = [...routeRows, ...commandRows].filter(
  (row) => !row.on.startsWith('GET ') && !row.on.includes('/moderation/') && idsOf(row).includes('roomId'),
)

const inGroup = (row: Row, asker: Asker) => new Map(statusesOf(row)).get('group')?.[askers.indexOf(asker)]

/** What nobody has asked for. */
const unasked = (roomId: string) =>
  [
    ['post', `/rooms/${roomId}/accept`],
    ['post', `/rooms/${roomId}/refuse`],
    ['put', '/users/me/blocks/nobody-at-all'],
    ['delete', '/users/me/blocks/nobody-at-all'],
  ] as const

/** Another server has the room's lock, until the function is called that this gives. */
async function lockElsewhere(database: Pick<OpenDatabase, 'connect'>, roomId: string): Promise<() => Promise<void>> {
  let end: () => void = () => undefined
  let locked: () => void = () => undefined
  const [ended, isLocked] = [new Promise<void>((resolve) => (end = resolve)), new Promise<void>((r) => (locked = r))]
  const holding = database.connect().$transaction(
    async (tx) => {
      await tx.chatRoom.updateMany({ where: { id: roomId }, data: { revision: { increment: 1 } } })
      locked()
      await ended
    },
    { timeout: longMs },
  )
  await isLocked
  return async () => {
    end()
    await holding
  }
}

describe.each(databases)('somebody who may not change a room, on $name', (database) => {
  const host = shareHost(database, {
    limits: { answerMs: 5_000 },
    data: { message: card, room: card },
    // Of what cannot be stored while the database is held.
    logger: quietLogger(),
  })
  let asked: ReturnType<typeof attacks>
  let roomId: string
  let messageId: string
  let ownId: string
  let target: Target
  let release: () => Promise<void>

  beforeAll(async () => {
    const { chat } = host
    await people(host, 'frank')
    const room = { name: 'A group', userIds: ['bob', 'carol', 'dave'] }
    roomId = (await chat.rooms.create('alice', { type: 'group', ...room })).id
    const message = await chat.messages.send('alice', roomId, { text: 'Hello' })
    const reaction = await chat.reactions.add('alice', roomId, message.id, '👍')
    messageId = message.id
    ownId = (await chat.messages.send('dave', roomId, { text: 'Mine' })).id
    await chat.members.remove('alice', roomId, 'bob')
    await chat.bans.set('alice', roomId, 'frank', {})
    const link = await chat.invites.create('alice', roomId)
    const ids = {
      mediaId: 'none',
      reportId: 'none',
      inviteId: link.id,
      scheduledId: 'none',
      code: link.code,
      userId: 'alice',
    }
    target = { roomId, messageId, reactionId: reaction.id, ...ids }
    const none = Object.fromEntries(permissionNames.map((name) => [name, false]))
    await chat.members.update('alice', roomId, 'carol', { permissions: none })
    await chat.members.update('alice', roomId, 'dave', { silencedUntil: '2999-12-31T23:59:59.000Z' })
    asked = attacks(roomId, message.id, reaction.id)
    for (const userId of ['bob', 'carol', 'dave', 'erin']) {
      await host.as(userId).post(`/rooms/${roomId}/messages`, { text: 'Once' })
    }
    release = await lockElsewhere(host.database, roomId)
  })
  afterAll(() => release())

  type Attack = readonly [method: 'post' | 'put' | 'patch' | 'delete', path: string, body?: object]

  /** What each is answered, while nobody gets the lock. */
  async function answersTo(userId: string, attacks: readonly Attack[]): Promise<[string, number][]> {
    const caller = host.as(userId)
    const answers: [string, number][] = []
    for (const [method, path, body] of attacks) {
      answers.push([`${method} ${path}`, (await caller[method](path, body as never)).status])
    }
    return answers
  }
  const all = (attacks: readonly Attack[], status: number) =>
    attacks.map(([method, path]) => [`${method} ${path}`, status])

  it.each(['bob', 'erin'])(
    'is refused without the lock that others need, where they are not in it: %s',
    async (userId) => {
      const attacks = [...asked, ...harmless(roomId, messageId), ...unasked(roomId)]
      expect(await answersTo(userId, attacks)).toEqual(all(attacks, 404))
    },
  )

  it('by whatever they would change it: everything of the table of access', async () => {
    const socket = await host.socket('erin')
    await socket.ready()
    const world = { host, socket: async () => socket } as unknown as World
    const refused = changing.filter((row) => !isGranted(inGroup(row, 'stranger')))
    expect(refused.length).toBeGreaterThan(50)
    const answers: [string, string][] = []
    for (const row of refused) {
      const asked = { ...target, userId: row.whose === 'own' ? 'me' : 'alice' }
      answers.push([`${row.on} ${row.what}`, summary(await ask(world, 'erin' as Asker, row, asked))])
    }
    expect(answers).toEqual(refused.map((row) => [`${row.on} ${row.what}`, '404 not_found']))
    await socket.close()
  })

  it('and so is a member without the permission', async () => {
    expect(await answersTo('carol', asked)).toEqual(all(asked, 403))
    expect(await answersTo('carol', unasked(roomId))).toEqual(all(unasked(roomId), 404))
  })

  it('and so is who is silenced', async () => {
    const own = `/rooms/${roomId}/messages/${ownId}`
    const refused = [
      ['patch', own, { text: 'Mine' }],
      ['post', `${own}/reactions`, { reaction: '👍' }],
    ] as const
    expect(await answersTo('dave', refused)).toEqual(all(refused, 403))
  })

  it.each([
    ['bob', 404],
    ['erin', 404],
    ['carol', 403],
    ['dave', 403],
  ])('and so is %s, whose message was refused before, with the next one', async (userId, status) => {
    const next = [['post', `/rooms/${roomId}/messages`, { text: 'Again' }]] as const
    expect(await answersTo(userId, next)).toEqual(all(next, status))
  })
})

describe.each(databases)('somebody who may be in no more rooms, on $name', (database) => {
  const host = shareHost(database, { limits: { answerMs: 5_000, roomsPerUser: 1 }, logger: quietLogger() })

  it('is refused without the lock that others need, whichever way they would come in', async () => {
    const { chat } = host
    await people(host, 'frank')
    await chat.system.rooms.create({ type: 'group', name: 'The only one', userIds: ['frank'] })
    const { id: roomId } = await chat.rooms.create('alice', { type: 'group', name: 'Open', isPublic: true })
    const { code } = await chat.invites.create('alice', roomId)
    const release = await lockElsewhere(host.database, roomId)
    try {
      const full = { status: 409, body: { detail: 'you are in 1 rooms already, which is the limit' } }
      expect(await host.as('frank').post(`/rooms/${roomId}/members`, { userId: 'me' })).toMatchObject(full)
      expect(await host.as('frank').post(`/invites/${code}/join`)).toMatchObject(full)
    } finally {
      await release()
    }
  })
})
