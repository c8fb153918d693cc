import { describe, expect, it } from 'vitest'
import { given as connectable, givenLive } from './connecting.js'
import { pass, type Wire } from './wire.js'

/** Whom the server was asked for, each time. */
const asked = (wire: Wire) => wire.said('presence.watch').map(({ userIds }) => userIds as string[])

async function given() {
  const all = await givenLive()
  const { wire, client } = all
  const before = asked(wire).length
  return {
    ...all,
    of: (id: string) => client.presence.of(id).getSnapshot(),
    questions: () => asked(wire).slice(before),
  }
}

describe('who is here', () => {
  it('is asked for a moment after somebody wants to know, of all whom anybody watches together', async () => {
    const { wire, client, of, questions } = await given()
    wire.present = ['bob']
    client.presence.watch(['bob', 'carol'])
    client.presence.watch(['dave', 'carol'])
    await pass(19)
    expect(questions()).toEqual([])
    await pass(1)
    // Who was asked for last comes first, and each once.
    expect(questions()).toEqual([['dave', 'carol', 'bob']])
    expect(['bob', 'carol', 'erin'].map(of)).toEqual([
      { online: true, lastSeenAt: null },
      { online: false, lastSeenAt: null },
      undefined,
    ])
    expect(client.presence.of('bob')).toBe(client.presence.of('bob'))
  })

  it('is not known any more of whom nobody watches any more', async () => {
    const { client, of, questions } = await given()
    const end = client.presence.watch(['bob', 'carol'])
    client.presence.watch(['carol'])
    await pass(20)
    expect(of('bob')).toBeDefined()
    end()
    await pass(19)
    expect(questions()).toHaveLength(1)
    await pass(1)
    expect(questions()[1]).toEqual(['carol'])
    expect(['bob', 'carol'].map(of)).toEqual([undefined, { online: false, lastSeenAt: null }])
  })

  it('is told as events tell it, and since when they are gone, as far as anybody has said', async () => {
    const { wire, client, of } = await given()
    const lastSeenAt = '2026-11-26T11:00:00.000Z'
    wire.hold(/users/)
    const user = client.users.get('bob')
    await pass()
    wire.held[0]?.answer(200, { ...wire.user, id: 'bob', lastSeenAt })
    await user
    client.presence.watch(['bob', 'carol'])
    await pass(20)
    expect(of('bob')).toEqual({ online: false, lastSeenAt })
    const left = '2026-11-26T12:00:00.000Z'
    wire.socket.tell({ type: 'presence', userId: 'bob', online: false, lastSeenAt: left })
    wire.socket.tell({ type: 'presence', userId: 'carol', online: false, lastSeenAt: left })
    wire.present = ['carol']
    client.presence.watch(['dave'])
    await pass(20)
    // Asked anew, what events told stays, unless it has changed.
    expect(of('bob')).toEqual({ online: false, lastSeenAt: left })
    expect(of('carol')).toEqual({ online: true, lastSeenAt: null })
  })

  it('is asked for one question after the other, so that the last answer is of the last one', async () => {
    const { wire, client, of, questions } = await given()
    wire.hold(/say presence/)
    client.presence.watch(['bob'])
    await pass(20)
    client.presence.watch(['carol'])
    await pass(50)
    client.presence.watch(['dave'])
    await pass(50)
    expect(questions()).toEqual([['bob']])
    const [first] = wire.said('presence.watch').slice(-1)
    wire.hold()
    wire.present = ['carol']
    wire.socket.tell({ type: 'ok', id: first?.id, result: ['bob'] })
    await pass()
    expect(questions()).toEqual([['bob'], ['dave', 'carol', 'bob']])
    expect(['bob', 'carol'].map((id) => of(id)?.online)).toEqual([false, true])
  })

  it('is asked for of two hundred people at most, those who were asked for last', async () => {
    const { client, questions } = await given()
    const ids = Array.from({ length: 300 }, (_, n) => `user-${n}`)
    client.presence.watch(ids.slice(0, 150))
    client.presence.watch(ids.slice(150))
    await pass(20)
    expect(questions()).toEqual([[...ids.slice(150), ...ids.slice(0, 50)]])
  })

  it('is asked for of as many as a frame holds', async () => {
    const { wire, client, questions } = await given()
    const [long, mostBytes] = ['字'.repeat(150), 65_536]
    client.presence.watch(Array.from({ length: 200 }, (_, n) => `${String(n).padStart(3, '0')}${long}`))
    await pass(20)
    const [ids] = questions() as [string[]]
    const bytesOf = (userIds: string[]) => {
      const { id } = wire.said('presence.watch').at(-1) ?? {}
      return new TextEncoder().encode(JSON.stringify({ id, type: 'presence.watch', userIds })).length
    }
    expect(bytesOf(ids)).toBeLessThanOrEqual(mostBytes)
    expect(bytesOf([...ids, ...ids.slice(0, 1)])).toBeGreaterThan(mostBytes - 1_000)
  })

  it('is asked for of as many as the frames of the server hold, and one less where they are a byte smaller', async () => {
    for (const [frameBytes, count] of [
      [128 + 3 * 6, 3],
      [128 + 3 * 6 - 1, 2],
    ] as const) {
      const { wire, client } = connectable()
      wire.hold(/say hello/)
      client.connect()
      await pass()
      const { limits, ...welcome } = wire.welcome() as { limits: object }
      wire.socket.tell({ ...welcome, limits: { ...limits, frameBytes } })
      wire.socket.tell({ type: 'ready' })
      client.presence.watch(['bob', 'eve', 'dan', 'ann'])
      await pass(20)
      expect(asked(wire).at(-1)).toEqual(['bob', 'eve', 'dan', 'ann'].slice(0, count))
    }
  })

  it('is not asked for of what can be nobody', async () => {
    const { client, questions } = await given()
    client.presence.watch(['', 'bob', 'x'.repeat(256), 5 as unknown as string])
    await pass(20)
    expect(questions()).toEqual([['bob']])
  })

  it('is asked for again by the next connection, whatever became of the question', async () => {
    const { wire, client, of, waitMs, questions } = await given()
    wire.hold(/say presence/)
    client.presence.watch(['bob'])
    await pass(20)
    wire.present = ['bob']
    wire.hold()
    wire.socket.end(1006)
    expect(of('bob')).toBeUndefined()
    await pass(waitMs())
    await pass()
    expect(questions()).toEqual([['bob'], ['bob']])
    expect(of('bob')?.online).toBe(true)
  })
})
