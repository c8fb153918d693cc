import { describe, expect, it } from 'vitest'
import { givenGroup, sharedHost } from '../realtime/given.js'
import { failure } from './answering.js'
import { liveClient, until } from './given.js'

describe('a moderator’s client', () => {
  const host = sharedHost({ isModerator: ({ id }) => id === 'dave' })
  const later = new Date(Date.now() + 3_600_000).toISOString()

  /** A group of Alice's with Bob in it, who said something that Alice reported. */
  async function givenReport() {
    const roomId = await givenGroup(host, 'alice', 'bob', 'carol')
    const { id: messageId } = await host.chat.messages.send('bob', roomId, { text: 'Buy now' })
    const alice = await liveClient(host, 'alice')
    const report = await alice.room(roomId).messages.report(messageId, { reason: 'spam', text: 'Again' })
    const dave = await liveClient(host, 'dave')
    return { roomId, messageId, report, alice, dave, moderated: dave.moderation.room(roomId) }
  }

  it('reads what was reported, page by page and as it is asked for, and handles it', async () => {
    const { roomId, messageId, report, alice, dave } = await givenReport()
    expect(report).toMatchObject({ roomId, messageId, reason: 'spam', text: 'Again' })
    expect(await alice.room(roomId).messages.report(messageId, { reason: 'spam' })).toEqual(report)
    const other = await host.chat.messages.send('bob', roomId, { text: 'Buy more' })
    const second = await alice.room(roomId).messages.report(other.id, { reason: 'spam' })
    const first = await dave.moderation.reports({ roomId, limit: 1 })
    expect(first.items).toMatchObject([{ id: second.id, copy: { text: 'Buy more', userName: 'Bob' } }])
    const cursor = first.nextCursor as string
    expect(await dave.moderation.reports({ roomId, limit: 1, cursor })).toMatchObject({
      items: [{ id: report.id, reporterId: 'alice', authorId: 'bob', status: 'open' }],
      nextCursor: null,
    })
    expect(await dave.moderation.updateReport(report.id, { status: 'resolved', note: 'Warned' })).toMatchObject({
      ...{ id: report.id, status: 'resolved', note: 'Warned', handledById: 'dave' },
    })
    const idsOf = async (status: 'open' | 'resolved') =>
      (await dave.moderation.reports({ roomId, status })).items.map(({ id }) => id)
    expect([await idsOf('open'), await idsOf('resolved')]).toEqual([[second.id], [report.id]])
  })

  it('reads a room that is not its own, which does not become its own', async () => {
    const { roomId, dave, moderated } = await givenReport()
    expect(await moderated.get()).toMatchObject({ id: roomId, memberCount: 3 })
    expect((await moderated.members()).items.map(({ user }) => user.id).sort()).toEqual(['alice', 'bob', 'carol'])
    expect((await moderated.messages({ limit: 1 })).items).toMatchObject([{ text: 'Buy now' }])
    const { lastMessageSeq } = await moderated.get()
    expect(await moderated.messages({ before: lastMessageSeq, limit: 1 })).toMatchObject({ hasAfter: true })
    expect((await moderated.search('buy')).items).toMatchObject([{ text: 'Buy now' }])
    expect((await moderated.search('sell')).items).toEqual([])
    expect(dave.rooms.getSnapshot().items.map(({ id }) => id)).not.toContain(roomId)
    const { items } = await dave.moderation.audit({ roomId })
    expect(items).toMatchObject([{ action: 'moderator.read', actorId: 'dave' }])
  })

  it('deletes, silences, bans and removes, which those in the room see at once', async () => {
    const { roomId, messageId, alice, dave, moderated } = await givenReport()
    const bob = await liveClient(host, 'bob')
    await alice.room(roomId).messages.load()
    await moderated.deleteMessage(messageId)
    await until(alice.room(roomId).messages, ({ items }) =>
      items.some(({ id, deletedAt }) => id === messageId && deletedAt),
    )
    expect(await moderated.silence('bob', later)).toMatchObject({ silencedUntil: later })
    await until(bob.room(roomId), ({ room }) => room?.me?.silencedUntil === later)
    await moderated.silence('bob', null)
    await until(bob.room(roomId), ({ room }) => room?.me?.silencedUntil === null)
    expect(await moderated.ban('bob', { until: later, reason: 'spam' })).toMatchObject({
      ...{ user: { id: 'bob' }, until: later, reason: 'spam', bannedById: 'dave' },
    })
    await until(bob.room(roomId), ({ status, reason }) => status === 'left' && reason === 'removed')
    expect((await moderated.bans()).items.map(({ user }) => user.id)).toEqual(['bob'])
    await moderated.unban('bob')
    expect((await moderated.bans()).items).toEqual([])
    await moderated.removeMember('alice')
    await until(alice.room(roomId), ({ status }) => status === 'left')
    const { items } = await dave.moderation.audit({ roomId, actorId: 'dave' })
    const written = items.map(({ action }) => action).filter((action) => action !== 'moderator.read')
    expect(written.sort()).toEqual([
      ...['member.banned', 'member.removed', 'member.removed', 'member.silenced', 'member.unbanned'],
      ...['member.unsilenced', 'message.deleted'],
    ])
    expect((await dave.moderation.audit({ roomId, action: 'member.banned' })).items).toMatchObject([
      { userId: 'bob', reason: 'spam' },
    ])
  })

  it('bans no owner, and says so', async () => {
    const { moderated } = await givenReport()
    expect(await failure(moderated.ban('alice'))).toMatchObject({ code: 'conflict' })
  })

  it('may cancel what it asks for', async () => {
    const { dave, moderated } = await givenReport()
    const cancelled = { signal: AbortSignal.abort() }
    for (const asked of [
      dave.moderation.reports(cancelled),
      dave.moderation.audit(cancelled),
      moderated.members(cancelled),
      moderated.search('buy', cancelled),
      moderated.bans(cancelled),
    ]) {
      expect(await failure(asked)).toMatchObject({ code: 'aborted' })
    }
  })

  it('of everybody else finds nothing of it', async () => {
    const { roomId, messageId, report, alice } = await givenReport()
    const moderated = alice.moderation.room(roomId)
    for (const asked of [
      alice.moderation.reports(),
      alice.moderation.audit(),
      alice.moderation.updateReport(report.id, { status: 'dismissed' }),
      ...[moderated.get(), moderated.messages(), moderated.members(), moderated.search('buy'), moderated.bans()],
      ...[moderated.deleteMessage(messageId), moderated.removeMember('bob'), moderated.silence('bob', null)],
      ...[moderated.ban('bob'), moderated.unban('bob')],
    ]) {
      expect(await failure(asked)).toMatchObject({ code: 'not_found' })
    }
  })
})
