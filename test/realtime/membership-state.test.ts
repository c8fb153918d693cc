import { describe, expect, it, vi } from 'vitest'
import { MembershipState } from '../../src/realtime/membership-state.js'
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
  const membershipState = new MembershipState(() => now)
  membershipState.welcomed('bob', rows)
  return membershipState
}

describe('what users know of their own side of rooms', () => {
  it('is what they were welcomed with, as far as the poll finds it: of the last five minutes', () => {
    const rows = [
      rowOf({ roomId: 'now' }),
      rowOf({ roomId: 'lately', meChangedAt: justAfter }),
      rowOf({ roomId: 'long ago', meChangedAt: since }),
      rowOf({ roomId: 'never', meChangedAt: null }),
    ]
    const membershipState = welcomed(...rows)
    expect(membershipState.since).toEqual(since)
    const known = rows.filter((row) => membershipState.knows('bob', row.roomId, row)).map(({ roomId }) => roomId)
    expect(known).toEqual(['now', 'lately'])
  })

  it('is known up to what they were told, in that room, and of them', () => {
    const membershipState = welcomed(rowOf())
    const knows = (userId: string, roomId: string, meRevision: number) =>
      membershipState.knows(userId, roomId, rowOf({ meRevision }))
    expect([4, 5, 6].map((meRevision) => knows('bob', 'r1', meRevision))).toEqual([true, true, false])
    expect([knows('bob', 'r2', 5), knows('ann', 'r1', 5)]).toEqual([false, false])
    membershipState.delivered('bob', 'r1', rowOf({ meRevision: 6 }))
    expect([6, 7].map((meRevision) => knows('bob', 'r1', meRevision))).toEqual([true, false])
  })

  it('stays as it was where another device is welcomed with more: those that came before may not know yet', () => {
    const membershipState = welcomed(rowOf())
    const more = [rowOf({ meRevision: 6 }), rowOf({ roomId: 'r2' })]
    membershipState.welcomed('bob', more)
    expect([rowOf(), ...more].map((row) => membershipState.isNews(row))).toEqual([false, true, true])
  })

  it('is told again where another device is welcomed with less, for it was read before', () => {
    const membershipState = welcomed(rowOf(), rowOf({ roomId: 'r2' }))
    membershipState.welcomed('bob', [rowOf({ meRevision: 4, meChangedAt: null }), rowOf({ roomId: 'r2' })])
    expect([rowOf(), rowOf({ roomId: 'r2' })].map((row) => membershipState.isNews(row))).toEqual([true, false])
  })

  it('begins anew with who comes back, and nothing is known of those who are not here', () => {
    const membershipState = welcomed(rowOf())
    membershipState.forget('bob')
    membershipState.delivered('bob', 'r1', rowOf())
    expect(membershipState.knows('bob', 'r1', rowOf())).toBe(false)
    membershipState.welcomed('bob', [rowOf({ meRevision: 9 })])
    expect(membershipState.knows('bob', 'r1', rowOf({ meRevision: 9 }))).toBe(true)
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
    const membershipState = welcomed(rowOf())
    expect(membershipState.isNews(rowOf())).toBe(false)
    expect(membershipState.isNews(rowOf({ userId: 'ann' }))).toBe(false)
  })

  it('is news where they changed it since, whatever clock says when, until it was told', () => {
    const membershipState = welcomed(rowOf())
    const changed = [rowOf({ meRevision: 6, meChangedAt: justAfter }), rowOf({ roomId: 'r2', meRevision: 1 })]
    for (const row of changed) {
      expect([membershipState.isNews(row), membershipState.isNews(row)]).toEqual([true, true])
      membershipState.delivered('bob', row.roomId, row)
      expect(membershipState.isNews(row)).toBe(false)
    }
  })

  it('is no news of a room in which they have done nothing but join: they are told by itself that it is theirs', () => {
    const membershipState = welcomed()
    expect(membershipState.isNews(rowOf({ joinedAt: new Date(now) }))).toBe(false)
    expect(membershipState.isNews(rowOf({ joinedAt: new Date(now.getTime() - 1) }))).toBe(true)
  })

  it('is forgotten once the poll no longer looks for it, and not before', () => {
    const membershipState = welcomed(rowOf({ meChangedAt: justAfter }))
    membershipState.forgetUntil('ann', justAfter)
    membershipState.forgetUntil('bob', since)
    expect(membershipState.knows('bob', 'r1', rowOf())).toBe(true)
    membershipState.forgetUntil('bob', justAfter)
    expect(membershipState.knows('bob', 'r1', rowOf())).toBe(false)
  })
})
