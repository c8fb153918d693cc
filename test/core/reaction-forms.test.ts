import { describe, expect, it } from 'vitest'
import { anyText, emoji, likeDislike, type ReactionContext } from '../../src/core/reaction-policies.js'

const context: ReactionContext = {
  message: { id: 'm1', userId: 'ann', text: 'Hello' },
  room: { id: 'r1', type: 'group' },
  actor: 'bob',
}

describe('the policy emoji()', () => {
  const policy = emoji()

  it.each([
    ['a face', '\u{1F642}', ['\u{1F642}\u{FE0F}', '\u{1F642}\u{FE0E}']],
    ['a symbol', '\u{2764}\u{FE0F}', ['\u{2764}', '\u{2764}\u{FE0E}', '\u{2764}\u{FE0F}\u{FE0F}']],
    ['a symbol with a skin tone', '\u{261D}\u{1F3FD}', ['\u{261D}\u{FE0F}\u{1F3FD}']],
    ['a face with a skin tone', '\u{1F44D}\u{1F3FD}', ['\u{1F44D}\u{FE0F}\u{1F3FD}']],
    ['several joined', '\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}', ['\u{1F3F3}\u{200D}\u{1F308}']],
    ['two symbols joined', '\u{26F9}\u{FE0F}\u{200D}\u{2642}\u{FE0F}', ['\u{26F9}\u{200D}\u{2642}']],
    ['a family', '\u{1F469}\u{200D}\u{1F469}\u{200D}\u{1F467}', []],
    ['a key', '3\u{FE0F}\u{20E3}', ['3\u{20E3}', '3\u{FE0E}\u{20E3}']],
    ['a flag', '\u{1F1EB}\u{1F1F7}', []],
  ])('takes %s in the form that Unicode recommends', (_, recommended, others) => {
    for (const form of [recommended, ...others]) expect(policy.accept(form, context)).toBe(recommended)
  })

  it('takes nothing that is no emoji, or more than one', () => {
    for (const text of [
      '',
      'a',
      '1',
      '1\u{FE0F}',
      '\u{FE0F}',
      '\u{200D}',
      ' 👍',
      '👍 ',
      '👍👍',
      'a👍',
      '👍a',
      '🇫',
      '\u{1F1FD}\u{1F1FD}',
      'é',
    ]) {
      expect(policy.accept(text, context), text).toBe(false)
    }
  })

  it('lets a user give a message several', () => {
    expect(policy.exclusive).toBeUndefined()
  })
})

describe('the policy likeDislike()', () => {
  const policy = likeDislike()

  it('takes one of the two, as it is written here', () => {
    for (const reaction of ['like', 'dislike']) expect(policy.accept(reaction, context)).toBe(true)
    for (const reaction of ['', 'Like', 'like ', 'likes', '👍']) expect(policy.accept(reaction, context)).toBe(false)
  })

  it('puts a user’s new reaction in the place of the one before', () => {
    expect(policy.exclusive).toBe(true)
  })
})

describe('the policy anyText()', () => {
  it('takes a text without the spaces at its ends', () => {
    expect(anyText().accept(' very good\n', context)).toBe('very good')
  })

  it('takes no blank one, nor one of more than 32 characters, or of as many as were asked for', () => {
    for (const blank of ['', ' ', '\n\t']) expect(anyText().accept(blank, context)).toBe(false)
    expect(anyText().accept('🙂'.repeat(32), context)).toBe('🙂'.repeat(32))
    expect(anyText().accept('a'.repeat(33), context)).toBe(false)
    const short = anyText({ maxLength: 3 })
    expect(short.accept(' abc ', context)).toBe('abc')
    expect(short.accept('abcd', context)).toBe(false)
  })
})
