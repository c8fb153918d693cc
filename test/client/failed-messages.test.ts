import type { ChatClient } from 'express-chat/client'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { givenGroup, givenHost, sharedHost } from '../realtime/given.js'
import { givenClient, live, liveClient, memoryStorage, shows, until } from './given.js'
import { givenLine } from './line.js'
import { givenRelay, type Relay } from './relay.js'

const long = 'A long paste. '.repeat(5_000)

/** My messages in a room, as `text state code`. */
const mine = (client: ChatClient, roomId: string) =>
  client
    .room(roomId)
    .messages.getSnapshot()
    .items.filter(({ kind }) => kind === 'user')
    .map(({ text, state, error }) => [text.slice(0, 13), state, ...(error ? [error.code] : [])].join(' '))

const comes = (client: ChatClient, roomId: string, ...rows: string[]) =>
  expect.poll(() => mine(client, roomId)).toEqual(rows)

const sentTexts = ({ said }: Relay) =>
  said.flat().flatMap(({ type, text }) => (type === 'message.send' ? String(text).slice(0, 13) : []))

/** The network says that it is back whenever a client has lost its connection, so that no test waits for a back-off. */
function wakeAtOnce(): void {
  const wakes = new Set<() => void>()
  vi.stubGlobal('addEventListener', (type: string, listener: () => void) => type === 'online' && wakes.add(listener))
  const timer = setInterval(() => {
    for (const wake of wakes) wake()
  }, 20)
  onTestFinished(() => {
    clearInterval(timer)
    vi.unstubAllGlobals()
  })
}

describe('a message that cannot be sent any more', () => {
  const host = sharedHost()

  /** Alice wrote something offline that quotes Bob and mentions Carol. */
  async function givenWritten() {
    const line = await givenLine(host.origin)
    const storage = memoryStorage()
    const roomId = await givenGroup(host, 'bob', 'alice', 'carol')
    const theirs = await host.chat.messages.send('bob', roomId, { text: 'Who comes?' })
    const alice = await liveClient(line, 'alice', { storage })
    await alice.room(roomId).messages.load()
    line.isUp = false
    line.cut()
    await until(alice.connection, ({ status }) => status !== 'live')
    const sent = alice.room(roomId).messages.send({ text: 'I do', replyTo: theirs, mentions: ['carol'] })
    return { line, storage, roomId, theirs, alice, sent }
  }

  it('is sent without what it quotes and whom it mentions, where those are gone', async () => {
    const { line, roomId, theirs, sent } = await givenWritten()
    await host.chat.messages.delete('bob', roomId, theirs.id)
    await host.as('carol').delete(`/rooms/${roomId}/members/me`)
    line.isUp = true
    expect(await sent).toMatchObject({ text: 'I do', replyTo: null, mentions: [] })
  })

  it('stays, with its reason, where its author was removed from the room, also after a reload, until they are back', async () => {
    const { line, storage, roomId, alice, sent } = await givenWritten()
    await host.as('bob').delete(`/rooms/${roomId}/members/alice`)
    line.isUp = true
    await expect(sent).rejects.toMatchObject({ code: 'not_found', status: 404 })
    await until(alice.room(roomId), ({ status }) => status === 'left')
    expect(mine(alice, roomId)).toEqual(['I do failed not_found'])
    alice.close()
    expect(storage.length).toBe(1)
    const again = await liveClient(line, 'alice', { storage })
    await again.room(roomId).load()
    expect(again.room(roomId).getSnapshot().status).toBe('missing')
    await comes(again, roomId, 'I do failed not_found')
    expect(again.room(roomId).messages.getSnapshot().items).toMatchObject([
      { replyTo: { text: 'Who comes?', userId: 'bob' }, mentions: ['carol'], error: { status: 404 } },
    ])
    await host.as('bob').post(`/rooms/${roomId}/members`, { userId: 'alice' })
    await until(again.room(roomId), ({ status }) => status === 'joined')
    const [failed] = again.room(roomId).messages.getSnapshot().items
    again.room(roomId).messages.retry(failed?.clientId as string)
    await expect.poll(() => storage.length).toBe(0)
    await again.room(roomId).messages.load()
    expect(mine(again, roomId)).toEqual(['Who comes? sent', 'I do sent'])
  })

  it('can be discarded where its room is gone, and is gone after a reload', async () => {
    const { line, storage, roomId, alice, sent } = await givenWritten()
    await host.as('bob').delete(`/rooms/${roomId}`)
    line.isUp = true
    await expect(sent).rejects.toMatchObject({ code: 'not_found' })
    const [failed] = alice.room(roomId).messages.getSnapshot().items.slice(-1)
    expect(failed?.state).toBe('failed')
    alice.room(roomId).messages.discard(failed?.clientId as string)
    expect(mine(alice, roomId)).toEqual([])
    expect(storage.length).toBe(0)
  })

  it('stays where its author may not write any more, and holds up nothing in other rooms', async () => {
    const { line, roomId, alice, sent } = await givenWritten()
    const other = await givenGroup(host, 'alice')
    const elsewhere = alice.room(other).messages.send({ text: 'Elsewhere' })
    await host.as('bob').patch(`/rooms/${roomId}/members/alice`, { permissions: { canCreateMessages: false } })
    line.isUp = true
    expect(await elsewhere).toMatchObject({ text: 'Elsewhere' })
    await expect(sent).rejects.toMatchObject({ code: 'forbidden' })
    await comes(alice, roomId, 'Who comes? sent', 'I do failed forbidden')
  })
})

