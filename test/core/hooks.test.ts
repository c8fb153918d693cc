import { setTimeout as pause } from 'node:timers/promises'
import { type BeforeHooks, type Logger, type PermissionCheck, reject } from 'express-chat'
import { afterEach, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

const rejected = (detail: string) => ({ status: 422, body: { code: 'rejected', detail } })

describe.each(databases)('hooks on $name', (database) => {
  // What each test sets, so that all of them share one host.
  let before: BeforeHooks = {}
  let can: ((question: PermissionCheck) => boolean | undefined) | undefined
  const logged: unknown[][] = []
  const logger: Logger = { warn: (...line) => logged.push(line), error: (...line) => logged.push(line) }
  const host = shareHost(database, {
    logger,
    before: {
      message: (draft, about) => before.message?.(draft, about),
      room: (draft, about) => before.room?.(draft, about),
      member: (draft, about) => before.member?.(draft, about),
    },
    can: (question) => can?.(question),
  })

  afterEach(() => {
    before = {}
    can = undefined
    logged.length = 0
  })

  describe('before.message', () => {
    it('may change a message, and is told whose it is and where', async () => {
      const room = await givenGroup(host, 'alice', 'bob')
      const asked: unknown[] = []
      before.message = (draft, { prisma: _, ...about }) => {
        asked.push([draft, about])
        return { ...draft, text: draft.text?.replace('darn', '****'), mentions: ['alice'] }
      }
      const sent = await room.say('bob', { text: 'darn it', clientId: 'b-1' })
      expect(sent).toMatchObject({ text: '**** it', mentions: ['alice'], clientId: 'b-1' })
      expect(asked).toEqual([
        [
          { text: 'darn it', clientId: 'b-1' },
          { userId: 'bob', roomId: room.id },
        ],
      ])
      // A retry is still the same message: what the client sent is compared, not what became of it.
      const again = await room.as('bob').post('/messages', { text: 'darn it', clientId: 'b-1' })
      expect(again).toMatchObject({ status: 200, body: { id: sent.id } })
      const edited = await room.as('bob').patch(`/messages/${sent.id}`, { text: 'darn that' })
      expect(edited.body).toMatchObject({ text: '**** that', mentions: ['alice'] })
      expect(asked.at(-1)).toEqual([{ text: 'darn that' }, { userId: 'bob', roomId: room.id, messageId: sent.id }])
    })

    it('sees and may change the mentions of an edit', async () => {
      const room = await givenGroup(host, 'alice', 'bob')
      const { id } = await room.say('alice', 'Hello')
      const asked: unknown[] = []
      before.message = (draft) => {
        asked.push(draft)
        return { ...draft, mentions: draft.mentions?.filter((userId) => userId !== 'alice') }
      }
      const edit = (changes: object) => room.as('alice').patch(`/messages/${id}`, changes)
      const { body } = await edit({ mentions: ['alice', 'bob'] })
      expect(body).toMatchObject({ text: 'Hello', mentions: ['bob'] })
      expect((await edit({ text: 'Hi', mentions: ['alice'] })).body).toMatchObject({ text: 'Hi', mentions: [] })
      expect(asked).toEqual([{ mentions: ['alice', 'bob'] }, { text: 'Hi', mentions: ['alice'] }])
      before.message = () => ({ text: 'Hey', mentions: ['erin'] })
      expect(await edit({ text: 'Hi' })).toMatchObject({ status: 400, body: { errors: [{ pointer: '/mentions/0' }] } })
    })

    it('may refuse, over HTTP and over the socket, and nothing is written', async () => {
      const room = await givenGroup(host, 'alice')
      const { id } = await room.say('alice', 'Fine')
      const socket = await host.socket('alice')
      await socket.ready()
      before.message = async () => {
        throw reject('no links here')
      }
      const refusal = rejected('no links here')
      expect(await room.as('alice').post('/messages', { text: 'http://x' })).toMatchObject(refusal)
      expect(await room.as('alice').patch(`/messages/${id}`, { text: 'http://x' })).toMatchObject(refusal)
      const answer = await socket.command('message.send', { roomId: room.id, clientId: 's-1', text: 'http://x' })
      expect(answer).toMatchObject({ type: 'error', problem: { ...refusal.body, status: 422 } })
      expect((await room.as('alice').get('')).body).toMatchObject({ lastMessageSeq: 2, revision: 4 })
    })

    it('does not lead past the limits', async () => {
      const room = await givenGroup(host, 'alice')
      before.message = (draft) => ({ ...draft, text: draft.text === 'long' ? 'x'.repeat(8001) : ' ' })
      expect((await room.as('alice').post('/messages', { text: 'long' })).status).toBe(413)
      expect((await room.as('alice').post('/messages', { text: 'blank' })).status).toBe(400)
    })

    it('is not asked where the message may not be written anyway', async () => {
      const room = await givenGroup(host, 'alice', 'bob')
      const { id } = await room.say('alice', 'Mine')
      await room.as('alice').patch('/members/bob', { permissions: { canCreateMessages: false } })
      let asked = 0
      before.message = () => {
        asked += 1
      }
      expect((await room.as('erin').post('/messages', { text: 'Hi' })).status).toBe(404)
      expect((await room.as('bob').post('/messages', { text: 'Hi' })).status).toBe(403)
      expect((await room.as('bob').patch(`/messages/${id}`, { text: 'Hi' })).status).toBe(403)
      expect((await room.as('alice').post('/messages', { text: ' ' })).status).toBe(400)
      expect(asked).toBe(0)
    })

    it('keeps one sender’s messages in order although it takes longer for some, and holds up nobody else', async () => {
      const room = await givenGroup(host, 'alice', 'bob')
      const [alice, bob] = [await host.socket('alice'), await host.socket('bob')]
      await Promise.all([alice.ready(), bob.ready()])
      let letGo = () => {}
      const held = new Promise<void>((resolve) => {
        letGo = resolve
      })
      before.message = async ({ text }) => {
        if (text === 'Message 0') await held
        else if (text === 'Message 1') await pause(30)
      }
      const send = (n: number) =>
        alice.command('message.send', { roomId: room.id, clientId: `a-${n}`, text: `Message ${n}` })
      const answers = Promise.all(Array.from({ length: 6 }, (_, n) => send(n)))
      const beside = await bob.command('message.send', { roomId: room.id, clientId: 'b', text: 'Beside' })
      expect(beside).toMatchObject({ type: 'ok', result: { seq: 2 } })
      letGo()
      const seqs = (await answers).map((answer) => answer.result.seq)
      expect(seqs).toEqual([3, 4, 5, 6, 7, 8])
    })

    it('that throws is a mistake of the host’s: logged, and nothing of it told', async () => {
      const room = await givenGroup(host, 'alice')
      before.message = () => {
        throw new Error('of the host')
      }
      const answer = await room.as('alice').post('/messages', { text: 'Hi' })
      expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
      expect(JSON.stringify(answer.body)).not.toContain('of the host')
      expect(logged.flat()).toContainEqual(expect.objectContaining({ message: 'of the host' }))
      before = {}
      expect((await room.as('alice').post('/messages', { text: 'Hi' })).status).toBe(201)
    })
  })

  describe('before.room', () => {
    it('may change a room that is to be made, or refuse it', async () => {
      before.room = ({ name, ...draft }, { userId }) => {
        if (name === 'Forbidden') throw reject('not that name')
        return { ...draft, name: `${name} of ${userId}`, userIds: ['bob'], isPublic: false }
      }
      const made = await host.as('alice').post('/rooms', { type: 'group', name: 'Room', isPublic: true })
      expect(made).toMatchObject({ status: 201, body: { name: 'Room of alice', memberCount: 2, isPublic: false } })
      const refused = await host.as('alice').post('/rooms', { type: 'group', name: 'Forbidden' })
      expect(refused).toMatchObject(rejected('not that name'))
    })
  })

  describe('before.member', () => {
    it('may change who is added as what, or refuse it; and is asked about those who join as well', async () => {
      const room = await givenRoom(host, 'alice', { type: 'group', name: 'Open', isPublic: true })
      const asked: unknown[] = []
      before.member = (draft, { prisma: _, ...about }) => {
        asked.push([draft, about])
        if (draft.userId === 'carol') throw reject('carol is banned')
        return { ...draft, permissions: { canAddUsers: false } }
      }
      const added = await room.as('alice').post('/members', { userId: 'bob' })
      expect(added).toMatchObject({ status: 201, body: { permissions: { canAddUsers: false } } })
      expect(await room.as('carol').post('/members', { userId: 'me' })).toMatchObject(rejected('carol is banned'))
      expect(asked).toEqual([
        [{ userId: 'bob' }, { userId: 'alice', roomId: room.id }],
        [{ userId: 'carol' }, { userId: 'carol', roomId: room.id }],
      ])
      // Nobody is told through the hook of a room that they do not see.
      const hidden = await givenGroup(host, 'alice')
      expect((await hidden.as('erin').post('/members', { userId: 'me' })).status).toBe(404)
      expect(asked).toHaveLength(2)
    })
  })

  describe('can', () => {
    it('has the last word on a permission that a member holds, and gives none that it does not', async () => {
      const room = await givenGroup(host, 'alice', 'bob')
      const { id } = await room.say('bob', 'Mine')
      const asked: PermissionCheck[] = []
      can = (question) => {
        asked.push(question)
        return question.permission === 'canDeleteRoom' || question.permission === 'canEditRoom'
      }
      const refusal = (name: string) => ({
        status: 403,
        body: { code: 'forbidden', detail: expect.stringContaining(name) },
      })
      expect(await room.as('bob').post('/messages', { text: 'Hi' })).toMatchObject(refusal('canCreateMessages'))
      expect(await room.as('bob').patch(`/messages/${id}`, { text: 'Hi' })).toMatchObject(refusal('canEditOwnMessages'))
      expect(await room.as('bob').post('/members', { userId: 'carol' })).toMatchObject(refusal('canAddUsers'))
      expect(await room.as('bob').patch('', { name: 'Ours' })).toMatchObject(refusal('canEditRoom'))
      expect(asked[0]).toEqual({
        permission: 'canCreateMessages',
        userId: 'bob',
        role: 'member',
        room: { id: room.id, type: 'group' },
      })
      // Bob holds no canEditRoom: the host was not asked.
      expect(asked.map((question) => question.permission)).toEqual([
        'canCreateMessages',
        'canEditOwnMessages',
        'canAddUsers',
      ])
      expect((await room.as('alice').patch('', { name: 'Ours' })).status).toBe(200)
      can = () => undefined
      expect((await room.as('bob').post('/messages', { text: 'Hi' })).status).toBe(201)
    })

    it('is an error of the host’s where it gives a promise, which never counts as a yes', async () => {
      const room = await givenGroup(host, 'alice', 'bob')
      const { id } = await room.say('bob', 'Mine')
      const promised: (() => Promise<boolean>)[] = [async () => true, async () => Promise.reject(new Error('away'))]
      for (const answer of promised) {
        can = answer as never
        const others = Array.from({ length: 5 }, () => room.as('alice').post('/messages', { text: 'Hi' }))
        const answers = await Promise.all([
          ...others,
          room.as('bob').patch(`/messages/${id}`, { text: 'Hi' }),
          room.as('bob').post('/members', { userId: 'carol' }),
        ])
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 500))
        expect(String(logged.at(-1))).toContain('can gave a promise, which nobody waits for')
      }
      can = undefined
      expect((await room.as('bob').get('')).body).toMatchObject({ lastMessageSeq: 2, memberCount: 2 })
    })
  })
})
