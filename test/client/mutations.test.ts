import type { ChatClientError } from 'express-chat/client'
import { describe, expect, it } from 'vitest'
import { takePage, withHistory } from '../../src/client/state/messages.js'
import type { PendingMutation } from '../../src/client/state/room-entry.js'
import { entryOf, type Pending } from '../../src/client/state/state.js'
import { windowOf } from '../../src/client/state/window.js'
import { memoryStorage } from './given.js'
import { givenOutbox, pass, settle } from './given-outbox.js'
import { messageOf, userOf } from './state/room-model.js'

const at = '2026-11-26T13:00:00.000Z'
const edit = (text: string, messageId = 'room-1'): PendingMutation => ({ type: 'message.edit', messageId, text, at })
const remove = (messageId = 'room-1'): PendingMutation => ({ type: 'message.delete', messageId, at })
const reaction = (type: 'reaction.add' | 'reaction.remove', of = '👍', messageId = 'room-1'): PendingMutation => ({
  ...{ type, messageId, reaction: of, at },
})
const rate = { points: 1_000, seconds: 1 }
const limits = {
  ...{ textLength: 10, frameBytes: 65_536, mediaPerMessage: 10 },
  rates: { frames: rate, sends: rate, reactions: rate },
}

/** An outbox beside a history of three messages, and what became of each mutation. */
async function given({ isLive = true, storage = memoryStorage() } = {}) {
  const all = givenOutbox({ storage })
  const { store, line, outbox, said } = all
  store.update(withHistory, 'room', { hasLatest: true })
  const items = [1, 2, 3].map((seq) => messageOf('room', seq, { user: userOf('alice'), revision: seq }))
  store.update(takePage, { items }, 0, 'room')
  line.isLive = isLive
  await all.open()
  const window = () => {
    const { history } = entryOf(store.state, 'room')
    return windowOf(history, 3, store.state.outbox, store.state.me, 'room')
  }
  return {
    ...{ ...all, storage, window },
    mutate(mutation: PendingMutation, roomId = 'room') {
      const end: { of?: unknown } = {}
      outbox.mutate(roomId, mutation).then(
        (answer) => (end.of = answer ?? 'done'),
        (error: ChatClientError) => (end.of = error.code),
      )
      return end
    },
    async answer(n: number, result: unknown = null) {
      said[n]?.resolve(result as never)
      await settle()
    },
    async online() {
      line.isLive = true
      outbox.flush()
      await settle()
    },
    /** The connection ends, with what is under way. */
    async offline(...under: number[]) {
      line.isLive = false
      outbox.lost()
      for (const n of under) await all.refuse(n, 'disconnected')
      await settle()
    },
    shown: (seq: number) => window().items[seq - 1],
    types: () => said.map(({ type, command: { messageId, text, reaction } }) => [type, messageId ?? text, reaction]),
    stored: (): Pending[] => [...storage.items.values()].map((value) => JSON.parse(value)),
  }
}

