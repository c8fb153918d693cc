import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idIn } from '../../src/realtime/id-in.js'

const idOf = (frame: string | object) => idIn(Buffer.from(typeof frame === 'string' ? frame : JSON.stringify(frame)))
/** Text that is too long to be looked at as a whole. */
const long = 'x'.repeat(9_000)

describe('the id of a frame that is too large to be read', () => {
  it('is found at its beginning and at its end', () => {
    expect(idOf({ id: 'c1', type: 'message.send', text: long })).toBe('c1')
    expect(idOf({ type: 'message.send', id: 'c1', text: long })).toBe('c1')
    expect(idOf({ type: 'message.send', text: long, id: 'c1' })).toBe('c1')
    expect(idOf(`{"text":"${long}" ,\n\t"id" \n:  "c1" }`)).toBe('c1')
    expect(idOf(`{ \n "id" : "c1","text":"${long}"}`)).toBe('c1')
  })

  it('is the first one at the beginning, or the last one at the end', () => {
    expect(idOf(`{"id":"first","text":"${long}","id":"last"}`)).toBe('first')
    expect(idOf(`{"id":"first","in":{"id":"second"},"text":"${long}"}`)).toBe('first')
    expect(idOf(`{"text":"${long}","id":"before","id":"last"}`)).toBe('last')
  })

  it('is looked for in the 4 KiB at either end', () => {
    const at = (before: number, after: number) => {
      const rest = `{"${'x'.repeat(before - 2)},"id":"c1"${'x'.repeat(after)}`
      return idOf(rest)
    }
    const member = ',"id":"c1"'.length
    expect(at(4_096 - member, 9_000)).toBe('c1')
    expect(at(4_097 - member, 9_000)).toBeUndefined()
    expect(at(9_000, 4_096 - member)).toBe('c1')
    expect(at(9_000, 4_097 - member)).toBeUndefined()
  })

  it('is not what stands inside of a text, nor what is no id', () => {
    expect(idOf({ text: `,"id":"no" {"id":"no"}${long}` })).toBeUndefined()
    for (const none of [
      '"id":"c1"',
      '{"id":7}',
      '{"id":null}',
      '{"ids":"c1"}',
      '{"id":"c1',
      '{"id":""}',
      '{"id"x:"c1"}',
      '[]',
      '',
    ])
      expect(idOf(`${none}`), none).toBeUndefined()
  })

  it('is a text of 1 to 100 characters, with whatever is in it', () => {
    for (const id of ['a', 'x'.repeat(100), '"\\\n', 'ü€🙂', '\u0001'.repeat(100), 'a\\', '\u2028']) {
      expect(idOf({ id, text: long })).toBe(id)
    }
    expect(idOf({ id: 'x'.repeat(101), text: long })).toBeUndefined()
    expect(idOf({ id: 'x'.repeat(1_201), text: long })).toBeUndefined()
    expect(idOf(`{"id":"\\q","text":"${long}"}`)).toBeUndefined()
    // What no writer of JSON lets through.
    expect(idOf(`{"id":"a\nb","text":"${long}"}`)).toBeUndefined()
  })

  it('is found by whatever it may be, first or last', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' }), (id) => {
        fc.pre(id.length <= 100)
        expect(idOf({ id, text: long })).toBe(id)
        expect(idOf({ text: long, id })).toBe(id)
      }),
      { numRuns: 50 },
    )
  })
})
