import { anyText, type ChatOptions, likeDislike, type ReactionContext } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { databases, type TestDatabase } from '../databases.js'
import { givenGroup } from './given-room.js'
import { shareHost } from './shared-host.js'

const notAllowed = { status: 422, body: { code: 'reaction_not_allowed' } }

/** A host with this policy, and a message by Alice to which Bob and she react. */
function reactingWith(database: TestDatabase, reactions?: ChatOptions['reactions']) {
  // How many of one person a message may have is another matter.
  const limits = { reactionsPerUserAndMessage: 20 }
  const host = shareHost(database, { limits, ...(reactions === undefined ? {} : { reactions }) })
  const givenMessage = async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const { id } = await room.say('alice', 'What do you think?')
    const react = (userId: string, reaction: string) => room.as(userId).post(`/messages/${id}/reactions`, { reaction })
    const seen = async () => (await room.as('bob').get(`/messages/${id}`)).body
    return { room, id, react, seen }
  }
  return { host, givenMessage }
}

describe.each(databases)('emoji(), the policy unless another is given, on $name', (database) => {
  const { givenMessage } = reactingWith(database)

  it('takes any one emoji, and a symbol that has an emoji form as that', async () => {
    const { react, seen } = await givenMessage()
    for (const reaction of ['👍', '👍🏽', '👩‍👩‍👧‍👦', '🇫🇷', '1️⃣', '❤️']) {
      expect(await react('bob', reaction)).toMatchObject({ status: 201, body: { reaction } })
    }
    expect(await react('bob', '❤')).toMatchObject({ status: 200, body: { reaction: '❤️' } })
    expect((await seen()).myReactions).toHaveLength(6)
  })

  it('takes the forms that keyboards give one emoji in as the same one', async () => {
    const { react, seen } = await givenMessage()
    const forms: [recommended: string, ...others: string[]][] = [
      ['\u{263A}\u{FE0F}', '\u{263A}', '\u{263A}\u{FE0E}'],
      ['\u{1F44D}', '\u{1F44D}\u{FE0F}'],
      ['\u{2764}\u{FE0F}\u{200D}\u{1F525}', '\u{2764}\u{200D}\u{1F525}'],
      ['\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}', '\u{1F3F3}\u{200D}\u{1F308}'],
      ['\u{1F575}\u{1F3FB}\u{200D}\u{2642}\u{FE0F}', '\u{1F575}\u{1F3FB}\u{200D}\u{2642}'],
      ['\u{261D}\u{1F3FD}', '\u{261D}\u{FE0F}\u{1F3FD}'],
      ['3\u{FE0F}\u{20E3}', '3\u{20E3}'],
    ]
    for (const [recommended, ...others] of forms) {
      expect(await react('bob', recommended)).toMatchObject({ status: 201, body: { reaction: recommended } })
      for (const other of others)
        expect(await react('bob', other)).toMatchObject({ status: 200, body: { reaction: recommended } })
    }
    expect((await seen()).myReactions).toEqual(forms.map(([recommended]) => recommended))
  })

  it('takes nothing else', async () => {
    const { react, seen } = await givenMessage()
    for (const reaction of ['like', '1', '1\uFE0F', '\uFE0F', '\u200D', ' 👍', '👍👍', '👍 ', '<b>', '🇫', '🇽🇽'])
      expect(await react('bob', reaction)).toMatchObject(notAllowed)
    expect((await seen()).reactions).toEqual([])
  })
})

describe.each(databases)('likeDislike() on $name', (database) => {
  const { givenMessage } = reactingWith(database, likeDislike())

  it('takes one of the two, and the second one in place of the first', async () => {
    const { room, id, react, seen } = await givenMessage()
    await react('alice', 'like')
    const first = await react('bob', 'like')
    const before = (await seen()).revision
    expect(await react('bob', 'dislike')).toMatchObject({ status: 201 })
    expect(await seen()).toMatchObject({
      revision: before + 1,
      reactions: [
        { reaction: 'like', count: 1, userIds: ['alice'] },
        { reaction: 'dislike', count: 1, userIds: ['bob'] },
      ],
      myReactions: ['dislike'],
    })
    expect((await room.as('bob').get(`/messages/${id}/reactions/${first.body.id}`)).status).toBe(404)
    expect(await react('bob', 'dislike')).toMatchObject({ status: 200 })
    await react('alice', 'dislike')
    expect((await seen()).reactions).toEqual([{ reaction: 'dislike', count: 2, userIds: ['bob', 'alice'] }])
  })

  it('leaves each one reaction, however fast they change their mind', async () => {
    const { react, seen } = await givenMessage()
    await Promise.all(
      Array.from({ length: 12 }, (_, n) => react(n % 2 ? 'alice' : 'bob', n % 3 === 0 ? 'like' : 'dislike')),
    )
    const { reactions } = await seen()
    const userIds = reactions.flatMap((one: { userIds: string[] }) => one.userIds)
    expect(userIds.sort()).toEqual(['alice', 'bob'])
    for (const { count, userIds: named } of reactions) expect(count).toBe(named.length)
  })

  it('takes nothing else', async () => {
    const { react } = await givenMessage()
    for (const reaction of ['👍', 'Like', 'like ', 'love'])
      expect(await react('bob', reaction)).toMatchObject(notAllowed)
  })
})

