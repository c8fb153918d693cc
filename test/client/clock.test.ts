import { describe, expect, it, vi } from 'vitest'
import { givenWire, pass } from './wire.js'

const hour = 3_600_000
const putBack = () => vi.setSystemTime(Date.now() - hour)

describe('a clock that is put back by an hour', () => {
  it('does not keep others from seeing that somebody types', async () => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await pass(50)
    const { typing } = client.room('room')
    typing.start()
    putBack()
    typing.start()
    typing.start()
    await pass()
    expect(wire.said('typing').map(({ isTyping }) => isTyping)).toEqual([true, true])
  })

  it('does not keep a page that comes back from looking whether its line is alive', async () => {
    const wire = givenWire()
    const client = wire.client()
    client.connect()
    await pass(50)
    const said = wire.said('presence.watch').length
    putBack()
    client.wake()
    await pass()
    expect(wire.said('presence.watch')).toHaveLength(said + 1)
  })
})
