import { describe, expect, it } from 'vitest'
import { given, givenLive } from './connecting.js'
import { pass, type Wire } from './wire.js'

describe('the line', () => {
  it.each([
    [5_000, 5_000],
    [1, 1_000],
    [0, 25_000],
    [600_000, 60_000],
  ])(
    'whose server promises to say something every %i ms is tried after %i ms of silence',
    async (heartbeatMs, silenceMs) => {
      const { wire, client } = given()
      wire.hold(/say hello/)
      client.connect()
      await pass()
      wire.socket.tell({ ...wire.welcome(), heartbeatMs })
      wire.socket.tell({ type: 'ready' })
      await pass()
      const asked = wire.said('presence.watch').length
      await pass(silenceMs - 1)
      expect(wire.said('presence.watch')).toHaveLength(asked)
      await pass(1)
      expect(wire.said('presence.watch')).toHaveLength(asked + 1)
      // Its answer is no silence.
      await pass(silenceMs - 1)
      expect(wire.said('presence.watch')).toHaveLength(asked + 1)
      await pass(1)
      expect(wire.said('presence.watch')).toHaveLength(asked + 2)
    },
  )

  it('that is silent is given up, and what was asked rejects with `disconnected` or says that nobody answered', async () => {
    const { wire, client, shown } = await givenLive()
    wire.hold(/say/)
    const asked = client
      .room('room')
      .messages.edit('room-1', 'Better')
      .catch((error) => error)
    await pass(9_999)
    expect(shown().status).toBe('live')
    await pass(1)
    expect(shown()).toMatchObject({ status: 'reconnecting', error: { code: 'unreachable' } })
    expect(await asked).toMatchObject({ code: 'unreachable' })
  })

  it('takes as much as its server takes, and brings what that says of it', async () => {
    const { wire, client } = given()
    wire.hold(/say/)
    client.connect()
    await pass()
    const { limits, ...welcome } = wire.welcome() as { limits: object }
    wire.socket.tell({ ...welcome, limits: { ...limits, frameBytes: 200_000, textLength: 200_000 } })
    wire.socket.tell({ type: 'ready' })
    const edited = client.room('room').messages.edit('room-1', 'x'.repeat(100_000))
    const error = edited.catch((error) => error)
    await pass()
    const { id } = wire.said('message.edit')[0] ?? {}
    wire.socket.tell({ type: 'error', id, problem: { code: 'forbidden', status: 403 } })
    expect(await error).toMatchObject({ code: 'forbidden' })
  })

  it('takes nothing for said while it is not live', async () => {
    const { wire, client } = given()
    wire.hold(/say hello/)
    client.connect()
    await pass()
    wire.socket.tell(wire.welcome())
    await expect(client.room('room').messages.edit('room-1', 'Better')).rejects.toMatchObject({ code: 'disconnected' })
    expect(wire.said('message.edit')).toEqual([])
  })

  it('closed twice for the same words (1009) does not hear them a third time; for being slow (4408) it does', async () => {
    const { wire, client, waitMs } = await givenLive()
    const edit = (text: string) =>
      client
        .room('room')
        .messages.edit('room-1', text)
        .catch((error) => error)
    async function say(text: string, code: number) {
      wire.hold(/say message/)
      const said = edit(text)
      await pass()
      if (!wire.socket.isClosed) wire.socket.end(code)
      wire.hold()
      const error = await said
      await pass(waitMs() || 0)
      await pass(50)
      return error
    }
    for (const times of [1, 2, 3]) expect(await say('Slow', 4408), `${times}`).toMatchObject({ closeCode: 4408 })
    expect(await say('Long', 1009)).toMatchObject({ code: 'disconnected' })
    expect(await say('Long', 1009)).toMatchObject({ code: 'too_large' })
    const said = wire.said('message.edit').length
    expect(await edit('Long')).toMatchObject({ code: 'too_large' })
    expect(wire.said('message.edit')).toHaveLength(said)
  })
})

describe('the hello', () => {
  const hellos = (wire: Wire) => wire.said('hello').map(({ rooms }) => rooms)

  it('names what was seen, but not to a server that has closed the socket for it', async () => {
    const { wire, client, waitMs } = await givenLive()
    await client.room('room').messages.load()
    const again = async (code: number) => {
      wire.socket.end(code)
      await pass(waitMs())
      await pass()
    }
    const seen = { room: 3 }
    // Whatever a live one is closed for, it was not the hello.
    await again(1008)
    expect(hellos(wire)).toEqual([{}, seen])
    wire.hold(/say hello/)
    await again(1006)
    await again(1006)
    expect(hellos(wire)).toEqual([{}, seen, seen, seen])
    await again(4413)
    await again(1006)
    wire.hold()
    await again(1006)
    expect(hellos(wire).slice(4)).toEqual([{}, {}, {}])
    await again(1006)
    expect(hellos(wire).at(-1)).toEqual(seen)
  })
})
