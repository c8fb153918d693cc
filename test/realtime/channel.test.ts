import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { DurableEvent } from '../../src/contract/events.js'
import { Channel, type ChannelHost } from '../../src/realtime/delivery/channel.js'
import { fencedFrameOf } from '../../src/realtime/delivery/frame.js'
import { readerOf } from './reader.js'

const eventOf = (revision: number, more: object = {}): DurableEvent =>
  ({ type: 'message.created', roomId: 'r1', revision, message: { id: `m${revision}` }, ...more }) as DurableEvent
const eventsOf = (...revisions: number[]) => revisions.map((revision) => eventOf(revision))
const added = (revision: number, id: string) => eventOf(revision, { type: 'member.added', member: { user: { id } } })
const removed = (revision: number, id: string, removedById: string) =>
  eventOf(revision, { type: 'member.removed', member: { user: { id } }, removedById })

type Gap = Awaited<ReturnType<ChannelHost['readGap']>>
const gapOf = (events: DurableEvent[], revision = events.at(-1)?.revision ?? 0, hasMore = false): Gap => ({
  ...{ events, revision, hasMore },
})

/** A channel, all that it asked and said, and the answers to what it reads. */
function givenChannel(at = 0) {
  const [joined, happened, behind, failed]: [string[], number[], unknown[], unknown[]] = [[], [], [], []]
  const left: string[] = []
  const happens: ((revision: number) => void)[] = []
  const reads: number[] = []
  const answers: ((gap: Gap | Error) => void)[] = []
  let readings = 0
  const host: ChannelHost = {
    readGap(roomId, since) {
      expect(roomId).toBe('r1')
      reads.push(since)
      return new Promise((resolve, reject) => {
        answers.push((gap) => (gap instanceof Error ? reject(gap) : resolve(gap)))
      })
    },
    left: ({ userId }, roomId) => left.push(`${userId} ${roomId}`),
    joined: (userId, roomId) => joined.push(`${userId} ${roomId}`),
    happened({ revision }) {
      happened.push(revision)
      for (const happen of happens) happen(revision)
    },
    behind: ({ userId }, ...more) => behind.push([userId, ...more]),
    delivered(of) {
      expect(of).toBe(channel)
      readings += 1
    },
    failed: (error) => failed.push(error),
  }
  const channel = new Channel('r1', at, host)
  const answer = async (gap: Gap | Error) => {
    answers.shift()?.(gap)
    await vi.advanceTimersByTimeAsync(0)
  }
  const given = (userId: string, known = 0, id = userId) => {
    const reader = readerOf(userId, id)
    channel.add(reader.connection, known)
    return reader
  }
  const readingsDone = () => readings
  return { channel, given, answer, reads, joined, happened, happens, behind, failed, readingsDone }
}