describe('a message that is too large', () => {
  const host = sharedHost()

  it('fails at once where the limits are known, without a word to the server, and holds up nothing', async () => {
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice')
    const storage = memoryStorage()
    const alice = await liveClient(relay, 'alice', { storage })
    const { messages } = alice.room(roomId)
    await messages.load()
    const sent = messages.send({ text: long })
    expect(mine(alice, roomId)).toEqual(['A long paste. failed too_large'])
    const detail = 'has 70000 characters; the limit is 8000'
    await expect(sent).rejects.toMatchObject({
      ...{ code: 'too_large', status: 413, message: detail, isTransient: false },
      errors: [{ pointer: '/text', detail }],
    })
    await messages.send({ text: 'Short' })
    expect(sentTexts(relay)).toEqual(['Short'])
    // Sent again, it is no smaller.
    messages.retry(messages.getSnapshot().items.at(-1)?.clientId as string)
    expect(mine(alice, roomId)).toEqual(['Short sent', 'A long paste. failed too_large'])
    alice.close()
    const again = await liveClient(relay, 'alice', { storage })
    await comes(again, roomId, 'A long paste. failed too_large')
    expect(again.room(roomId).messages.getSnapshot().items[0]?.error).toMatchObject({ message: detail, status: 413 })
    await again.room(roomId).messages.send({ text: 'After a reload' })
    expect(sentTexts(relay)).toEqual(['Short', 'After a reloa'])
  })

  it('fails before it is sent where the limits were not known when it was written', async () => {
    const relay = await givenRelay(host.origin)
    const [roomId, other] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    relay.answer = () => ({ status: 503 })
    const alice = givenClient(relay, 'alice')
    const { messages } = alice.room(roomId)
    const refused = messages.send({ text: long })
    const sent = [messages.send({ text: 'Next' }), alice.room(other).messages.send({ text: 'Elsewhere' })]
    expect(mine(alice, roomId)).toEqual(['A long paste. sending', 'Next sending'])
    relay.answer = () => undefined
    await expect(refused).rejects.toMatchObject({ code: 'too_large' })
    await Promise.all(sent)
    expect(sentTexts(relay)).toEqual(['Next', 'Elsewhere'])
  })

  it('is not shown as an edit, which is refused at once', async () => {
    const relay = await givenRelay(host.origin)
    const roomId = await givenGroup(host, 'alice')
    const alice = await liveClient(relay, 'alice')
    const { messages } = alice.room(roomId)
    await messages.load()
    const { id } = await messages.send({ text: 'Short' })
    const states: string[] = []
    messages.subscribe(() => states.push(...mine(alice, roomId)))
    const refused = messages.edit(id, long)
    await expect(refused).rejects.toMatchObject({ code: 'too_large', errors: [{ pointer: '/text' }] })
    expect(states).toEqual([])
    expect(relay.said.flat().filter(({ type }) => type === 'message.edit')).toEqual([])
  })

  it('is written anew in its place, as another message', async () => {
    const roomId = await givenGroup(host, 'alice', 'bob')
    const storage = memoryStorage()
    const alice = await liveClient(host, 'alice', { storage })
    const { messages } = alice.room(roomId)
    await messages.load()
    for (const text of [long, 'x'.repeat(9_000)]) messages.send({ text }).catch(() => undefined)
    const [first] = messages.getSnapshot().items.slice(-2)
    const failing = messages.revise(first?.clientId as string, { text: 'y'.repeat(8_001) })
    expect(
      messages
        .getSnapshot()
        .items.slice(-2)
        .map(({ text }) => text.length),
    ).toEqual([8_001, 9_000])
    await expect(failing).rejects.toMatchObject({ code: 'too_large' })
    const [second] = messages.getSnapshot().items.slice(-2)
    expect(second?.clientId).not.toBe(first?.clientId)
    expect(second?.createdAt).toBe(first?.createdAt)
    expect(storage.length).toBe(2)
    const revised = await messages.revise(second?.clientId as string, { text: 'Short', clientId: 'c1' })
    expect(revised).toMatchObject({ text: 'Short', clientId: 'c1' })
    expect(storage.length).toBe(1)
    messages.send({ text: long, clientId: 'c2' }).catch(() => undefined)
    // Under its own `clientId` again, where its author wishes so.
    await messages.revise('c2', { text: 'Shorter', clientId: 'c2' })
    await expect(messages.revise('c1', { text: 'Again' })).rejects.toMatchObject({ code: 'not_found' })
    await expect(messages.revise('unknown', { text: 'Again' })).rejects.toMatchObject({ code: 'not_found' })
    await shows(alice, roomId, 'Short', 'Shorter', 'x'.repeat(9_000))
  })
})

