import { describe, expect, it } from 'vitest'
import * as checks from '../../src/core/option-checks.js'

const { anything, bool, checkCall, func, having, isPromise, list, number, object, syncFunc, text } = checks
const run =
  (check: checks.Check, value: unknown, name = 'x') =>
  () =>
    check(value, name)
const asyncFunction = async () => undefined
async function* asyncGenerator() {}

describe('an option', () => {
  it.each<[what: string, value: unknown]>([
    ['"texts"', 'texts'],
    [`"${'t'.repeat(60)}"`, 't'.repeat(60)],
    // It may be a secret.
    ['a text', 't'.repeat(61)],
    ['a function', () => undefined],
    ['an async function', asyncFunction],
    ['an async function', asyncGenerator],
    ['a list', []],
    ['a promise', Promise.resolve()],
    // biome-ignore lint/suspicious/noThenProperty: it is what it is about
    ['a promise', { then: () => undefined }],
    // biome-ignore lint/suspicious/noThenProperty: it is what it is about
    ['an object', { then: 'not yet' }],
    ['an object', {}],
    ['null', null],
    ['undefined', undefined],
    ['7', 7],
    ['NaN', Number.NaN],
    ['false', false],
  ])('is shown as %s where it is refused, with the mend', (what, value) => {
    expect(() => checks.refuse('limits.x', value, 'give another')).toThrow(
      new TypeError(`express-chat: limits.x is ${what}; give another`),
    )
  })

  it('may be whatever it is where something else looks at it', () => {
    for (const value of [undefined, null, 1, {}]) expect(run(anything, value)()).toBeUndefined()
  })

  it('is a text of one character at least', () => {
    expect(run(text('m'), 'a')()).toBeUndefined()
    for (const wrong of ['', 7, undefined]) expect(run(text('m'), wrong)).toThrow('; m')
  })

  it('is true or false', () => {
    for (const right of [true, false]) expect(run(bool, right)()).toBeUndefined()
    for (const wrong of [0, 'true', undefined]) expect(run(bool, wrong)).toThrow('; give true or false')
  })

  it('is a number within bounds, or false where that may be', () => {
    const check = number(2, 5)
    for (const right of [2, 3.5, 5]) expect(run(check, right)()).toBeUndefined()
    for (const wrong of [1, 6, '3', Number.NaN, false]) expect(run(check, wrong)).toThrow(/; give 2 to 5$/)
    expect(run(number(2, 5, true), false)()).toBeUndefined()
    expect(run(number(2, 5, true), 3)()).toBeUndefined()
    for (const wrong of [true, 0]) expect(run(number(2, 5, true), wrong)).toThrow(/; give 2 to 5, or false$/)
  })

  it('is a function; one whose promise nobody waits for is none', () => {
    for (const right of [() => undefined, asyncFunction]) expect(run(func('m'), right)()).toBeUndefined()
    expect(run(func('m'), {})).toThrow(/x is an object; m$/)
    expect(run(syncFunc('m'), () => undefined)()).toBeUndefined()
    expect(run(syncFunc('m'), {})).toThrow(/x is an object; m$/)
    expect(run(syncFunc('m'), asyncFunction)).toThrow(/x is an async function; its promise would not be waited for; m$/)
  })

  it('is a list, each item of which is right', () => {
    const check = list(bool, 'give a list')
    for (const right of [[], [true], [true, false]]) expect(run(check, right)()).toBeUndefined()
    expect(run(check, true)).toThrow(/x is true; give a list$/)
    expect(run(check, [true, 7])).toThrow(/x\[1\] is 7; give true or false$/)
  })

  it('has the methods that it must have, and others only as such', () => {
    class Logger {
      warn() {}
      error() {}
    }
    const check = having(['warn', 'error'], 'm', ['close'])
    const callable = Object.assign(() => undefined, { warn() {}, error() {} })
    for (const right of [new Logger(), callable, { warn() {}, error() {}, close() {} }]) {
      expect(run(check, right)()).toBeUndefined()
    }
    for (const wrong of [null, undefined, 'console', 7]) expect(run(check, wrong)).toThrow(/^express-chat: x is .*; m$/)
    expect(run(check, { warn() {} })).toThrow(/^express-chat: x has no method error; m$/)
    expect(run(check, { warn() {}, error: 'e' })).toThrow(/x has something else than a method as error; m$/)
    expect(run(check, { warn() {}, error() {}, close: 1 })).toThrow(/x has something else than a method as close; m$/)
    expect(run(having([], 'm'), {})()).toBeUndefined()
  })

  it('is a promise where it can be waited for', () => {
    // biome-ignore lint/suspicious/noThenProperty: it is what it is about
    expect([Promise.resolve(), { then() {} }].map(isPromise)).toEqual([true, true])
    // biome-ignore lint/suspicious/noThenProperty: it is what it is about
    expect([{ then: 1 }, {}, null, undefined, () => undefined].map(isPromise)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ])
  })
})

