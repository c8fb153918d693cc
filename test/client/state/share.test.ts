import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { share } from '../../../src/client/state/share.js'

const withId = fc.record({ id: fc.constantFrom('a', 'b', 'c'), text: fc.constantFrom('x', 'y') })
const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(1, 2, 'x', null, undefined, true),
    withId,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('one', 'two', 'three'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
})).value

describe('what is shown anew', () => {
  it('is the same thing where nothing changed, and equal to what it is made of in any case', () => {
    fc.assert(
      fc.property(value, value, (old, next) => {
        expect(share(old, next)).toEqual(next)
        expect(share(old, structuredClone(old))).toBe(old)
      }),
    )
  })

  it('changes nothing that it is made of', () => {
    fc.assert(
      fc.property(value, value, (old, next) => {
        const [before, after] = structuredClone([old, next])
        share(old, next)
        expect([old, next]).toEqual([before, after])
      }),
    )
  })

  it('keeps what stayed the same of what did not', () => {
    const old = {
      items: [
        { id: 'a', text: 'x' },
        { id: 'b', text: 'y' },
      ],
      status: { is: 'ready' },
    }
    const next = structuredClone(old)
    ;(next.items[1] as { text: string }).text = 'z'
    const made = share(old, next)
    expect(made).not.toBe(old)
    expect(made.items[0]).toBe(old.items[0])
    expect(made.status).toBe(old.status)
    expect(made.items[1]).toEqual({ id: 'b', text: 'z' })
  })

  it('is new where there is more of it, or less', () => {
    const one = { a: 1 }
    expect(share(one, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined })
    expect(share<object>({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 })
    expect(share([1, 2], [1])).toEqual([1])
    expect(Array.isArray(share([1, 2], [1, 3]))).toBe(true)
    expect(Array.isArray(share({ 0: 1 }, [1, 3]))).toBe(true)
    expect(share({ 0: 1 }, [1])).toEqual([1])
    expect(share<object>([1], { 0: 1 })).toEqual({ 0: 1 })
  })

  it('takes what has an id whole: it is never half of another that stood there', () => {
    const [old, next] = [
      { id: 'a', user: { id: 'u' }, tags: ['x'] },
      { id: 'b', user: { id: 'u' }, tags: ['x'] },
    ]
    const made = share(old, next)
    expect(made).toBe(next)
    expect(made.tags).toBe(next.tags)
  })

  it('leaves errors, and what is no thing, as they are', () => {
    const error = new Error('x')
    expect(share(new Error('x'), error)).toBe(error)
    expect(share(error, { message: 'x' })).toEqual({ message: 'x' })
    expect(share(null, { a: 1 })).toEqual({ a: 1 })
    expect(share({ a: 1 }, null)).toBeNull()
    expect(share('x', 'y')).toBe('y')
  })
})
