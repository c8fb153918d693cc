import { describe, expect, it } from 'vitest'
import { sharedHost } from '../realtime/given.js'
import { failure } from './answering.js'
import { liveClient, until } from './given.js'

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

describe('what I send later', () => {
  const host = sharedHost()

  async function given() {
    const { id } = await host.chat.rooms.create('alice', { type: 'group', name: 'Later', userIds: ['bob'] })
    const client = await liveClient(host, 'alice')
    const room = client.room(id)
    await room.load()
    return { id, client, scheduled: room.scheduled }
  }

  it('is written, listed, changed and cancelled, and each time there is something to read again', async () => {
    const { id, client, scheduled } = await given()
    expect(scheduled.getSnapshot()).toBe(0)
    const before = client.scheduled.getSnapshot()
    const kept = await scheduled.create({ text: 'Good morning', sendAt: inAnHour() })
    await until(scheduled, (revision) => revision === 1)
    expect(client.scheduled.getSnapshot()).toBe(before + 1)
    expect((await scheduled.list()).items).toEqual([kept])
    expect((await client.scheduled.list({ limit: 100 })).items).toContainEqual(kept)
    const changed = await scheduled.update(kept.id, { text: 'Good evening' })
    await until(scheduled, (revision) => revision === 2)
    expect((await scheduled.list({ limit: 1 })).items).toEqual([changed])
    await scheduled.cancel(kept.id)
    await until(scheduled, (revision) => revision === 3)
    expect((await scheduled.list()).items).toEqual([])
    expect(await failure(scheduled.cancel(kept.id))).toMatchObject({ code: 'not_found' })
    expect(await failure(client.room(id).scheduled.update(kept.id, { text: 'Late' }))).toMatchObject({
      code: 'not_found',
    })
  })

  it('is to be read again on my other devices, and after I was away', async () => {
    const { id, client, scheduled } = await given()
    const other = await liveClient(host, 'alice')
    await other.room(id).load()
    const { id: first } = await scheduled.create({ text: 'One', sendAt: inAnHour() })
    await until(other.room(id).scheduled, (revision) => revision === 1)
    client.close()
    expect(scheduled.getSnapshot()).toBeNull()
    await host.chat.scheduled.cancel('alice', id, first)
    client.connect()
    await until(scheduled, (revision) => revision === 2)
  })

  it('is to be read again in all rooms once one of them is mine no more', async () => {
    const { id, client, scheduled } = await given()
    const { id: kept } = await scheduled.create({ text: 'One', sendAt: inAnHour() })
    await until(scheduled, (revision) => revision === 1)
    const before = client.scheduled.getSnapshot()
    await host.chat.system.members.remove(id, 'alice')
    await until(scheduled, (revision) => revision === null)
    expect(client.scheduled.getSnapshot()).not.toBe(before)
    expect((await client.scheduled.list({ limit: 100 })).items.map((item) => item.id)).toContain(kept)
    expect((await scheduled.list()).items.map((item) => item.id)).toEqual([kept])
  })
})
