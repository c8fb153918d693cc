import { describe, expect, it } from 'vitest'
import { givenGroup, givenHost } from '../realtime/given.js'
import { liveClient, until } from './given.js'
import { givenRelay } from './relay.js'

describe('who types', () => {
  it('is shown with their name though nothing has told of them, and asked for once', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await liveClient(relay, 'alice')
    const { typing } = alice.room(roomId)
    expect(alice.users.known('bob').getSnapshot()).toBe(undefined)
    const bob = await host.socket('bob')
    await bob.ready()
    for (const isTyping of [true, false, true]) await bob.command('typing', { roomId, isTyping })
    await until(typing, (people) => people.length === 1)
    expect(typing.getSnapshot()).toMatchObject([{ id: 'bob', name: 'Bob' }])
    expect(relay.asked.filter((each) => each.endsWith('/members/bob'))).toHaveLength(1)
  })

  it('is shown by what is known of them where more cannot be known', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice', 'bob')
    const alice = await liveClient(relay, 'alice')
    relay.answer = ({ url }) =>
      url?.endsWith('/members/bob') ? { status: 404, body: '{"code":"not_found"}' } : undefined
    const bob = await host.socket('bob')
    await bob.ready()
    await bob.command('typing', { roomId, isTyping: true })
    await until(alice.room(roomId).typing, (people) => people[0]?.id === 'bob')
  })
})

describe('who is here', () => {
  it('is known though somebody else is watched by what can be no id', async () => {
    const host = await givenHost()
    await givenGroup(host, 'alice', 'bob')
    const relay = await givenRelay(host.origin)
    const alice = await liveClient(relay, 'alice')
    await host.socket('bob')
    const wrong = ['', ' ', 'ends in a space ', 'x'.repeat(192), '\ud800', 'a\0b', undefined, 7] as string[]
    for (const id of wrong) alice.presence.watch([id])
    alice.presence.watch([...wrong, 'bob'])
    await until(alice.presence.of('bob'), (state) => state?.online)
    const last = relay.said.flat().findLast(({ type }) => type === 'presence.watch')
    expect(last?.userIds).toEqual(['bob'])
  })

  it.each([30_000, undefined])(
    'is asked of as many as fit into the frames of the host: %s bytes',
    async (frameBytes) => {
      const limits = { textLength: 10, ...(frameBytes && { frameBytes }) }
      const relay = await givenRelay((await givenHost({ limits })).origin)
      const alice = await liveClient(relay, 'alice')
      // As long as ids may be, in as many bytes as they may take.
      alice.presence.watch(Array.from({ length: 200 }, (_, n) => `${'字'.repeat(187)}${1_000 + n}`))
      alice.presence.watch(['alice'])
      await until(alice.presence.of('alice'), (state) => state?.online)
      const last = relay.said.flat().findLast(({ type }) => type === 'presence.watch')
      expect(last?.userIds).toHaveLength(frameBytes ? 53 : 200)
    },
  )

  it('is as the last question was answered, however late an older one is', async () => {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const alice = await liveClient(relay, 'alice')
    const answers: object[] = []
    relay.alter = (frame) => {
      // What was said before it was answered is not said again.
      if (frame.type === 'ok' && Array.isArray(frame.result)) answers.push(frame)
      return frame
    }
    relay.delayMs = () => 60
    alice.presence.watch(['bob'])
    await expect.poll(() => relay.said.flat().some(({ userIds }) => String(userIds) === 'bob')).toBe(true)
    const end = alice.presence.watch(['carol'])
    await until(alice.presence.of('carol'), (state) => state)
    expect(alice.presence.of('bob').getSnapshot()).toMatchObject({ online: false })
    end()
    await until(alice.presence.of('carol'), (state) => state === undefined)
    // One question at a time, so that none can be answered after a younger one.
    const said = relay.said.flat().filter(({ type }) => type === 'presence.watch')
    expect(said.length - 1).toBeLessThanOrEqual(answers.length)
  })
})
