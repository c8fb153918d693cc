import { describe, expect, it } from 'vitest'
import { acknowledge } from '../../src/client/state/outbox.js'
import type { Pending } from '../../src/client/state/state.js'
import { memoryStorage } from './given.js'
import { givenOutbox, pass, settle } from './given-outbox.js'
import { messageOf, userOf } from './state/room-model.js'

const rate = { points: 1_000, seconds: 1 }
const limits = {
  textLength: 10,
  frameBytes: 65_536,
  mediaPerMessage: 10,
  rates: { frames: rate, sends: rate, reactions: rate },
}

const stored = (storage: { items: Map<string, string> }): Pending[] =>
  [...storage.items.values()].map((value) => JSON.parse(value))

describe('a message that is written', () => {
  it('is sent once it is known who is here and the line is live, and shown until the server has it', async () => {
    const { outbox, line, entries, texts, send, ok, ends, open } = givenOutbox()
    line.isLive = false
    void send('One')
    await settle()
    expect(entries()).toMatchObject([{ text: 'One', roomId: 'room', error: null, strikes: 0 }])
    await open()
    expect(texts()).toEqual([])
    line.isLive = true
    outbox.flush()
    expect(texts()).toEqual(['One'])
    outbox.flush()
    await ok(0)
    expect([texts(), entries(), ends]).toEqual([['One'], [], { One: 'room-1' }])
  })

  it('is not sent before it is known who is here', async () => {
    const { outbox, texts, send, open } = givenOutbox()
    void send('One')
    outbox.flush()
    await settle()
    expect(texts()).toEqual([])
    await open()
    expect(texts()).toEqual(['One'])
  })

  it('says all that it has', async () => {
    const { outbox, said, entries, open } = givenOutbox()
    await open()
    const media = [{ id: 'm1' }, { id: 'm2' }] as never
    const replyTo = messageOf('room', 7, { text: '🦊'.repeat(300), user: userOf('bob'), media })
    const thread = { threadId: 'room-9', alsoInRoom: true }
    void outbox.send('room', { text: 'Look', media, mentions: ['bob'], replyTo, clientId: 'c1', ...thread })
    expect(said[0]).toMatchObject({
      type: 'message.send',
      command: {
        ...{ roomId: 'room', clientId: 'c1', text: 'Look', mentions: ['bob'], mediaIds: ['m1', 'm2'] },
        ...{ replyToId: 'room-7', lenient: true, ...thread },
      },
    })
    const quoted = {
      id: 'room-7',
      seq: 7,
      text: '🦊'.repeat(280),
      userId: 'bob',
      userName: 'bob',
      firstMedia: { id: 'm1' },
    }
    expect(entries()).toMatchObject([{ createdAt: new Date().toISOString(), media, replyTo: quoted, ...thread }])
  })

  it('forwards a message, which is shown as it will be and sent by where it is', async () => {
    const { outbox, said, entries, open } = givenOutbox()
    await open()
    const [media, data] = [[{ id: 'm1' }] as never, { type: 'dish' }]
    const original = messageOf('other', 3, { text: 'Soup!', media, data, user: userOf('bob'), mentions: ['carol'] })
    void outbox.send('room', { forward: original, clientId: 'c1' })
    const command = { roomId: 'room', clientId: 'c1', forward: { roomId: 'other', messageId: 'other-3' } }
    expect(said[0]?.command).toMatchObject({ ...command, mentions: [], lenient: true })
    for (const key of ['text', 'mediaIds', 'data']) expect(said[0]?.command).toHaveProperty(key, undefined)
    const forwardedFrom = { roomId: null, messageId: null, userId: 'bob', name: 'bob', createdAt: original.createdAt }
    expect(entries()).toMatchObject([{ text: 'Soup!', media, data, mentions: [], forwardedFrom }])
    void outbox.send('third', { forward: { ...original, roomId: 'room', forwardedFrom } })
    expect(entries()).toMatchObject([{ roomId: 'room' }, { roomId: 'third', forwardedFrom }])
  })

  it('may have nothing but media, and quotes whom it can', async () => {
    const { outbox, said, entries, open } = givenOutbox()
    await open()
    void outbox.send('a', { media: [{ id: 'm1' }] as never })
    void outbox.send('b', { text: 'Two', replyTo: messageOf('b', 1, { user: null }) })
    void outbox.send('c', { text: 'Three', replyTo: { id: 'c-1', seq: 1, text: 'Hi', userId: 'bob' } })
    expect(said.map(({ command }) => [command.text, command.mediaIds, command.mentions, command.replyToId])).toEqual([
      ['', ['m1'], [], undefined],
      ['Two', [], [], 'b-1'],
      ['Three', [], [], 'c-1'],
    ])
    expect(entries().map(({ replyTo }) => replyTo?.userId)).toEqual([undefined, null, 'bob'])
    expect(entries()[2]?.replyTo).toMatchObject({ userName: null, firstMedia: null })
    expect(new Set(entries().map(({ clientId }) => clientId)).size).toBe(3)
  })

  it('waits for the one before it in its room, and for nobody in another', async () => {
    const { texts, send, ok, refuse, open } = givenOutbox()
    await open()
    for (const text of ['1', '2', '3']) void send(text)
    void send('elsewhere', 'other')
    expect(texts()).toEqual(['1', 'elsewhere'])
    await ok(0)
    expect(texts()).toEqual(['1', 'elsewhere', '2'])
    // One that failed holds up nobody.
    await refuse(2, 'forbidden')
    expect(texts()).toEqual(['1', 'elsewhere', '2', '3'])
  })

  it('is one of eight at most that are under way', async () => {
    const { texts, send, ok, open } = givenOutbox()
    await open()
    for (let n = 0; n < 20; n += 1) void send(`${n}`, `room ${n}`)
    expect(texts()).toHaveLength(8)
    await ok(3)
    await ok(0)
    expect(texts()).toHaveLength(10)
    for (let n = 1; n < 20; n += 1) await ok(n)
    expect(texts()).toHaveLength(20)
  })

  it('is one however often it is written under one `clientId`, but in each room another', async () => {
    const { outbox, texts, entries, open } = givenOutbox()
    await open()
    const one = outbox.send('room', { text: 'One', clientId: 'c1' })
    expect(outbox.send('room', { text: 'Again', clientId: 'c1' })).toBe(one)
    expect(outbox.send('other', { text: 'Elsewhere', clientId: 'c1' })).not.toBe(one)
    expect([texts(), entries().length]).toEqual([['One', 'Elsewhere'], 2])
  })

  it('is not the business of who wrote it any more once anything has told that it arrived', async () => {
    const storage = memoryStorage()
    const { store, outbox, texts, entries, ends, send, refuse, close, open } = givenOutbox({ storage })
    await open()
    void send('One')
    void send('Two')
    const told = (text: string, seq: number) => messageOf('room', seq, { clientId: text, user: userOf('alice') })
    store.update(acknowledge, [told('One', 1)])
    await settle()
    expect([ends, entries().length, storage.length]).toEqual([{ One: 'room-1' }, 1, 1])
    // What becomes of the command, nobody asks.
    await close(1009, 0)
    expect([texts(), ends]).toEqual([['One', 'Two'], { One: 'room-1' }])
    store.hold(true)
    store.update(acknowledge, [told('Two', 2)])
    await refuse(1, 'disconnected')
    outbox.flush()
    store.hold(false)
    await settle()
    expect([texts(), ends, entries(), storage.length]).toEqual([
      ...[['One', 'Two'], { One: 'room-1', Two: 'room-2' }, [], 0],
    ])
  })

  it('goes before what waits behind one that has arrived, though nobody was told yet', async () => {
    const { store, outbox, line, texts, send, open } = givenOutbox()
    line.isLive = false
    await open()
    void send('One')
    void send('Two')
    line.isLive = true
    store.hold(true)
    store.update(acknowledge, [messageOf('room', 1, { clientId: 'One', user: userOf('alice') })])
    outbox.flush()
    expect(texts()).toEqual(['Two'])
  })

  it('that is larger than allowed fails without a word, also where that is known only later', async () => {
    const { store, outbox, texts, entry, ends, send, ok, open } = givenOutbox()
    await open()
    void send('before the limits')
    void send('short')
    expect(texts()).toEqual(['before the limits'])
    await ok(0)
    void send('too long, and waits')
    store.set({ limits })
    outbox.flush()
    await settle()
    expect(ends).toEqual({ 'before the limits': 'room-1', 'too long, and waits': 'too_large' })
    expect(entry('too long, and waits')?.error).toMatchObject({ code: 'too_large', status: 413 })
    expect(texts()).toEqual(['before the limits', 'short'])
    // Limits may become less.
    void send('nine char')
    store.set({ limits: { ...limits, textLength: 5 } })
    outbox.flush()
    await settle()
    expect(ends).toMatchObject({ 'nine char': 'too_large' })
  })
})