describe('a mutation that is made without a connection', () => {
  it('rejects with `disconnected`, and is shown and stored until it is sent', async () => {
    const { mutate, shown, stored, said, online, answer } = await given({ isLive: false })
    const end = mutate(edit('Better'))
    await settle()
    expect(end).toEqual({ of: 'disconnected' })
    expect(shown(1)).toMatchObject({
      text: 'Better',
      mutations: [{ type: 'message.edit', text: 'Better', state: 'sending', error: null, at }],
    })
    expect(stored()).toMatchObject([{ roomId: 'room', mutation: edit('Better') }])
    await online()
    expect(said[0]).toMatchObject({ type: 'message.edit', command: { roomId: 'room', messageId: 'room-1' } })
    expect(Object.keys(said[0]?.command ?? {}).sort()).toEqual(['messageId', 'roomId', 'text'])
    await answer(0)
    expect(shown(1)).toMatchObject({ text: 'Better', editedAt: at })
    expect(shown(1)).not.toHaveProperty('mutations')
    expect(stored()).toEqual([])
  })

  it('is sent in its order with the messages of its room, and does not wait for those of another', async () => {
    const { mutate, send, types, online, ok, answer } = await given({ isLive: false })
    mutate(edit('Better'))
    void send('One')
    mutate(remove('room-2'))
    mutate(reaction('reaction.add', '👍', 'room-3'))
    void send('Two')
    mutate(edit('Elsewhere', 'other-1'), 'other')
    await online()
    expect(types()).toEqual([
      ['message.edit', 'room-1', undefined],
      ['message.edit', 'other-1', undefined],
    ])
    await answer(0)
    expect(types().at(-1)).toEqual(['message.send', 'One', undefined])
    await ok(2)
    // Mutations need not wait for each other's answers, and a message waits for those of all before it.
    expect(types().slice(3)).toEqual([
      ['message.delete', 'room-2', undefined],
      ['reaction.add', 'room-3', '👍'],
    ])
    await answer(3)
    expect(types()).toHaveLength(5)
    await answer(4)
    expect(types().at(-1)).toEqual(['message.send', 'Two', undefined])
  })

  it('takes the place of an earlier one of the same thing', async () => {
    const { mutate, shown, types, said, online } = await given({ isLive: false })
    mutate({ type: 'message.edit', messageId: 'room-1', text: 'First', mentions: ['bob'], at })
    mutate(edit('Another', 'room-2'))
    mutate(edit('Second'))
    mutate(reaction('reaction.add'))
    mutate(reaction('reaction.add', '🎉'))
    mutate(reaction('reaction.remove'))
    expect(shown(1)).toMatchObject({ text: 'Second', mentions: ['bob'], myReactions: ['🎉'] })
    await online()
    expect(types()).toEqual([
      ['message.edit', 'room-1', undefined],
      ['message.edit', 'room-2', undefined],
      ['reaction.remove', 'room-1', '👍'],
      ['reaction.add', 'room-1', '🎉'],
    ])
    expect(said[0]?.command).toMatchObject({ text: 'Second', mentions: ['bob'] })
  })

  it('leaves nothing else to be done to a message that it deletes', async () => {
    const { mutate, types, shown, stored, online } = await given({ isLive: false })
    mutate(edit('Better'))
    mutate(reaction('reaction.add'))
    mutate(reaction('reaction.add', '👍', 'room-2'))
    mutate(remove())
    expect(shown(1)?.deletedAt).toBe(at)
    expect(stored()).toHaveLength(2)
    await online()
    expect(types()).toEqual([
      ['message.delete', 'room-1', undefined],
      ['reaction.add', 'room-2', '👍'],
    ])
  })

  it('stays at its message with the reason where it is refused, until its author retries or discards it', async () => {
    const { outbox, mutate, shown, window, stored, said, online, refuse } = await given({ isLive: false })
    mutate(edit('Better'))
    await online()
    await refuse(0, 'forbidden')
    expect(shown(1)).toMatchObject({ text: 'No. 1', editedAt: null })
    const failed = [{ type: 'message.edit', text: 'Better', state: 'failed', error: { code: 'forbidden' } }]
    expect(shown(1)?.mutations).toMatchObject(failed)
    expect(window().failedMutations).toMatchObject(failed)
    expect(stored()).toMatchObject([{ error: { code: 'forbidden' } }])
    const { clientId = '' } = shown(1)?.mutations?.[0] ?? {}
    outbox.retry('room', clientId)
    expect(shown(1)).toMatchObject({ text: 'Better', mutations: [{ state: 'sending', error: null }] })
    expect(said).toHaveLength(2)
    await refuse(1, 'silenced')
    // It is no message that could be written anew.
    await expect(outbox.revise('room', clientId, { text: 'As a message' })).rejects.toMatchObject({ code: 'not_found' })
    outbox.discard('room', clientId)
    expect(shown(1)).not.toHaveProperty('mutations')
    expect([window().failedMutations, stored()]).toEqual([[], []])
  })

  it('that has failed gives way to the next of the same thing, and is no part of it', async () => {
    const { mutate, shown, said, online, refuse } = await given({ isLive: false })
    mutate({ type: 'message.edit', messageId: 'room-1', text: 'Refused', mentions: ['bob'], at })
    await online()
    await refuse(0, 'forbidden')
    mutate(edit('Better'))
    expect(said[1]?.command).toMatchObject({ text: 'Better' })
    expect(said[1]?.command).not.toHaveProperty('mentions')
    expect(shown(1)?.mutations).toMatchObject([{ state: 'sending', text: 'Better' }])
  })

  it.each([
    ['not_found', edit('Better')],
    ['conflict', edit('Better')],
    ['not_found', remove()],
    ['not_found', reaction('reaction.remove')],
  ] as const)('ends without a word where its message is gone: %s', async (code, mutation) => {
    const { mutate, shown, entries, stored, online, refuse } = await given({ isLive: false })
    mutate(mutation)
    await online()
    await refuse(0, code)
    expect([entries(), stored()]).toEqual([[], []])
    expect(shown(1)).toMatchObject({ text: 'No. 1', deletedAt: null })
  })

  it('fails once the limits are known and are less, though nobody asked the server', async () => {
    const { store, mutate, shown, online, said } = await given({ isLive: false })
    mutate(edit('Far too long'))
    store.set({ limits })
    await online()
    expect(said).toEqual([])
    expect(shown(1)?.mutations).toMatchObject([{ state: 'failed', error: { code: 'too_large' } }])
  })
})