describe('a message that ends each connection', () => {
  const host = sharedHost()
  /** Small enough to be tried where nobody has told a limit. */
  const long = 'A long paste. '.repeat(2_000)

  /** Something between Alice and a server of before that closes what sends a long text. */
  async function givenClosing(code: number) {
    const relay = await givenRelay(host.origin)
    relay.alter = ({ limits, ...frame }) => frame
    relay.refuse = ({ type, text }) => (type === 'message.send' && String(text).length > 1_000 ? code : undefined)
    wakeAtOnce()
    const [roomId, other] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const storage = memoryStorage()
    const alice = await liveClient(relay, 'alice', { storage })
    await Promise.all([alice.room(roomId).messages.load(), alice.room(other).messages.load()])
    return { relay, roomId, other, alice, storage }
  }

  it('has failed as too large after it was closed for by 1009, and is not sent again', async () => {
    const { relay, roomId, alice } = await givenClosing(1009)
    const refused = alice.room(roomId).messages.send({ text: long })
    const next = alice.room(roomId).messages.send({ text: 'Next' })
    await expect(refused).rejects.toMatchObject({ code: 'too_large', closeCode: 1009 })
    await next
    await live(alice)
    expect(sentTexts(relay)).toEqual(['A long paste.', 'Next'])
    expect(mine(alice, roomId)).toEqual(['Next sent', 'A long paste. failed too_large'])
  })

  it('is found among those that were under way with it, which are all sent', async () => {
    const { relay, roomId, other, alice } = await givenClosing(1009)
    const refused = alice.room(roomId).messages.send({ text: long })
    const sent = [
      alice.room(other).messages.send({ text: 'Elsewhere 1' }),
      alice.room(other).messages.send({ text: 'Elsewhere 2' }),
      alice.room(roomId).messages.send({ text: 'Next' }),
    ]
    await expect(refused).rejects.toMatchObject({ code: 'too_large' })
    await Promise.all(sent)
    expect(sentTexts(relay).filter((text) => text === 'A long paste.').length).toBeLessThanOrEqual(2)
    expect(mine(alice, other)).toEqual(['Elsewhere 1 sent', 'Elsewhere 2 sent'])
  })

  it('has failed after five connections in a row, a reload among them, and is sent again by hand', async () => {
    const { relay, roomId, other, alice, storage } = await givenClosing(1011)
    const refused = alice.room(roomId).messages.send({ text: long })
    const elsewhere = alice.room(other).messages.send({ text: 'Elsewhere' })
    await elsewhere
    await expect.poll(() => sentTexts(relay).filter((text) => text === 'A long paste.').length).toBeGreaterThan(1)
    alice.close()
    await expect(refused).rejects.toMatchObject({ code: 'aborted' })
    const again = await liveClient(relay, 'alice', { storage })
    const { messages } = again.room(roomId)
    await comes(again, roomId, 'A long paste. failed disconnected')
    expect(messages.getSnapshot().items[0]?.error).toMatchObject({ closeCode: 1011 })
    expect(sentTexts(relay).filter((text) => text === 'A long paste.').length).toBeLessThanOrEqual(7)
    await messages.send({ text: 'Next' })
    relay.refuse = () => undefined
    messages.retry(messages.getSnapshot().items.find(({ state }) => state === 'failed')?.clientId as string)
    // The server takes less than what was between.
    await comes(again, roomId, 'A long paste. failed too_large')
  })

  it.each([1001, 1012])('is not held to be the reason of a close by %i', async (code) => {
    const { relay, roomId, alice } = await givenClosing(code)
    let closes = 0
    relay.refuse = ({ type }) => {
      if (type !== 'message.send' || closes === 7) return undefined
      closes += 1
      return code
    }
    expect(await alice.room(roomId).messages.send({ text: 'Patient' })).toMatchObject({ text: 'Patient' })
    expect(closes).toBe(7)
  })
})