const later = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('the channel of a room', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('knows who listens to it, and who does no longer', () => {
    const { channel, given } = givenChannel(5)
    expect(channel.isEmpty).toBe(true)
    const [alice, bob] = [given('alice', 5), given('bob', 9)]
    const stranger = readerOf('eve')
    expect(channel.isEmpty).toBe(false)
    expect([alice, bob, stranger].map(({ connection }) => channel.has(connection))).toEqual([true, true, false])
    expect([...channel.connections()]).toEqual([alice.connection, bob.connection])
    expect(alice.connection.roomIds).toEqual([channel.roomId])
    channel.remove(alice.connection)
    expect([channel.isEmpty, channel.has(alice.connection), alice.connection.roomIds.length]).toEqual([false, false, 0])
    channel.remove(bob.connection)
    expect(channel.isEmpty).toBe(true)
    given('carol', 5)
    expect(channel.isEmpty).toBe(false)
  })

  it('tells everyone each event once, in order, what comes at once in one write that is the same for all', () => {
    const { channel, given, happened } = givenChannel()
    const [alice, bob] = [given('alice'), given('bob')]
    channel.accept(eventsOf(1))
    channel.accept(eventsOf(1, 2, 3))
    channel.accept(eventsOf(2))
    expect(alice.revisions()).toEqual([1, 2, 3])
    expect(alice.heard()[0]).toEqual({ type: 'message.created', roomId: 'r1', revision: 1, message: { id: 'm1' } })
    expect(alice.writes).toHaveLength(2)
    expect(alice.writes.map((bytes, n) => bytes === bob.writes[n])).toEqual([true, true])
    expect(happened).toEqual([1, 2, 3])
    expect(channel.delivered).toBe(3)
  })

  it('keeps what comes too early until what is before it has come', async () => {
    const { channel, given, reads } = givenChannel()
    const alice = given('alice')
    channel.accept(eventsOf(3))
    channel.accept(eventsOf(2))
    expect(alice.revisions()).toEqual([])
    channel.accept(eventsOf(1))
    expect(alice.revisions()).toEqual([1, 2, 3])
    expect(alice.writes).toHaveLength(1)
    await later(1_000)
    expect(reads).toEqual([])
  })

  it('reads what is missing once it has not come for 20 ms', async () => {
    const { channel, given, reads, answer, readingsDone } = givenChannel(1)
    const alice = given('alice')
    channel.accept(eventsOf(4))
    await later(19)
    expect(reads).toEqual([])
    await later(1)
    expect(reads).toEqual([1])
    expect(readingsDone()).toBe(0)
    await answer(gapOf(eventsOf(2, 3)))
    expect(alice.revisions()).toEqual([2, 3, 4])
    expect(readingsDone()).toBe(1)
    await later(1_000)
    expect(reads).toEqual([1])
  })

  it('reads on until there is no more', async () => {
    const { channel, given, reads, answer } = givenChannel()
    const alice = given('alice')
    channel.hint(4)
    await later(20)
    await answer(gapOf(eventsOf(1, 2), 2, true))
    await answer(gapOf(eventsOf(4)))
    expect(reads).toEqual([0, 2])
    expect(alice.revisions()).toEqual([1, 2, 4])
    expect(channel.delivered).toBe(4)
  })

  it('stands where it was read to stand, be it that the last changes are none to be told', async () => {
    const { channel, given, answer } = givenChannel()
    const [alice, bob] = [given('alice'), given('bob', 9)]
    channel.hint(9)
    await later(20)
    await answer(gapOf(eventsOf(3), 9))
    expect(channel.delivered).toBe(9)
    channel.accept(eventsOf(5, 10))
    expect(alice.revisions()).toEqual([3, 10])
    expect(bob.revisions()).toEqual([10])
  })

  it('tells nothing while it reads, and nothing twice then: what was read is as it is now', async () => {
    const { channel, given, answer } = givenChannel()
    const alice = given('alice')
    channel.hint(3)
    await later(20)
    channel.accept(eventsOf(1, 2, 3, 5))
    expect(alice.revisions()).toEqual([])
    await answer(gapOf(eventsOf(2, 4)))
    expect(alice.revisions()).toEqual([2, 4, 5])
  })

  it('reads again what is still missing after it has read', async () => {
    const { channel, given, reads, answer } = givenChannel()
    const alice = given('alice')
    channel.accept(eventsOf(5))
    await later(20)
    await answer(gapOf(eventsOf(1, 2)))
    expect(alice.revisions()).toEqual([1, 2])
    await later(19)
    expect(reads).toEqual([0])
    await later(1)
    expect(reads).toEqual([0, 2])
    await answer(gapOf(eventsOf(3, 4)))
    expect(alice.revisions()).toEqual([1, 2, 3, 4, 5])
  })

  it('asks a database that cannot answer again after a second, and tells meanwhile what came', async () => {
    const { channel, given, reads, answer, failed } = givenChannel()
    const alice = given('alice')
    channel.hint(2)
    await later(20)
    channel.accept(eventsOf(1))
    const away = new Error('away')
    await answer(away)
    expect(failed).toEqual([away])
    expect(alice.revisions()).toEqual([1])
    await later(999)
    expect(reads).toEqual([0])
    await later(1)
    expect(reads).toEqual([0, 1])
    await answer(gapOf(eventsOf(2)))
    expect(alice.revisions()).toEqual([1, 2])
  })
})