describe('a mutation that is made on a live line', () => {
  it('is told to whoever made it, and leaves nothing behind where it is refused', async () => {
    const { mutate, shown, entries, refuse, answer } = await given()
    const [refused, done] = [mutate(edit('Worse')), mutate(reaction('reaction.add', '👍', 'room-2'))]
    expect(shown(1)).toMatchObject({ text: 'Worse', mutations: [{ state: 'sending' }] })
    await refuse(0, 'forbidden')
    expect([refused, entries().length]).toEqual([{ of: 'forbidden' }, 1])
    await answer(1, { reaction: '👍' })
    expect([done.of, entries()]).toEqual([{ reaction: '👍' }, []])
  })

  it('is sent again where the line ends first, of which whoever made it hears', async () => {
    const { mutate, shown, types, offline, online, answer } = await given()
    const [first, second] = [mutate(edit('Better')), mutate(remove('room-2'))]
    await offline(0, 1)
    expect([first, second]).toEqual([{ of: 'disconnected' }, { of: 'disconnected' }])
    expect(shown(1)).toMatchObject({ text: 'Better', mutations: [{ state: 'sending' }] })
    await online()
    expect(types()).toHaveLength(4)
    await answer(2)
    await answer(3)
    expect(shown(2)?.deletedAt).toBe(at)
  })

  it('and waits behind a message is told that the line ended, too', async () => {
    const { mutate, send, offline } = await given()
    void send('One')
    const end = mutate(edit('Better'))
    await settle()
    expect(end).toEqual({})
    await offline(0)
    expect(end).toEqual({ of: 'disconnected' })
  })

  it('is sent again after a while where the server cannot do it now, as what followed it has it', async () => {
    const { mutate, said, types, refuse, answer, shown } = await given()
    const first = mutate({ type: 'message.edit', messageId: 'room-1', text: 'First', mentions: ['bob'], at })
    mutate(edit('Second'))
    await refuse(0, 'unavailable', { retryAfterMs: 5_000 })
    expect(first).toEqual({ of: 'unavailable' })
    await answer(1)
    await pass(5_000)
    expect(types()).toHaveLength(3)
    expect(said[2]?.command).toMatchObject({ text: 'Second', mentions: ['bob'] })
    await answer(2)
    expect(shown(1)).toMatchObject({ text: 'Second', mentions: ['bob'] })
  })

  it('is refused before it is shown where it is too large, and leaves what waits as it is', async () => {
    const { store, mutate, shown, entries } = await given({ isLive: false })
    mutate(edit('Better'))
    store.set({ limits })
    const end = mutate(edit('Far too long'))
    expect(shown(1)?.text).toBe('Better')
    await settle()
    expect([end, entries().length]).toEqual([{ of: 'too_large' }, 1])
  })

  it('does not hold up the others where it ends the connection each time: it fails', async () => {
    const { mutate, shown, types, close, ok, send } = await given()
    mutate(edit('Poison'))
    void send('One')
    for (let times = 0; times < 5; times += 1) await close(1006)
    expect(shown(1)).toMatchObject({ text: 'No. 1', mutations: [{ state: 'failed', error: { code: 'disconnected' } }] })
    expect(types().at(-1)).toEqual(['message.send', 'One', undefined])
    await ok(types().length - 1)
  })
})