describe.each(databases)('anyText() on $name', (database) => {
  const { givenMessage } = reactingWith(database, anyText({ maxLength: 5 }))

  it('takes any short text, without the spaces around it', async () => {
    const { react, seen } = await givenMessage()
    for (const reaction of ['+1', 'great', '🙂🙂🙂🙂🙂'])
      expect(await react('bob', reaction)).toMatchObject({ status: 201 })
    expect(await react('bob', '  +1 ')).toMatchObject({ status: 200, body: { reaction: '+1' } })
    expect((await seen()).myReactions).toEqual(['+1', 'great', '🙂🙂🙂🙂🙂'])
  })

  it('tells upper from lower case', async () => {
    const { react, seen } = await givenMessage()
    for (const reaction of ['ok', 'OK', 'é', 'e']) expect(await react('bob', reaction)).toMatchObject({ status: 201 })
    expect((await seen()).myReactions).toEqual(['ok', 'OK', 'é', 'e'])
  })

  it('takes nothing long or blank', async () => {
    const { react } = await givenMessage()
    for (const reaction of ['longer', '   ', '🙂'.repeat(6)])
      expect(await react('bob', reaction)).toMatchObject(notAllowed)
  })
})

describe.each(databases)('a policy of the host on $name', (database) => {
  const asked: (ReactionContext & { reaction: string })[] = []
  const { host, givenMessage } = reactingWith(database, async (reaction, context) => {
    asked.push({ reaction, ...context })
    if (reaction === 'crash') throw new Error('of the host')
    if (reaction === 'star') return '★'
    if (reaction === 'blank') return ' '
    return context.message.userId !== context.actor
  })

  it('is told who reacts to what, and may refuse or put the reaction in another form', async () => {
    const { room, id, react, seen } = await givenMessage()
    expect(await react('bob', 'anything')).toMatchObject({ status: 201, body: { reaction: 'anything' } })
    expect(asked.at(-1)).toEqual({
      reaction: 'anything',
      message: { id, userId: 'alice', text: 'What do you think?' },
      room: { id: room.id, type: 'group' },
      actor: 'bob',
    })
    expect(await react('alice', 'self-praise')).toMatchObject(notAllowed)
    expect(await react('bob', 'star')).toMatchObject({ status: 201, body: { reaction: '★' } })
    expect(await react('bob', 'blank')).toMatchObject(notAllowed)
    expect((await seen()).myReactions).toEqual(['anything', '★'])
  })

  it('says as well what is taken back by a text', async () => {
    const { room, id, react, seen } = await givenMessage()
    for (const reaction of ['star', 'anything']) await react('bob', reaction)
    const socket = await host.socket('bob')
    await socket.ready()
    const remove = (reaction: string) => socket.command('reaction.remove', { roomId: room.id, messageId: id, reaction })
    expect(await remove('star')).toMatchObject({ type: 'ok' })
    expect((await seen()).myReactions).toEqual(['anything'])
    expect(await remove('star')).toMatchObject({ type: 'error', problem: { code: 'not_found' } })
    expect(await remove('blank')).toMatchObject({ type: 'error', problem: { code: 'not_found' } })
    const before = asked.length
    expect(await remove('anything')).toMatchObject({ type: 'ok' })
    // What stands can be taken back whatever the policy says by now.
    expect(asked).toHaveLength(before)
  })

  it('is not asked by those who may not react anyway', async () => {
    const { room, id } = await givenMessage()
    const before = asked.length
    expect((await room.as('erin').post(`/messages/${id}/reactions`, { reaction: 'x' })).status).toBe(404)
    await room.as('alice').delete(`/messages/${id}`)
    expect((await room.as('bob').post(`/messages/${id}/reactions`, { reaction: 'x' })).status).toBe(409)
    expect(asked).toHaveLength(before)
  })

  it('that throws is a mistake of the host’s, and tells the client nothing', async () => {
    const { react, seen } = await givenMessage()
    const answer = await react('bob', 'crash')
    expect(answer).toMatchObject({ status: 500, body: { code: 'internal' } })
    expect(JSON.stringify(answer.body)).not.toContain('of the host')
    expect((await seen()).reactions).toEqual([])
  })
})