describe('a hint that a room stands at a revision', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('is looked after where nobody tells what led there, within as long as it may wait', async () => {
    const { channel, reads } = givenChannel(3)
    channel.hint(4, 500)
    // Nor does another one make it sooner.
    channel.hint(5)
    await later(499)
    expect(reads).toEqual([])
    await later(1)
    expect(reads).toEqual([3])
  })

  it('is none where the room stands there or further', async () => {
    const { channel, reads } = givenChannel(3)
    channel.hint(3)
    channel.hint(2)
    expect(vi.getTimerCount()).toBe(0)
    channel.hint(4)
    channel.accept(eventsOf(4))
    await later(1_000)
    expect(reads).toEqual([])
  })

  it('leads to no second reading while one goes on', async () => {
    const { channel, reads, answer } = givenChannel()
    channel.hint(1)
    await later(20)
    channel.hint(2)
    await later(1_000)
    expect(reads).toEqual([0])
    await answer(gapOf(eventsOf(1)))
    await later(20)
    expect(reads).toEqual([0, 1])
  })
})

describe('who knows more of a room than was told there', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('hears what comes after that, and nothing again', () => {
    const { channel, given } = givenChannel()
    const [alice, bob, carol] = [given('alice'), given('bob', 2), given('carol', 3)]
    channel.accept(eventsOf(1, 2, 3))
    expect([alice, bob, carol].map(({ revisions }) => revisions())).toEqual([[1, 2, 3], [3], []])
    channel.accept(eventsOf(4, 5))
    expect(bob.revisions()).toEqual([3, 4, 5])
    expect(carol.revisions()).toEqual([4, 5])
    // All the same again, in one write.
    expect(carol.writes[0]).toBe(alice.writes.at(-1))
  })

  it('is told by others what is read beyond that, since what is read tells nothing right to who knows a part of it', async () => {
    const { channel, given, answer, behind } = givenChannel()
    const [bob, carol] = [given('bob', 2), given('carol', 3)]
    channel.hint(3)
    await later(20)
    await answer(gapOf(eventsOf(1, 3)))
    expect(behind).toEqual([['bob', 'r1', 2, 3]])
    expect(channel.has(bob.connection)).toBe(false)
    expect(channel.has(carol.connection)).toBe(true)
    channel.accept(eventsOf(4))
    expect([bob.revisions(), carol.revisions()]).toEqual([[], [4]])
  })
})

describe('who knew more of a room than was told there, which has caught up since,', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('is told what is read from then on, as all others are', async () => {
    const { channel, given, answer, behind } = givenChannel()
    const bob = given('bob', 2)
    channel.accept(eventsOf(1, 2))
    channel.hint(4)
    await later(20)
    await answer(gapOf(eventsOf(3, 4)))
    expect(bob.revisions()).toEqual([3, 4])
    expect(behind).toEqual([])
  })

  it('is so also where there was nothing to tell of what led there', async () => {
    const { channel, given, answer, behind } = givenChannel()
    const bob = given('bob', 9)
    channel.hint(9)
    await later(20)
    await answer(gapOf(eventsOf(3), 9, true))
    await answer(gapOf(eventsOf(11)))
    expect(bob.revisions()).toEqual([11])
    expect(behind).toEqual([])
  })
})

describe('who is in a room', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it.each([
    ['bob', 'left'],
    ['alice', 'removed'],
  ])('hears nothing from their removal on, which %s did, but that they are out: %s', (by, reason) => {
    const { channel, given } = givenChannel()
    const [alice, bob, phone] = [given('alice'), given('bob'), given('bob', 2, 'phone')]
    channel.accept([eventOf(1), removed(2, 'bob', by), eventOf(3)])
    expect(alice.revisions()).toEqual([1, 2, 3])
    expect(bob.revisions()).toEqual([1, `room.left ${reason}`])
    expect(phone.revisions()).toEqual([`room.left ${reason}`])
    expect(bob.heard().at(-1)).toEqual({ type: 'room.left', roomId: 'r1', reason })
    expect([channel.has(alice.connection), channel.has(bob.connection)]).toEqual([true, false])
  })

  it('is told of, and brought in, where somebody was added', () => {
    const { channel, given, joined } = givenChannel()
    const alice = given('alice')
    channel.accept([added(1, 'bob'), eventOf(2)])
    expect(joined).toEqual(['bob r1'])
    expect(alice.revisions()).toEqual([1, 2])
  })

  it('is out once it is deleted, with who knew more of it', () => {
    const { channel, given } = givenChannel()
    const [alice, bob] = [given('alice'), given('bob', 9)]
    channel.accept([eventOf(1), eventOf(2, { type: 'room.deleted' })])
    expect(alice.revisions()).toEqual([1, 2, 'room.left deleted'])
    expect(bob.revisions()).toEqual(['room.left deleted'])
    expect(channel.isEmpty).toBe(true)
  })
})