describe('a message that waits itself', () => {
  it('is sent as edited, and not at all where it is deleted, if it was never sent', async () => {
    const { mutate, send, ends, said, online, ok, stored, window } = await given({ isLive: false })
    void send('One')
    void send('Two')
    const edited = mutate(edit('Better', 'One'))
    const deleted = mutate(remove('Two'))
    await settle()
    expect(window().items.at(-1)).toMatchObject({ text: 'Better', state: 'sending', editedAt: null })
    expect(stored()).toMatchObject([{ text: 'Better' }])
    expect([deleted.of, ends]).toEqual(['done', { Two: 'aborted' }])
    await online()
    expect(said.map(({ type, command }) => [type, command.text, command.clientId])).toEqual([
      ['message.send', 'Better', 'One'],
    ])
    await ok(0)
    expect(edited.of).toMatchObject({ id: 'room-1', text: 'Better' })
  })

  it('is edited after it has arrived, if the server may have it already', async () => {
    const { mutate, send, said, window, stored, offline, online, ok } = await given()
    void send('One')
    await offline(0)
    mutate(edit('Better', 'One'))
    mutate(reaction('reaction.add', '👍', 'One'))
    expect(window().items.at(-1)).toMatchObject({ text: 'Better', myReactions: ['👍'], state: 'sending' })
    await online()
    expect(said[1]).toMatchObject({ type: 'message.send', command: { text: 'One' } })
    expect(said).toHaveLength(2)
    await ok(1)
    expect(said.slice(2)).toMatchObject([
      { type: 'message.edit', command: { messageId: 'room-1', text: 'Better' } },
      { type: 'reaction.add', command: { messageId: 'room-1' } },
    ])
    expect(stored().map(({ mutation }) => mutation?.messageId)).toEqual(['room-1', 'room-1'])
  })

  it('takes along what was to be done to it where it fails and is discarded', async () => {
    const { outbox, mutate, send, said, entries, offline, online, refuse } = await given()
    void send('One')
    await offline(0)
    mutate(edit('Better', 'One'))
    await online()
    await refuse(1, 'forbidden')
    // The message has failed, so there is nothing to be edited; its author may try again.
    expect([said.length, entries().length]).toEqual([2, 2])
    const late = mutate(edit('Too late', 'One'))
    await settle()
    expect(late).toEqual({ of: 'not_found' })
    outbox.discard('room', 'One')
    expect(entries()).toEqual([])
  })
})

describe('mutations that were stored', () => {
  it('are shown and sent by the next page, in their order', async () => {
    const before = await given({ isLive: false })
    before.mutate(edit('Better'))
    void before.send('One')
    before.mutate(remove('room-2'))
    before.outbox.close()
    const { shown, types, ok, answer } = await given({ storage: before.storage })
    expect(shown(1)).toMatchObject({ text: 'Better', mutations: [{ state: 'sending' }] })
    expect(shown(2)?.deletedAt).toBe(at)
    await answer(0)
    await ok(1)
    expect(types()).toEqual([
      ['message.edit', 'room-1', undefined],
      ['message.send', 'One', undefined],
      ['message.delete', 'room-2', undefined],
    ])
  })

  it('wait for a message of the same page, of which nobody knows whether it has arrived', async () => {
    const before = await given({ isLive: false })
    void before.send('One')
    before.outbox.close()
    const { mutate, said, ok, online } = await given({ isLive: false, storage: before.storage })
    mutate(edit('Better', 'One'))
    await online()
    expect(said[0]?.command).toMatchObject({ text: 'One' })
    await ok(0)
    expect(said[1]).toMatchObject({ type: 'message.edit', command: { messageId: 'room-1', text: 'Better' } })
  })
})
