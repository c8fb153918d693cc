import { beforeAll, describe, expect, it } from 'vitest'
import { databases } from '../databases.js'
import { people } from '../host.js'
import { type GivenRoom, givenGroup, givenRoom } from './given-room.js'
import { shareHost } from './shared-host.js'

describe.each(databases)('lists, page by page, on $name', (database) => {
  const host = shareHost(database)
  const fans = ['fan1', 'fan2', 'fan3', 'fan4']
  let room: GivenRoom
  let messageId: string

  // Five of everything, as Zita sees it.
  beforeAll(async () => {
    await people(host, 'zita', ...fans)
    for (let n = 0; n < 4; n += 1) await givenRoom(host, 'zita', { type: 'channel', name: `Fit ${n}`, isPublic: true })
    room = await givenRoom(host, 'zita', { type: 'group', name: 'Fit for all', isPublic: true, userIds: fans })
    for (let n = 0; n < 5; n += 1) messageId = (await room.say('zita', `A word ${n}`)).id
    for (const userId of ['zita', ...fans]) await host.chat.reactions.add(userId, room.id, messageId, '👍')
    for (const reaction of ['1️⃣', '2️⃣', '3️⃣', '4️⃣']) await host.chat.reactions.add('zita', room.id, messageId, reaction)
  })

  const lists = () =>
    [
      ['/rooms?', 5],
      ['/rooms?type=channel&', 4],
      ['/rooms/public?', 5],
      ['/rooms/public?q=fit&', 5],
      [`/rooms/${room.id}/members?`, 5],
      [`/rooms/${room.id}/messages?q=word&`, 5],
      [`/rooms/${room.id}/messages/${messageId}/reactions?`, 9],
      ['/reactions?', 5],
      ['/users?q=fan&', 4],
    ] as const

  async function read(path: string, limit: number): Promise<{ keys: string[]; pages: number }> {
    const keys: string[] = []
    let pages = 0
    for (let cursor: string | null = ''; cursor !== null; pages += 1) {
      const { status, body } = await host.as('zita').get(`${path}limit=${limit}${cursor && `&cursor=${cursor}`}`)
      expect(status).toBe(200)
      expect(body.items.length).toBeLessThanOrEqual(limit)
      keys.push(...body.items.map((item: { id?: string; user: { id: string } }) => item.id ?? item.user.id))
      cursor = body.nextCursor
    }
    return { keys, pages }
  }

  it('give everything once, in the order of the whole, and end where there is no more', async () => {
    for (const [path, count] of lists()) {
      const whole = await read(path, 100)
      expect(whole.pages, path).toBe(1)
      expect(whole.keys, path).toHaveLength(count)
      expect(new Set(whole.keys).size, path).toBe(count)
      for (const limit of [1, 2, count]) {
        const { keys, pages } = await read(path, limit)
        expect(keys, path).toEqual(whole.keys)
        expect(pages, `${path} by ${limit}`).toBe(Math.ceil(count / limit))
      }
    }
  })

  it('take no cursor that was tampered with or made up', async () => {
    for (const [path] of lists()) {
      const { body } = await host.as('zita').get(`${path}limit=1`)
      const cursor = body.nextCursor as string
      const bytes = Buffer.from(cursor, 'base64url')
      const other = Buffer.concat([bytes.subarray(0, -1), Buffer.from([(bytes.at(-1) ?? 0) ^ 1])])
      const wrong = ['x', '.', `${cursor}x`, `${cursor}.`, cursor.slice(0, -1), other.toString('base64url')]
      for (const tampered of wrong) {
        const answer = await host.as('zita').get(`${path}limit=1&cursor=${tampered}`)
        expect(answer, `${path} ${tampered}`).toMatchObject({
          status: 400,
          body: { code: 'invalid_request', errors: [{ pointer: 'cursor' }] },
        })
      }
    }
  })

  it('take no cursor of another list, another question or another person', async () => {
    const cursors: string[] = []
    for (const [path] of lists()) cursors.push((await host.as('zita').get(`${path}limit=1`)).body.nextCursor)
    for (const [n, [path]] of lists().entries()) {
      for (const [m, cursor] of cursors.entries()) {
        const { status } = await host.as('zita').get(`${path}cursor=${cursor}`)
        expect(status, `${path} with the cursor of ${lists()[m]?.[0]}`).toBe(n === m ? 200 : 400)
      }
    }
    expect((await host.as('alice').get(`/rooms?cursor=${cursors[0]}`)).status).toBe(400)
    expect((await host.as('zita').get(`/rooms/${room.id}/messages?q=words&cursor=${cursors[5]}`)).status).toBe(400)
  })

  it.each(['0', '101', '-1', '1.5', 'x', ''])('refuse a limit of "%s"', async (limit) => {
    for (const [path] of lists()) {
      const answer = await host.as('zita').get(`${path}limit=${limit}`)
      expect(answer, path).toMatchObject({ status: 400, body: { errors: [{ pointer: 'limit' }] } })
    }
  })

  it('go on where they were, whatever comes and goes meanwhile', async () => {
    const mine = await givenGroup(host, 'alice', 'bob', 'carol', 'dave', 'erin')
    const page = async (cursor = '') => {
      const { body } = await mine.as('alice').get(`/members?limit=2${cursor && `&cursor=${cursor}`}`)
      return { ids: body.items.map((member: { user: { id: string } }) => member.user.id), next: body.nextCursor }
    }
    const first = await page()
    // The one where it stood goes, and one comes.
    await mine.as('alice').delete('/members/bob')
    await mine.as('alice').post('/members', { userId: 'fan1' })
    const second = await page(first.next)
    const third = await page(second.next)
    expect([first.ids, second.ids, third.ids]).toEqual([
      ['alice', 'bob'],
      ['carol', 'dave'],
      ['erin', 'fan1'],
    ])
    expect(third.next).toBeNull()
  })
})