describe('what is of the moment', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  const typing = fencedFrameOf({ type: 'typing', roomId: 'r1', userIds: ['bob'] }, 2)

  it('is told at once to all where the room stands at its revision, and is not a thing to be held', () => {
    const { channel, given } = givenChannel(2)
    const [alice, bob] = [given('alice'), given('bob', 9)]
    channel.sendEphemeral(typing)
    for (const reader of [alice, bob]) {
      expect(reader.ephemeral()).toEqual([{ type: 'typing', roomId: 'r1', userIds: ['bob'] }])
      expect(reader.writes).toEqual([])
    }
    expect(vi.getTimerCount()).toBe(0)
  })

  it('waits for its revision, so that who was removed before it does not hear it', () => {
    const { channel, given } = givenChannel()
    const [alice, bob] = [given('alice'), given('bob')]
    channel.sendEphemeral(typing)
    channel.accept(eventsOf(1))
    expect(alice.ephemeral()).toEqual([])
    channel.accept([removed(2, 'bob', 'alice')])
    expect([alice.ephemeral().length, bob.ephemeral().length]).toEqual([1, 0])
    channel.accept(eventsOf(3))
    expect(alice.ephemeral()).toHaveLength(1)
  })

  it('is told once its revision was read, which it asks for', async () => {
    const { channel, answer, reads } = givenChannel()
    const told: string[] = []
    channel.after(5, () => told.push('five'))
    channel.after(7, () => told.push('seven'))
    await later(20)
    expect(reads).toEqual([0])
    await answer(gapOf(eventsOf(2), 6))
    expect(told).toEqual(['five'])
    channel.accept(eventsOf(7))
    expect(told).toEqual(['five', 'seven'])
  })

  it('gives way to what is newer where a hundred wait', () => {
    const { channel } = givenChannel()
    const told: number[] = []
    for (let n = 0; n <= 100; n += 1) channel.after(1, () => told.push(n))
    channel.accept(eventsOf(1))
    expect(told).toEqual(Array.from({ length: 100 }, (_, n) => n + 1))
  })
})

describe('a channel that is closed', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })

  it('has nobody left, and brings in who was added by what it had not told', () => {
    const { channel, given, joined } = givenChannel()
    const [alice, bob] = [given('alice'), given('bob', 9)]
    channel.accept([added(3, 'carol'), eventOf(4)])
    channel.close()
    expect(joined).toEqual(['carol r1'])
    expect(channel.isEmpty).toBe(true)
    for (const { connection } of [alice, bob]) expect(connection.roomIds).toEqual([])
    channel.close()
    expect(joined).toEqual(['carol r1'])
  })

  it('brings nobody in again who was told of before, however often that came', async () => {
    const { channel, joined, answer } = givenChannel()
    channel.accept([added(1, 'bob'), added(3, 'carol'), added(4, 'dave')])
    await later(20)
    await answer(gapOf([eventOf(2), added(3, 'carol'), added(4, 'dave')]))
    channel.accept([added(1, 'bob'), added(4, 'dave')])
    expect(joined).toEqual(['bob r1', 'carol r1', 'dave r1'])
    channel.close()
    expect(joined).toHaveLength(3)
  })

  it('reads nothing any more', async () => {
    const { channel, reads } = givenChannel()
    channel.hint(1)
    channel.close()
    channel.hint(2)
    channel.accept(eventsOf(5))
    expect(vi.getTimerCount()).toBe(0)
    await later(5_000)
    expect(reads).toEqual([])
  })

  it('sends what is ephemeral in its order, also what an event brings about as it is delivered', () => {
    const { channel, happens } = givenChannel(6)
    const sent: string[] = []
    channel.after(7, () => sent.push('types'))
    happens.push((revision) => {
      if (revision === 8) channel.after(8, () => sent.push('has ended'))
    })
    channel.accept(eventsOf(8))
    channel.accept(eventsOf(7))
    expect(sent).toEqual(['types', 'has ended'])
  })

  it('ends its reading after the page that it is at', async () => {
    const { channel, reads, answer } = givenChannel()
    channel.hint(5)
    await later(20)
    channel.close()
    await answer(gapOf(eventsOf(1), 1, true))
    await later(5_000)
    expect(reads).toEqual([0])
  })
})
