import { describe, expect, it, vi } from 'vitest'
import { OwnSides } from '../../src/realtime/own-sides.js'
import type { OwnChangeRow } from '../../src/store/members.js'
import { givenDatabase, givenGroup, givenHost, ready } from './given.js'
import { holding, seesRoom } from './holding.js'

const lately = 5 * 60_000
const since = new Date(Date.UTC(2026, 10, 26, 13))
const now = new Date(since.getTime() + lately)
const justAfter = new Date(since.getTime() + 1)

/** Of a room that Bob joined long ago, and has read just now. */
const rowOf = (more: Partial<OwnChangeRow> = {}): OwnChangeRow => ({
  ...{ userId: 'bob', roomId: 'r1', joinedAt: new Date(0), meRevision: 5, meChangedAt: now },
  ...more,
})

/** What Bob was welcomed with. */
function welcomed(...rows: OwnChangeRow[]) {
  const ownSides = new OwnSides(() => now)
  ownSides.welcomed('bob', rows)
  return ownSides
}

describe('what users know of their own side of rooms', () => {
  it('is what they were welcomed with, as far as the poll finds it: of the last five minutes', () => {
    const rows = [
      rowOf({ roomId: 'now' }),
      rowOf({ roomId: 'lately', meChangedAt: justAfter }),
      rowOf({ roomId: 'long ago', meChangedAt: since }),
      rowOf({ roomId: 'never', meChangedAt: null }),
    ]
    const ownSides = welcomed(...rows)
    expect(ownSides.since).toEqual(since)
    const known = rows.filter((row) => ownSides.knows('bob', row.roomId, row)).map(({ roomId }) => roomId)
    expect(known).toEqual(['now', 'lately'])
  })

  it('is known up to what they were told, in that room, and of them', () => {
    const ownSides = welcomed(rowOf())
    const knows = (userId: string, roomId: string, meRevision: number) =>
      ownSides.knows(userId, roomId, rowOf({ meRevision }))
    expect([4, 5, 6].map((meRevision) => knows('bob', 'r1', meRevision))).toEqual([true, true, false])
    expect([knows('bob', 'r2', 5), knows('ann', 'r1', 5)]).toEqual([false, false])
    ownSides.told('bob', 'r1', rowOf({ meRevision: 6 }))
    expect([6, 7].map((meRevision) => knows('bob', 'r1', meRevision))).toEqual([true, false])
  })

  it('stays as it was where another device is welcomed with more: those that came before may not know yet', () => {
    const ownSides = welcomed(rowOf())
    const more = [rowOf({ meRevision: 6 }), rowOf({ roomId: 'r2' })]
    ownSides.welcomed('bob', more)
    expect([rowOf(), ...more].map((row) => ownSides.isNews(row))).toEqual([false, true, true])
  })

  it('is told again where another device is welcomed with less, for it was read before', () => {
    const ownSides = welcomed(rowOf(), rowOf({ roomId: 'r2' }))
    ownSides.welcomed('bob', [rowOf({ meRevision: 4, meChangedAt: null }), rowOf({ roomId: 'r2' })])
    expect([rowOf(), rowOf({ roomId: 'r2' })].map((row) => ownSides.isNews(row))).toEqual([true, false])
  })

  it('begins anew with who comes back, and nothing is known of those who are not here', () => {
    const ownSides = welcomed(rowOf())
    ownSides.forget('bob')
    ownSides.told('bob', 'r1', rowOf())
    expect(ownSides.knows('bob', 'r1', rowOf())).toBe(false)
    ownSides.welcomed('bob', [rowOf({ meRevision: 9 })])
    expect(ownSides.knows('bob', 'r1', rowOf({ meRevision: 9 }))).toBe(true)
  })

  it('is told once where the poll finds it before whoever changed it has said so', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const client = holding((await givenDatabase()).prisma)
    const host = await givenHost({}, client)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const bob = await ready(host, 'bob')
    const told = () => bob.frames.filter(({ type }) => type === 'me.updated').map(({ me }) => me.muted)
    for (const muted of [true, false]) {
      // What is written is read once more before it is told.
      const said = client.hold(seesRoom, { before: true })
      const answer = host
        .as('bob')
        .patch(`/rooms/${roomId}/members/me`, { muted })
        .then(({ status }) => status)
      await said.reached
      vi.advanceTimersByTime(1_000)
      expect((await bob.next('me.updated')).me.muted).toBe(muted)
      said.release()
      expect(await answer).toBe(200)
    }
    await host.as('bob').patch(`/rooms/${roomId}/members/me`, { muted: true })
    await bob.settled()
    expect(told()).toEqual([true, false, true])
  })
})

describe('what the poll finds of a user’s own sides', () => {
  it('is no news where they know it, and none of who was not welcomed yet', () => {
    const ownSides = welcomed(rowOf())
    expect(ownSides.isNews(rowOf())).toBe(false)
    expect(ownSides.isNews(rowOf({ userId: 'ann' }))).toBe(false)
  })

  it('is news where they changed it since, whatever clock says when, until it was told', () => {
    const ownSides = welcomed(rowOf())
    const changed = [rowOf({ meRevision: 6, meChangedAt: justAfter }), rowOf({ roomId: 'r2', meRevision: 1 })]
    for (const row of changed) {
      expect([ownSides.isNews(row), ownSides.isNews(row)]).toEqual([true, true])
      ownSides.told('bob', row.roomId, row)
      expect(ownSides.isNews(row)).toBe(false)
    }
  })

  it('is no news of a room in which they have done nothing but join: they are told by itself that it is theirs', () => {
    const ownSides = welcomed()
    expect(ownSides.isNews(rowOf({ joinedAt: new Date(now) }))).toBe(false)
    expect(ownSides.isNews(rowOf({ joinedAt: new Date(now.getTime() - 1) }))).toBe(true)
  })

  it('is forgotten once the poll no longer looks for it, and not before', () => {
    const ownSides = welcomed(rowOf({ meChangedAt: justAfter }))
    ownSides.forgetUntil('ann', justAfter)
    ownSides.forgetUntil('bob', since)
    expect(ownSides.knows('bob', 'r1', rowOf())).toBe(true)
    ownSides.forgetUntil('bob', justAfter)
    expect(ownSides.knows('bob', 'r1', rowOf())).toBe(false)
  })
})
