import { describe, expect, it, vi } from 'vitest'
import { OwnSides } from '../../src/realtime/own-sides.js'
import type { OwnSideRow } from '../../src/store/members.js'
import { givenDatabase, givenGroup, givenHost, ready } from './given.js'
import { holding, seesRoom } from './holding.js'

const now = Date.UTC(2026, 10, 26, 13)
const lately = 5 * 60_000
const ago = (ms: number) => new Date(now - ms)

/** Of a room that Bob joined long ago, and has read just now. */
const rowOf = (more: Partial<OwnSideRow> = {}): OwnSideRow => ({
  ...{ userId: 'bob', roomId: 'r1', joinedAt: ago(9e9), lastSeenAt: ago(1_000), lastReadSeq: 5, muted: false },
  ...more,
})
const welcomeOf = ({ roomId, joinedAt, lastSeenAt, lastReadSeq, muted }: OwnSideRow) => ({
  ...{ roomId, joinedAt, lastSeenAt, welcome: { lastReadSeq, muted } },
})

/** What Bob was welcomed with. */
function welcomed(...rows: OwnSideRow[]) {
  const ownSides = new OwnSides(() => new Date(now))
  ownSides.welcomed('bob', rows.map(welcomeOf))
  return ownSides
}

describe('what users know of their own side of rooms', () => {
  it('is what they were welcomed with, of rooms that they joined or read in the last five minutes, or muted', () => {
    const rows = [
      rowOf({ roomId: 'read', lastSeenAt: ago(lately - 1) }),
      rowOf({ roomId: 'joined', lastSeenAt: null, joinedAt: ago(lately - 1) }),
      rowOf({ roomId: 'muted', lastSeenAt: null, muted: true }),
      rowOf({ roomId: 'read before', lastSeenAt: ago(lately) }),
      rowOf({ roomId: 'joined before', lastSeenAt: null, joinedAt: ago(lately) }),
    ]
    const ownSides = welcomed(...rows)
    expect(ownSides.since).toEqual(ago(lately))
    const known = rows.filter((row) => ownSides.knows('bob', row.roomId, row)).map(({ roomId }) => roomId)
    expect(known).toEqual(['read', 'joined', 'muted'])
  })

  it('is known as it was said, and not otherwise', () => {
    const ownSides = welcomed(rowOf())
    expect(ownSides.knows('bob', 'r1', { lastReadSeq: 5, muted: false })).toBe(true)
    expect(ownSides.knows('bob', 'r1', { lastReadSeq: 6, muted: false })).toBe(false)
    expect(ownSides.knows('bob', 'r1', { lastReadSeq: 5, muted: true })).toBe(false)
    expect(ownSides.knows('bob', 'r2', { lastReadSeq: 5, muted: false })).toBe(false)
    expect(ownSides.knows('ann', 'r1', { lastReadSeq: 5, muted: false })).toBe(false)
  })

  it('stays as it was where another device is welcomed: those that came before may not know yet', () => {
    const ownSides = welcomed(rowOf())
    ownSides.welcomed('bob', [welcomeOf(rowOf({ lastReadSeq: 9 }))])
    expect(ownSides.knows('bob', 'r1', rowOf())).toBe(true)
    ownSides.forget('bob')
    ownSides.welcomed('bob', [welcomeOf(rowOf({ lastReadSeq: 9 }))])
    expect(ownSides.knows('bob', 'r1', rowOf({ lastReadSeq: 9 }))).toBe(true)
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

  it('is what they were told since, and nothing of those who are not here', () => {
    const ownSides = welcomed(rowOf())
    ownSides.told('bob', 'r1', { lastReadSeq: 8, muted: true })
    expect(ownSides.knows('bob', 'r1', { lastReadSeq: 8, muted: true })).toBe(true)
    ownSides.told('ann', 'r1', { lastReadSeq: 8, muted: true })
    expect(ownSides.knows('ann', 'r1', { lastReadSeq: 8, muted: true })).toBe(false)
  })

  it('is read up to what they write, in a room that is as muted as it was', () => {
    const ownSides = welcomed(rowOf({ muted: true }))
    ownSides.wrote('bob', 'r1', 9)
    ownSides.wrote('bob', 'r2', 3)
    ownSides.wrote('ann', 'r1', 9)
    expect(ownSides.knows('bob', 'r1', { lastReadSeq: 9, muted: true })).toBe(true)
    expect(ownSides.knows('bob', 'r2', { lastReadSeq: 3, muted: false })).toBe(true)
    expect(ownSides.compare('ann', [rowOf({ userId: 'ann' })])).toEqual([])
  })

  it('begins anew in a room that they left', () => {
    const ownSides = welcomed(rowOf())
    ownSides.left('bob', 'r1')
    ownSides.left('ann', 'r1')
    expect(ownSides.knows('bob', 'r1', rowOf())).toBe(false)
  })
})

describe('what is read of a user’s own sides', () => {
  it('is no news where they know it, and none of who was not welcomed yet', () => {
    const ownSides = welcomed(rowOf())
    expect(ownSides.compare('bob', [rowOf()])).toEqual([])
    expect(ownSides.compare('ann', [rowOf({ userId: 'ann', muted: true })])).toEqual([])
  })

  it('is news where they read on, muted, or no longer mute, elsewhere', () => {
    const ownSides = welcomed(
      rowOf(),
      rowOf({ roomId: 'r2' }),
      rowOf({ roomId: 'r3', muted: true }),
      rowOf({ roomId: 'r4' }),
    )
    const rows = [
      rowOf({ lastReadSeq: 6 }),
      rowOf({ roomId: 'r2', muted: true }),
      rowOf({ roomId: 'r3' }),
      rowOf({ roomId: 'r4' }),
      rowOf({ roomId: 'r5', muted: true }),
    ]
    expect(ownSides.compare('bob', rows)).toEqual(['r1', 'r2', 'r3', 'r5'])
  })

  it('stays news until it was told, after which it is known', () => {
    const ownSides = welcomed(rowOf())
    const rows = [rowOf({ lastReadSeq: 6 }), rowOf({ roomId: 'r2', muted: true })]
    expect(ownSides.compare('bob', rows)).toEqual(['r1', 'r2'])
    expect(ownSides.knows('bob', 'r1', { lastReadSeq: 5, muted: false })).toBe(true)
    expect(ownSides.compare('bob', rows)).toEqual(['r1', 'r2'])
    for (const row of rows) ownSides.told('bob', row.roomId, row)
    expect(ownSides.compare('bob', rows)).toEqual([])
  })

  it('is news where a room that was muted is so no longer, and was read long ago', () => {
    const muted = rowOf({ muted: true, lastSeenAt: null })
    const ownSides = welcomed(muted)
    expect(ownSides.compare('bob', [])).toEqual(['r1'])
    expect(ownSides.compare('bob', [rowOf({ lastSeenAt: null })])).toEqual(['r1'])
    ownSides.told('bob', 'r1', { lastReadSeq: 5, muted: false })
    expect(ownSides.compare('bob', [])).toEqual([])
  })

  it('is no news of a room that was joined just now, of which they are told by itself', () => {
    const ownSides = welcomed()
    const joined = rowOf({ joinedAt: ago(lately - 1) })
    expect(ownSides.compare('bob', [joined])).toEqual([])
    // It is known from then on.
    expect(ownSides.compare('bob', [{ ...joined, lastReadSeq: 6 }])).toEqual(['r1'])
    // One that was joined before is, where it was read lately.
    expect(welcomed().compare('bob', [rowOf({ joinedAt: ago(lately) })])).toEqual(['r1'])
    expect(welcomed().compare('bob', [rowOf({ lastSeenAt: ago(lately) })])).toEqual([])
  })

  it('is forgotten of a room that was read, and is muted no longer, long ago', () => {
    const ownSides = welcomed(rowOf())
    expect(ownSides.compare('bob', [])).toEqual([])
    expect(ownSides.knows('bob', 'r1', rowOf())).toBe(false)
  })
})
