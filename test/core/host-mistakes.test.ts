import { PassThrough } from 'node:stream'
import type { BeforeHooks, ChatOptions, Directory, ReactionPolicy } from 'express-chat'
import { afterEach, describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { givenStorage } from '../media/given-storage.js'
import { quietLogger } from '../realtime/given.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

describe('what the host’s own functions give wrongly is the host’s error, in its log, and not the client’s', () => {
  const logger = quietLogger()
  let before: BeforeHooks = {}
  let directory: Partial<Directory> = {}
  let accept: ReactionPolicy['accept'] = () => true
  class Policies implements BeforeHooks {
    /** Seen by the hooks where they are called as methods. */
    readonly own = true
    message(...asked: Parameters<NonNullable<BeforeHooks['message']>>) {
      return this.own ? before.message?.(...asked) : undefined
    }
    room(...asked: Parameters<NonNullable<BeforeHooks['room']>>) {
      return this.own ? before.room?.(...asked) : undefined
    }
    member(...asked: Parameters<NonNullable<BeforeHooks['member']>>) {
      return this.own ? before.member?.(...asked) : undefined
    }
    upload(...asked: Parameters<NonNullable<BeforeHooks['upload']>>) {
      return this.own ? before.upload?.(...asked) : undefined
    }
  }
  const options: Partial<ChatOptions> = {
    logger,
    before: new Policies(),
    directory: {
      find: (...asked) => directory.find?.(...asked) ?? [],
      search: (...asked) => directory.search?.(...asked) ?? [],
    },
    reactions: (...asked) => accept(...asked),
    storage: givenStorage().storage,
  }
  const host = shareHost(databases[0] as TestDatabase, options as object)
  const said = (): string => logger.said.map((words) => words.map(String).join(' ')).join('\n')
  afterEach(() => {
    before = {}
    directory = {}
    accept = () => true
    logger.said.length = 0
  })

  it.each<[string, unknown, string]>([
    ['a text', 'Hello', 'before.message returned what is no draft (Invalid input: expected object, received string)'],
    ['true', true, 'received boolean'],
    ['a number as the text', { text: 5 }, '(text: Invalid input: expected string, received number)'],
    ['a key that no message has', { text: 'Hi', flagged: true }, 'flagged'],
    ['half a character', { text: 'Hi \ud800' }, '(text: '],
  ])('before.message: %s', async (_, given, message) => {
    const room = await givenGroup(host, 'alice')
    const { id } = await room.say('alice', 'Fine')
    before.message = () => given as never
    const posted = await room.as('alice').post('/messages', { text: 'Hi' })
    expect(posted).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(said()).toContain(message)
    logger.said.length = 0
    expect((await room.as('alice').patch(`/messages/${id}`, { text: 'Hi' })).status).toBe(500)
    expect(said()).toContain(message)
  })

  it('before.message: a draft that it changed and did not return', async () => {
    const room = await givenGroup(host, 'alice')
    before.message = (draft) => {
      draft.text = 'changed'
      draft.mentions?.push('bob')
    }
    const { body } = await room.as('alice').post('/messages', { text: 'Hi', mentions: ['alice'] })
    expect(body).toMatchObject({ text: 'Hi', mentions: ['alice'] })
  })

  it('before.room, before.member and before.upload', async () => {
    const room = await givenGroup(host, 'alice')
    before.room = () => ({ type: 'groups' }) as never
    before.member = () => ({ user: 'bob' }) as never
    before.upload = () => ({ filename: 5 }) as never
    const alice = host.as('alice')
    expect((await alice.post('/rooms', { type: 'group', name: 'A' })).status).toBe(500)
    expect((await room.as('alice').post('/members', { userId: 'bob' })).status).toBe(500)
    for (const name of ['room', 'member']) expect(said()).toContain(`before.${name} returned what is no draft`)
    const stream = new PassThrough().end('words')
    await expect(host.chat.media.upload('alice', { filename: 'a.txt', stream })).rejects.toThrow(
      'before.upload returned what is no draft (filename: ',
    )
  })

  it.each<[string, unknown, string]>([
    ['no list', null, 'directory.find gave object'],
    ['a user with a number for its id', [{ id: 5 }], 'directory.find gave a user whose id is number'],
    ['nobody as a user', [undefined], 'directory.find gave a user whose id is undefined'],
  ])('directory: %s', async (_, given, message) => {
    const room = await givenGroup(host, 'alice')
    directory.find = () => (given === null ? ({} as never) : (given as never))
    directory.search = () => (given === null ? ({} as never) : (given as never))
    expect((await room.as('alice').post('/members', { userId: '5' })).status).toBe(500)
    expect(said()).toContain(message)
    expect((await host.as('alice').get('/users?q=a')).status).toBe(500)
    expect(said()).toContain(message.replace('find', 'search'))
  })

  it('reactions: neither a boolean nor a text', async () => {
    const room = await givenGroup(host, 'alice')
    const { id } = await room.say('alice', 'Fine')
    accept = () => undefined as never
    expect((await room.as('alice').post(`/messages/${id}/reactions`, { reaction: '👍' })).status).toBe(500)
    expect(said()).toContain('reactions gave undefined for a reaction; give true, false or the text')
  })
})
