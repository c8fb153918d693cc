import { describe, expect, it } from 'vitest'
import { givenGroup, givenRoom } from '../core/given-room.js'
import { shareHost } from '../core/shared-host.js'
import { databases } from '../databases.js'

describe.each(databases)('the audit on $name', (database) => {
  const host = shareHost(database)
  const entries = async (roomId: string) => (await host.chat.system.audit.list({ roomId })).items
  const acts = async (roomId: string) =>
    (await entries(roomId)).map(({ action, actorId, userId }) => `${actorId} ${action} ${userId}`)

  it('names who removed whom, and the application as nobody', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    await room.as('alice').delete('/members/bob')
    await host.chat.system.members.remove(room.id, 'carol')
    expect(await acts(room.id)).toEqual(['null member.removed carol', 'alice member.removed bob'])
  })

  it('has no entry of who leaves by themselves', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('bob').delete('/members/me')
    expect(await acts(room.id)).toEqual([])
  })

  it('says from which role to which, and what was given and taken', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    await room.as('alice').patch('/members/bob', { role: 'admin', permissions: { canDeleteRoom: true } })
    await room.as('alice').patch('/members/bob', { role: 'admin' })
    expect(await entries(room.id)).toMatchObject([
      { action: 'member.permissions', actorId: 'alice', userId: 'bob', details: { canDeleteRoom: true } },
      { action: 'member.role', actorId: 'alice', userId: 'bob', details: { from: 'member', to: 'admin' } },
    ])
  })

  it('names whose message another one deleted, without a word of it, and nobody who deletes their own', async () => {
    const room = await givenGroup(host, 'alice', 'bob')
    const own = await room.say('bob', 'mine to delete')
    const spoken = await room.say('bob', 'an unspeakable word')
    await room.as('bob').delete(`/messages/${own.id}`)
    await room.as('alice').delete(`/messages/${spoken.id}`)
    await room.as('alice').delete(`/messages/${spoken.id}`)
    const all = await entries(room.id)
    expect(all).toMatchObject([
      { action: 'message.deleted', actorId: 'alice', userId: 'bob', messageId: spoken.id, roomId: room.id },
    ])
    expect(JSON.stringify(all)).not.toContain('unspeakable')
  })

  it('tells of a room that is gone, whoever ended it', async () => {
    const [deleted, left] = [await givenGroup(host, 'alice', 'bob'), await givenGroup(host, 'alice')]
    await deleted.as('alice').delete('')
    await left.as('alice').delete('/members/me')
    expect(await acts(deleted.id)).toEqual(['alice room.deleted null'])
    expect(await acts(left.id)).toEqual(['alice room.deleted null'])
  })

  it('has no entry of what was refused, nor of what was rolled back', async () => {
    const room = await givenGroup(host, 'alice', 'bob', 'carol')
    expect((await room.as('bob').delete('/members/carol')).status).toBe(403)
    const undone = host.chat.transaction(async (_tx, chat) => {
      await chat.members.remove('alice', room.id, 'bob')
      throw new Error('never mind')
    })
    await expect(undone).rejects.toThrow('never mind')
    expect(await acts(room.id)).toEqual([])
  })

  it('is read newest first, a page at a time, by whom and about whom', async () => {
    const room = await givenRoom(host, 'alice', { type: 'group', name: 'Many', userIds: ['bob', 'carol', 'dave'] })
    for (const userId of ['bob', 'carol', 'dave']) await room.as('alice').delete(`/members/${userId}`)
    const first = await host.chat.system.audit.list({ roomId: room.id, limit: 2 })
    expect(first.items.map(({ userId }) => userId)).toEqual(['dave', 'carol'])
    const next = await host.chat.system.audit.list({ roomId: room.id, limit: 2, cursor: first.nextCursor as string })
    expect(next).toMatchObject({ items: [{ userId: 'bob' }], nextCursor: null })
    const about = await host.chat.system.audit.list({ roomId: room.id, userId: 'carol' })
    expect(about.items).toMatchObject([{ userId: 'carol', actorId: 'alice' }])
    expect((await host.chat.system.audit.list({ roomId: room.id, actorId: 'bob' })).items).toEqual([])
    expect((await host.chat.system.audit.list({ roomId: room.id, action: 'room.deleted' })).items).toEqual([])
    const other = host.chat.system.audit.list({ userId: 'carol', cursor: first.nextCursor as string })
    await expect(other).rejects.toMatchObject({ code: 'invalid_request' })
  })
})