describe('a message that has failed', () => {
  const givenFailed = async () => {
    const storage = memoryStorage()
    const given = givenOutbox({ storage })
    await given.open()
    void given.send('One')
    await given.refuse(0, 'forbidden')
    expect(given.ends).toEqual({ One: 'forbidden' })
    return { ...given, storage }
  }

  it('stays, shown and stored, with its reason, and is sent no more', async () => {
    const { store, outbox, entries, storage, texts } = await givenFailed()
    // By now it would be too large as well.
    store.set({ limits: { ...limits, textLength: 1 } })
    outbox.flush()
    await pass(60_000)
    expect(entries()).toMatchObject([{ text: 'One', error: { code: 'forbidden' } }])
    expect(stored(storage)).toMatchObject([{ text: 'One', error: { code: 'forbidden' } }])
    expect(texts()).toEqual(['One'])
  })

  it('is sent again when its author wishes so, and no other is', async () => {
    const { outbox, entries, storage, texts, send, ok } = await givenFailed()
    outbox.retry('room', 'unknown')
    outbox.retry('other', 'One')
    expect(texts()).toEqual(['One'])
    outbox.retry('room', 'One')
    expect([texts(), entries()[0]?.error, stored(storage)[0]?.error]).toEqual([['One', 'One'], null, null])
    // It is under way by now.
    outbox.retry('room', 'One')
    void send('Two')
    expect(texts()).toEqual(['One', 'One'])
    await ok(1)
    expect([texts(), storage.length]).toEqual([['One', 'One', 'Two'], 1])
  })

  it('is gone when its author discards it, and whoever waits for one that waits hears that it was given up', async () => {
    const { outbox, entries, storage, ends, send } = await givenFailed()
    void send('Two')
    outbox.discard('room', 'unknown')
    expect(storage.length).toBe(2)
    outbox.discard('room', 'One')
    outbox.discard('room', 'Two')
    await settle()
    expect([entries(), storage.length, ends]).toEqual([[], 0, { One: 'forbidden', Two: 'aborted' }])
  })

  it('is written anew in its place, as another message', async () => {
    const { outbox, entries, storage, texts, send, ok } = await givenFailed()
    const [before] = entries()
    await pass(5_000)
    void send('Two')
    const revised = outbox.revise('room', 'One', { text: 'Better', clientId: 'c2' })
    expect(entries()).toMatchObject([
      { clientId: 'c2', text: 'Better', order: before?.order, createdAt: before?.createdAt, error: null },
      { clientId: 'Two' },
    ])
    expect(stored(storage).map(({ clientId }) => clientId)).toEqual(['Two', 'c2'])
    await ok(1)
    expect(texts()).toEqual(['One', 'Two', 'Better'])
    await ok(2)
    expect(await revised).toMatchObject({ text: 'Better', clientId: 'c2' })
    expect(storage.length).toBe(0)
  })

  it('is written anew under its own `clientId`, where its author wishes so', async () => {
    const { outbox, entries, storage, ok } = await givenFailed()
    const revised = outbox.revise('room', 'One', { text: 'Better', clientId: 'One' })
    expect(entries()).toMatchObject([{ clientId: 'One', text: 'Better' }])
    expect(stored(storage)).toMatchObject([{ clientId: 'One', text: 'Better', error: null }])
    await ok(1)
    expect(await revised).toMatchObject({ text: 'Better' })
  })

  it('alone can be written anew', async () => {
    const { outbox, texts, send } = await givenFailed()
    void send('Two')
    for (const clientId of ['Two', 'unknown']) {
      await expect(outbox.revise('room', clientId, { text: 'Better' })).rejects.toMatchObject({ code: 'not_found' })
    }
    expect(texts()).toEqual(['One', 'Two'])
  })
})