describe('a message that is sent too fast', () => {
  /** A server that says to come back after so many seconds, as long as it `isBusy`. */
  async function givenBusy(code: 'rate_limited' | 'unavailable', retryAfter: number | undefined) {
    const host = await givenHost()
    const relay = await givenRelay(host.origin)
    const [roomId, other] = [await givenGroup(host, 'alice'), await givenGroup(host, 'alice')]
    const alice = await liveClient(relay, 'alice')
    const busy = { isBusy: true }
    const problem = {
      ...{ code, title: code, status: 429, type: '', requestId: '' },
      ...(retryAfter === undefined ? {} : { retryAfter }),
    }
    relay.alter = (frame) => {
      if (!busy.isBusy) return frame
      // Nobody hears of what was sent but by its answer.
      if (frame.type === 'message.created') return { type: 'typing', roomId, userIds: [] }
      const isSent = frame.type === 'ok' && (frame.result as { text?: string })?.text !== undefined
      return isSent ? { type: 'error', id: frame.id, problem } : frame
    }
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    /** What waits for so long, to be called at once. */
    const due = (ms: number) =>
      timers.mock.calls.flatMap(([action, delay = 0]) => (delay <= ms && delay > ms - 500 ? action : []))
    return { relay, roomId, other, alice, busy, due }
  }

  it.each([
    ['a day', 86_400, 60_000],
    ['more than a timer holds', 1e12, 60_000],
    ['seven seconds', 7, 7_000],
    ['no time', 0, 2_000],
    ['nothing', undefined, 2_000],
  ])('waits, for a minute at most, where it is told to wait for %s', async (_what, seconds, ms) => {
    const { relay, roomId, other, alice, busy, due } = await givenBusy('rate_limited', seconds)
    const sent = alice.room(roomId).messages.send({ text: 'One' })
    await vi.waitUntil(() => due(ms).length > 0)
    busy.isBusy = false
    // The other room waits as well.
    const next = alice.room(other).messages.send({ text: 'Two' })
    await alice.users.get('alice')
    expect(sentTexts(relay)).toEqual(['One'])
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + ms })
    for (const end of due(ms)) end()
    expect(await Promise.all([sent, next])).toMatchObject([{ text: 'One' }, { text: 'Two' }])
    expect(sentTexts(relay)).toEqual(['One', 'One', 'Two'])
  })

  it('waits in its own room alone, where the server cannot take it for the moment', async () => {
    const { relay, roomId, other, alice, busy, due } = await givenBusy('unavailable', 7)
    void alice.room(roomId).messages.send({ text: 'One' })
    await vi.waitUntil(() => due(7_000).length > 0)
    busy.isBusy = false
    expect(await alice.room(other).messages.send({ text: 'Two' })).toMatchObject({ text: 'Two' })
    expect(sentTexts(relay)).toEqual(['One', 'Two'])
  })
})
