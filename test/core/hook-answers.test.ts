import { describe, expect, it } from 'vitest'
import {
  ask,
  atOnce,
  type BeforeHooks,
  type PermissionCheck,
  reject,
  returned,
  usersFrom,
} from '../../src/core/hooks.js'

const about = { userId: 'bob', roomId: 'r1', prisma: {} as never }
const draft = { text: 'Hello', mentions: ['ann'] }

describe('what a hook is asked', () => {
  it('is nothing where there is none: the draft is the same', async () => {
    expect(await ask({}, 'message', draft, about)).toBe(draft)
  })

  it('is about a copy, which it may do with as it likes', async () => {
    const before: BeforeHooks = {
      message(given, told) {
        expect(this).toBe(before)
        expect([given, told]).toEqual([draft, about])
        given.mentions?.push('eve')
        return undefined
      },
    }
    expect(await ask(before, 'message', draft, about)).toBe(draft)
    expect(draft.mentions).toEqual(['ann'])
  })

  it('is answered by another draft, at once or later, or by a refusal', async () => {
    const changed = { ...draft, text: 'Hi' }
    expect(await ask({ message: () => changed }, 'message', draft, about)).toEqual(changed)
    expect(await ask({ message: async () => changed }, 'message', draft, about)).toEqual(changed)
    const refusing: BeforeHooks = {
      message() {
        throw reject('not today')
      },
    }
    await expect(ask(refusing, 'message', draft, about)).rejects.toMatchObject({
      code: 'rejected',
      detail: 'not today',
    })
  })
})

describe('what a hook returned', () => {
  it('is nothing, or a draft of its kind', () => {
    for (const nothing of [undefined, null]) expect(returned('message', nothing)).toBeUndefined()
    expect(returned('message', draft)).toEqual(draft)
    expect(returned('room', { type: 'group', name: 'Team' })).toMatchObject({ type: 'group', name: 'Team' })
    expect(returned('member', { userId: 'ann' })).toEqual({ userId: 'ann' })
    expect(returned('upload', { filename: 'a.png', byteSize: 7 })).toEqual({ filename: 'a.png' })
  })

  it('is otherwise a mistake of the host’s, and is said where', () => {
    const mistake = (name: keyof BeforeHooks, where: RegExp) =>
      expect.objectContaining({
        name: 'TypeError',
        message: expect.stringMatching(
          new RegExp(
            `^express-chat: before\\.${name} returned what is no draft \\(${where.source}.+\\); return nothing, or \\{ \\.\\.\\.draft \\} with what is to be changed$`,
          ),
        ),
      })
    expect(() => returned('message', { text: 7 })).toThrow(mistake('message', /text: /))
    expect(() => returned('message', { ...draft, mentions: ['ann', 7] })).toThrow(mistake('message', /mentions\.1: /))
    expect(() => returned('upload', true)).toThrow(mistake('upload', /(?!: )/))
    expect(() => returned('member', 'ann')).toThrow(mistake('member', /(?!: )/))
    expect(() => returned('room', {})).toThrow(mistake('room', /type: /))
  })
})

describe('the host’s last word', () => {
  const question = { permission: 'canEditRoom', userId: 'bob' } as PermissionCheck

  it('is no by false alone', () => {
    const asked: PermissionCheck[] = []
    const wordOf = (word: unknown) =>
      atOnce((about) => {
        asked.push(about)
        return word as boolean
      })(question)
    expect([true, undefined, null, 0, ''].map(wordOf)).toEqual([true, true, true, true, true])
    expect(wordOf(false)).toBe(false)
    expect(asked[0]).toBe(question)
  })

  it('is a mistake of the host’s where it comes later, be it that it fails', async () => {
    for (const later of [Promise.resolve(true), Promise.reject(new Error('late'))]) {
      expect(() => atOnce(() => later as never)(question)).toThrow(
        new TypeError(
          'express-chat: can gave a promise, which nobody waits for while a room is locked; answer true or false at once, from what is in memory, or ask in a `before` hook',
        ),
      )
    }
    await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('what the directory gave', () => {
  it('is users, each with an id', () => {
    for (const users of [[], [{ id: 'ann', name: 'Ann' }, { id: 'bob' }]]) expect(usersFrom('find', users)).toBe(users)
  })

  it.each<[given: unknown, what: string]>([
    [undefined, 'undefined'],
    ['ann', 'string'],
    [{ ann: {} }, 'object'],
    [[{ id: 'ann' }, { id: 7 }], 'a user whose id is number'],
    [[null], 'a user whose id is undefined'],
    [[{}], 'a user whose id is undefined'],
  ])('is otherwise a mistake of the host’s: %j', (given, what) => {
    expect(() => usersFrom('search', given)).toThrow(
      new TypeError(`express-chat: directory.search gave ${what}; give a list of users, each as { id: 'text', name }`),
    )
  })
})
