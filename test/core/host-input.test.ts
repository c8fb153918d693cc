import { beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { type GivenRoom, givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

// Hosts in JavaScript pass on what came in: `chat.rooms.list(userId, request.query)`.
describe.each(databases)('what the host’s own code asks for, on $name', (database) => {
  const host = shareHost(database)
  let room: GivenRoom
  let messageId: string

  beforeAll(async () => {
    await people(host, 'alice', 'bob')
    room = await givenGroup(host, 'alice', 'bob')
    messageId = (await room.say('alice', 'Hi')).id
  })

  // biome-ignore lint/suspicious/noExplicitAny: JavaScript has no compiler that refuses these
  const lists = (options: any): [string, () => Promise<unknown>][] => {
    const { chat } = host
    return [
      ['rooms.list', () => chat.rooms.list('alice', options)],
      ['rooms.listPublic', () => chat.rooms.listPublic('alice', options)],
      ['members.list', () => chat.members.list('alice', room.id, options)],
      ['messages.search', () => chat.messages.search('alice', room.id, { q: 'hi', ...options })],
      ['reactions.list', () => chat.reactions.list('alice', room.id, messageId, options)],
      ['reactions.mine', () => chat.reactions.mine('alice', options)],
      ['users.search', () => chat.users.search(options)],
      ['system.rooms.list', () => chat.system.rooms.list(options)],
      ['system.members.list', () => chat.system.members.list(room.id, options)],
    ]
  }
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const positions = (options: any): [string, () => Promise<unknown>][] => [
    ['messages.list', () => host.chat.messages.list('alice', room.id, options)],
    ['system.messages.list', () => host.chat.system.messages.list(room.id, options)],
  ]
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const changes = (options: any): [string, () => Promise<unknown>][] => [
    ['changes', () => host.chat.changes('alice', room.id, { since: 0, ...options })],
  ]

  async function refused(asked: [string, () => Promise<unknown>][], pointer: string): Promise<void> {
    for (const [name, ask] of asked) {
      await expect(ask(), name).rejects.toMatchObject({ code: 'invalid_request', errors: [{ pointer }] })
    }
  }

  it.each([0, -5, 101, 1.5, Number.NaN, '10', {}])('has a limit from 1 to 100, and not %j', async (limit) => {
    await refused([...lists({ limit }), ...positions({ limit }), ...changes({ limit })], '/limit')
  })

  it.each([5, {}, 'x'.repeat(1025), 'a\0'])('has a cursor that is a text: not %j', async (cursor) => {
    await refused(lists({ cursor }), '/cursor')
  })

  it.each([5, { contains: 'a' }, 'x'.repeat(101), 'a\0', '\ud800'])('searches for a text: not for %j', async (q) => {
    const searches = lists({ q }).filter(([name]) => /search|Public/.test(name))
    expect(searches).toHaveLength(3)
    await refused(searches, '/q')
  })

  it.each([{ not: null }, -1, 1.5, '1', Number.NaN])(
    'names a place in the history as a number: not as %j',
    async (seq) => {
      await refused(positions({ before: seq }), '/before')
      await refused(positions({ after: seq }), '/after')
      await refused(positions({ around: seq }), '/around')
      await refused(changes({ since: seq }), '/since')
    },
  )

  it('takes a type of room as one, and not as a condition', async () => {
    const type: never = { not: 'private' } as never
    await refused([['rooms.list', () => host.chat.rooms.list('alice', { type })]], '/type')
  })

  it('takes users as they are called, and says what is wrong with one', async () => {
    const { users } = host.chat
    // biome-ignore lint/suspicious/noExplicitAny: as above
    const save = (user: any) => users.save(user)
    for (const id of ['me', 5, '', 'a ', 'a\0', undefined]) {
      await refused([[`save ${id}`, () => save({ id })]], '/id')
    }
    await expect(save({ id: 'x', name: 5 })).rejects.toThrow('the name of the user "x" is a number')
    await expect(save({ id: 'x', avatarUrl: {} })).rejects.toThrow('the avatarUrl of the user "x" is a object')
    expect(await save({ id: 'x', name: null })).toMatchObject({ name: 'x' })
    expect(await save({ id: 'x', name: 'X.' })).toMatchObject({ name: 'X.' })
    expect(await save({ id: 'x', name: '' })).toMatchObject({ name: 'X.' })
    expect(await save({ id: 'x', name: 'a\0b', avatarUrl: 'https://x.example/\0' })).toMatchObject({
      name: 'ab',
      avatarUrl: 'https://x.example/',
    })
  })
})
