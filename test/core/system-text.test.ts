import { describe, expect, it, vi } from 'vitest'
import type { SystemMessage } from '../../src/contract/messages.js'
import { englishOf, hostWords, type SystemText } from '../../src/core/system-text.js'

const names = { ann: 'Ann', bob: 'Bob' }
const happened = (type: SystemMessage['type'], more: Partial<SystemMessage> = {}): SystemMessage => ({
  ...{ type, actorId: 'ann', userIds: ['bob', 'carol'], ...more },
})

describe('the English words for what happened', () => {
  it.each<[SystemMessage['type'], byAnn: string, byNobody: string]>([
    ['room.created', 'Ann created the group', 'The group was created'],
    ['room.renamed', 'Ann renamed the group to “Team”', 'The group is now called “Team”'],
    ['member.added', 'Ann added Bob, carol', 'Bob, carol was added'],
    ['member.joined', 'Bob, carol joined', 'Bob, carol joined'],
    ['member.left', 'Bob, carol left', 'Bob, carol left'],
    ['member.removed', 'Ann removed Bob, carol', 'Bob, carol was removed'],
    ['member.banned', 'Ann banned Bob, carol', 'Bob, carol was banned'],
    ['owner.changed', 'Ann made Bob, carol an owner', 'Bob, carol is now an owner'],
    ['message.pinned', 'Ann pinned a message', 'A message was pinned'],
    ['host', '', ''],
  ])('are those of %s: “%s”, or “%s” where nobody of the chat did it', (type, byAnn, byNobody) => {
    expect(englishOf(happened(type, { name: 'Team' }), names, 'group')).toBe(byAnn)
    expect(englishOf(happened(type, { name: 'Team', actorId: null }), names, 'group')).toBe(byNobody)
  })

  it('name nobody, and no name, where none was told', () => {
    expect(englishOf({ type: 'member.joined', actorId: null }, names, 'channel')).toBe(' joined')
    expect(englishOf({ type: 'room.renamed', actorId: 'ann' }, names, 'channel')).toBe('Ann renamed the channel to “”')
  })
})

describe('the host’s words', () => {
  const joined = happened('member.joined')

  /** What they come to, and what was logged. */
  function saidBy(systemText: unknown, textLength = 5) {
    const error = vi.fn()
    const words = hostWords(systemText as SystemText, textLength, { error, warn: vi.fn() } as never)
    return { text: words(joined, names), logged: error.mock.calls }
  }
  const failure = (error: Error) => [['express-chat: systemText failed; the English words stand', error]]

  it('are taken as they are, and are asked for with what happened and who is who', () => {
    const systemText = vi.fn(() => '')
    expect(saidBy(systemText)).toEqual({ text: '', logged: [] })
    expect(systemText).toHaveBeenCalledExactlyOnceWith(joined, names)
  })

  it('may be as long as a message: in characters, whatever these take', () => {
    for (const text of ['fives', '🙂🙂🙂🙂🙂']) expect(saidBy(() => text)).toEqual({ text, logged: [] })
    for (const text of ['sixsix', '🙂🙂🙂🙂🙂🙂']) {
      expect(saidBy(() => text)).toEqual({
        text: undefined,
        logged: failure(new RangeError('its text for member.joined has more than 5 characters')),
      })
    }
  })

  it('are a text, at once: not a promise of one, be it that it fails', async () => {
    for (const [gives, what] of [
      [undefined, 'undefined'],
      [7, 'number'],
      [Promise.resolve('late'), 'object'],
      [Promise.reject(new Error('late')), 'object'],
    ]) {
      expect(saidBy(() => gives)).toEqual({
        text: undefined,
        logged: failure(new TypeError(`it gave ${what} for member.joined; give a text, at once`)),
      })
    }
    await new Promise((resolve) => setImmediate(resolve))
  })

  it('are nothing that cannot be stored', () => {
    for (const text of ['a\0b', 'a\uD83D']) {
      expect(saidBy(() => text)).toEqual({
        text: undefined,
        logged: failure(new TypeError('its text for member.joined holds NUL or half a character')),
      })
    }
  })

  it('are none where the host fails', () => {
    const error = new Error('of the host')
    const fails = () => {
      throw error
    }
    expect(saidBy(fails)).toEqual({ text: undefined, logged: failure(error) })
  })
})
