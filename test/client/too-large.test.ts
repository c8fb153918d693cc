import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytesOf } from '../../src/client/frame-size.js'
import { tooLarge } from '../../src/client/too-large.js'

describe('the size of a text', () => {
  it('is that of its UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(bytesOf(text)).toBe(Buffer.byteLength(text))
      }),
    )
    for (const text of ['\u007f', '\u0080', '\u07ff', '\u0800', '\ud7ff', '\ue000', '\uffff', '😀']) {
      expect(bytesOf(text), text).toBe(Buffer.byteLength(text))
    }
  })
})

describe('a message that the server would not take', () => {
  const rate = { points: 1, seconds: 1 }
  const rates = { frames: rate, sends: rate, reactions: rate }
  const limits = { textLength: 10, frameBytes: 1024, mediaPerMessage: 2, rates }
  const why = (command: object, known: Partial<typeof limits> = {}) =>
    tooLarge({ ...limits, ...known }, { roomId: 'room-1', ...command })

  it.each([
    ['as many characters as are allowed', { text: '🦊'.repeat(10) }, undefined],
    ['one more', { text: '🦊'.repeat(11) }, 'has 11 characters; the limit is 10'],
    ['one more, of one code unit each', { text: 'x'.repeat(11) }, 'has 11 characters; the limit is 10'],
    ['as many media as are allowed', { mediaIds: ['1', '2'] }, undefined],
    ['one more', { mediaIds: ['1', '2', '3'] }, 'a message carries 2 media at most'],
    ['as many bytes as are allowed', { mentions: ['图'.repeat(287)] }, undefined],
    ['one more', { mentions: [`${'图'.repeat(287)}.`] }, 'has 1025 bytes; the limit is 1024'],
    ['escaped bytes', { mentions: ['\n'.repeat(450)] }, 'has 1063 bytes; the limit is 1024'],
    ['accents', { mentions: ['é'.repeat(450)] }, 'has 1063 bytes; the limit is 1024'],
    ['emoji', { mentions: ['🦊'.repeat(225)] }, 'has 1063 bytes; the limit is 1024'],
  ])('is told by its characters, media and bytes: %s', (_what, command, detail) => {
    expect(why(command)?.message).toBe(detail)
  })

  it('has 4 KiB of data at most', () => {
    const of = (count: number) => why({ data: { a: 'é'.repeat(count) } }, { frameBytes: 65_536 })
    expect(of(2044)).toBeUndefined()
    expect(of(2045)?.errors).toEqual([{ pointer: '/data', detail: 'has 4098 bytes; the limit is 4096' }])
  })

  it('is refused as the server would refuse it, with where it is too large', () => {
    const detail = 'has 11 characters; the limit is 10'
    expect(why({ text: 'x'.repeat(11) })).toMatchObject({ code: 'too_large', status: 413, isTransient: false })
    expect(why({ text: 'x'.repeat(11) })?.problem).toEqual({
      ...{ type: 'urn:express-chat:problem:too_large', title: 'Too large', status: 413, code: 'too_large' },
      ...{ detail, errors: [{ pointer: '/text', detail }], requestId: '' },
    })
    expect(why({ mediaIds: ['1', '2', '3'] })?.errors).toMatchObject([{ pointer: '/mediaIds' }])
    expect(why({ mentions: ['x'.repeat(1_000)] })?.errors).toMatchObject([{ pointer: '' }])
  })

  it('is none without media where none may be sent', () => {
    expect(why({ text: 'Hello' }, { mediaPerMessage: 0 })).toBeUndefined()
    expect(why({ mediaIds: ['1'] }, { mediaPerMessage: 0 })).toBeDefined()
  })

  it('is not known before the server has said what it takes', () => {
    expect(tooLarge(undefined, { roomId: 'room-1', text: 'x'.repeat(100_000) })).toBeUndefined()
  })
})