describe('options', () => {
  interface Rate {
    points: number
    seconds?: number
  }
  interface Options {
    path?: string
    docs?: boolean
    rates?: { sends?: Rate; uploads?: Rate }
    textLength?: number
  }
  const rate = object<Rate>(
    { points: number(1, 9), seconds: number(1, 9) },
    { required: ['points'], mend: 'give a rate' },
  )
  const check = object<Options>({
    path: text('give a path'),
    docs: bool,
    rates: object<NonNullable<Options['rates']>>({ sends: rate, uploads: rate }),
    textLength: number(1, 9),
  })

  it('are those that there are, each of which is right, and some of which must be given', () => {
    const right = [
      ...[{}, { path: undefined }, { path: 'a', docs: true, rates: { sends: { points: 1 } } }],
      ...[Object.assign(Object.create(null), { path: 'a' })],
    ]
    for (const options of right) expect(run(check, options, '')()).toBeUndefined()
    expect(run(check, { path: 7 }, '')).toThrow(/^express-chat: path is 7; give a path$/)
    expect(run(check, { path: 7 }, 'media')).toThrow(/^express-chat: media\.path is 7; give a path$/)
    expect(run(check, { rates: { uploads: { points: 1, seconds: 0 } } }, '')).toThrow(
      /: rates\.uploads\.seconds is 0; give/,
    )
    expect(run(check, { rates: { sends: {} } }, '')).toThrow(/: rates\.sends\.points is undefined; give 1 to 9$/)
  })

  it('are in an object', () => {
    for (const [wrong, shown] of [
      [[], 'a list'],
      [null, 'null'],
      ['a', '"a"'],
    ]) {
      expect(run(check, wrong, 'media')).toThrow(`express-chat: media is ${shown}; give an object`)
      expect(run(rate, wrong, 'sends')).toThrow(`express-chat: sends is ${shown}; give a rate`)
    }
  })

  it('may be an instance of a class of the host’s, which holds more', () => {
    class Own {
      path = 'a'
      more = 'of its own'
    }
    expect(run(check, new Own(), '')()).toBeUndefined()
    expect(run(check, Object.assign(new Own(), { path: 7 }), '')).toThrow('path is 7')
  })

  it.each([
    ['there is no option pth; did you mean path?', { pth: 'a' }],
    ['there is no option PATH; did you mean path?', { PATH: 'a' }],
    ['there is no option sends; did you mean rates.sends?', { sends: { points: 1 } }],
    ['there is no option points; did you mean rates.sends.points?', { points: 1 }],
    ['there is no option rates.path; there are sends, uploads', { rates: { path: 'a' } }],
    ['there is no option rates.send; did you mean rates.sends?', { rates: { send: {} } }],
    ['there is no option rates.sends.point; did you mean rates.sends.points?', { rates: { sends: { point: 1 } } }],
    ['there is no option textLenght; did you mean textLength?', { textLenght: 1 }],
    ['there is no option txtLngtt; did you mean textLength?', { txtLngtt: 1 }],
    ['there is no option txtLngh; there are docs, path, rates, textLength', { txtLngh: 1 }],
    ['there is no option dosc; did you mean docs?', { dosc: true }],
    ['there is no option xxcs; did you mean docs?', { xxcs: true }],
    ['there is no option docxyz; there are docs, path, rates, textLength', { docxyz: true }],
    ['there is no option x; there are docs, path, rates, textLength', { x: 1 }],
  ])('%s', (message, options) => {
    expect(run(check, options, '')).toThrow(new TypeError(`express-chat: ${message}`))
  })

  it('of one of the library’s functions are told by its name', () => {
    expect(() => checkCall('diskStorage', { path: 'a' }, check, 'diskStorage({ path })')).not.toThrow()
    for (const [given, shown] of [
      [undefined, 'undefined'],
      [null, 'null'],
      [[], 'a list'],
      ['a', '"a"'],
    ]) {
      expect(() => checkCall('diskStorage', given, check, 'diskStorage({ path })')).toThrow(
        new TypeError(`express-chat: diskStorage was given ${shown}; call diskStorage({ path })`),
      )
    }
    expect(() => checkCall('diskStorage', { path: 7 }, check, '')).toThrow('express-chat: diskStorage.path is 7')
    expect(() => checkCall('createChatRouter', { path: 7 }, check, '')).toThrow('express-chat: path is 7')
  })
})
