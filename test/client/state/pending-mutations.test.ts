import type { ShownMessage } from 'express-chat/client'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { applyMutation } from '../../../src/client/state/pending-mutations.js'
import type { PendingMutation } from '../../../src/client/state/room-entry.js'
import { messageOf } from './room-model.js'

const at = '2026-11-26T13:00:00.000Z'

const shownOf = (facts: Partial<ShownMessage> = {}): ShownMessage => ({
  ...messageOf('room', 1),
  ...{ key: 'room-1', state: 'sent', error: null, myReactions: [] },
  ...facts,
})

const react = (type: 'reaction.add' | 'reaction.remove', reaction: string): PendingMutation => ({
  ...{ type, messageId: 'room-1', reaction, at },
})

const reactionsArbitrary = fc
  .uniqueArray(fc.constantFrom('👍', '🎉', '❤️'))
  .chain((all) =>
    fc.tuple(
      ...all.map((reaction) =>
        fc.record({
          reaction: fc.constant(reaction),
          isMine: fc.boolean(),
          others: fc.subarray(['bob', 'carol', 'dave']),
          unnamed: fc.nat(3),
        }),
      ),
    ),
  )
  .map((each) => each.filter(({ isMine, others, unnamed }) => Number(isMine) + others.length + unnamed > 0))
  .map((each) =>
    shownOf({
      reactions: each.map(({ reaction, isMine, others, unnamed }) => ({
        ...{ reaction, userIds: isMine ? [...others, 'alice'] : others },
        count: others.length + Number(isMine) + unnamed,
      })),
      myReactions: each.flatMap(({ reaction, isMine }) => (isMine ? reaction : [])),
    }),
  )

describe('a message to which something is applyMutation here first', () => {
  it('looks as it will once the server has done it: edited', () => {
    const message = shownOf({ mentions: ['bob'] })
    const edit: PendingMutation = { type: 'message.edit', messageId: 'room-1', text: 'Better', at }
    expect(applyMutation(message, edit, 'alice')).toEqual({ ...message, text: 'Better', editedAt: at })
    const mentions: PendingMutation = { type: 'message.edit', messageId: 'room-1', mentions: [], at }
    expect(applyMutation(message, mentions, 'alice')).toEqual({ ...message, mentions: [], editedAt: at })
  })

  it('is not edited by what changes nothing, as on the server', () => {
    const message = shownOf({ mentions: ['bob'], data: { order: 17 } })
    const { text } = message
    const edit: PendingMutation = { type: 'message.edit', messageId: 'room-1', text, mentions: ['bob'], at }
    expect(applyMutation(message, edit, 'alice')).toBe(message)
    expect(applyMutation(message, { ...edit, data: { order: 17 } }, 'alice')).toBe(message)
    expect(applyMutation(message, { ...edit, data: { order: 18 } }, 'alice')).toMatchObject({ editedAt: at })
  })

  it('looks as it will once the server has done it: deleted, with nothing of what was said', () => {
    const message = shownOf({
      ...{ mentions: ['bob'], myReactions: ['👍'], reactions: [{ reaction: '👍', count: 1, userIds: ['alice'] }] },
      media: [{} as never],
    })
    const nothing = { text: '', media: [], mentions: [], mentionsEveryone: false, reactions: [], myReactions: [] }
    const mutation: PendingMutation = { type: 'message.delete', messageId: 'room-1', at }
    expect(applyMutation(message, mutation, 'alice')).toEqual({ ...message, ...nothing, deletedAt: at })
  })

  it('looks as it will once the server has done it: with my reaction, or without', () => {
    const added = applyMutation(shownOf(), react('reaction.add', '👍'), 'alice')
    expect(added).toMatchObject({ myReactions: ['👍'], reactions: [{ reaction: '👍', count: 1, userIds: ['alice'] }] })
    const second = applyMutation(added, react('reaction.add', '🎉'), 'alice')
    expect(second.reactions.map(({ reaction }) => reaction)).toEqual(['👍', '🎉'])
    const taken = applyMutation(second, react('reaction.remove', '👍'), 'alice')
    expect(taken).toMatchObject({ myReactions: ['🎉'], reactions: [{ reaction: '🎉', count: 1, userIds: ['alice'] }] })
  })

  it('counts me beside the others, of whom not all are named', () => {
    const message = shownOf({ reactions: [{ reaction: '👍', count: 30, userIds: ['bob'] }] })
    const added = applyMutation(message, react('reaction.add', '👍'), 'alice')
    expect(added.reactions).toEqual([{ reaction: '👍', count: 31, userIds: ['bob', 'alice'] }])
    expect(applyMutation(added, react('reaction.remove', '👍'), 'alice').reactions).toEqual(message.reactions)
  })

  it('stays as it is, the very same, where the mutation is for another, or it is deleted, or nothing is new', () => {
    const deleted = shownOf({ deletedAt: at })
    const mutations: PendingMutation[] = [
      { type: 'message.edit', messageId: 'room-1', text: 'Better', at },
      { type: 'message.delete', messageId: 'room-1', at },
      react('reaction.add', '👍'),
    ]
    for (const mutation of mutations) {
      expect(applyMutation(deleted, mutation, 'alice')).toBe(deleted)
      const other = shownOf({ id: 'room-2' })
      expect(applyMutation(other, mutation, 'alice')).toBe(other)
    }
    const liked = shownOf({ myReactions: ['👍'], reactions: [{ reaction: '👍', count: 1, userIds: ['alice'] }] })
    expect(applyMutation(liked, react('reaction.add', '👍'), 'alice')).toBe(liked)
    expect(applyMutation(liked, react('reaction.remove', '🎉'), 'alice')).toBe(liked)
  })

  it('looks the same when it is applied twice, and as before when it is taken back', () => {
    fc.assert(
      fc.property(
        reactionsArbitrary,
        fc.constantFrom('👍', '🎉', '❤️', '🙈'),
        fc.boolean(),
        (message, reaction, adds) => {
          const mutation = react(adds ? 'reaction.add' : 'reaction.remove', reaction)
          const once = applyMutation(message, mutation, 'alice')
          expect(applyMutation(once, mutation, 'alice')).toBe(once)
          const back = applyMutation(once, react(adds ? 'reaction.remove' : 'reaction.add', reaction), 'alice')
          const sorted = ({ reactions, myReactions }: ShownMessage) => ({
            counts: reactions.map((each) => `${each.reaction} ${each.count} ${[...each.userIds].sort()}`).sort(),
            mine: [...myReactions].sort(),
          })
          if (message.myReactions.includes(reaction) !== adds) expect(sorted(back)).toEqual(sorted(message))
          expect(once.reactions.every(({ count, userIds }) => count > 0 && userIds.length <= count)).toBe(true)
          expect(once.myReactions.includes(reaction)).toBe(adds)
        },
      ),
    )
  })
})
