import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkLimits, defaultLimits, type LimitOptions, limitsFrom } from '../../src/core/limits.js'

const check = (limits: unknown) => () => checkLimits(limits, 'limits')
const rate = { points: 1, seconds: 1 }

describe('limits', () => {
  it('are ours unless some are given', () => {
    expect(limitsFrom()).toEqual(defaultLimits)
    const some = { groupMembers: 5, addsPerCall: undefined, rates: { sends: rate, frames: undefined } }
    expect(limitsFrom(some as unknown as LimitOptions)).toEqual({
      ...defaultLimits,
      groupMembers: 5,
      rates: { ...defaultLimits.rates, sends: rate },
    })
    expect(defaultLimits).toEqual({
      ...{ textLength: 8_000, nameLength: 100, descriptionLength: 1_000, mediaPerMessage: 10 },
      temporaryBytes: 1_073_741_824,
      ...{ fileBytes: 26_214_400, userBytes: 1_073_741_824, frameBytes: 131_072, bodyBytes: 131_072 },
      ...{ reactionBytes: 64, reactionsPerMessage: 20, pinsPerRoom: 50, groupMembers: 1_000, channelMembers: 100_000 },
      ...{
        addsPerCall: 50,
        blocksPerUser: 1_000,
        editsPerMessage: 100,
        invitesPerRoom: 50,
        invitesPerUserAndRoom: 10,
        scheduledPerUser: 100,
        scheduledDays: 30,
        ...{ roomsPerUser: 10_000, invitesPerDay: 500, requestsPerUser: 100, reactionsPerUserAndMessage: 5 },
        socketsPerUser: 10,
        queuedBytes: 1_048_576,
        requestsAtOnce: 10_000,
        recheckMinutes: 15,
        answerMs: 10_000,
        searchRows: 10_000,
      },
      rates: {
        ...{ frames: { points: 60, seconds: 10 }, sends: { points: 20, seconds: 10 } },
        ...{ reactions: { points: 30, seconds: 10 }, uploads: { points: 30, seconds: 3_600 } },
        tickets: { points: 30, seconds: 60 },
        reports: { points: 20, seconds: 3600 },
        rooms: { points: 30, seconds: 3600 },
        adds: { points: 200, seconds: 3600 },
        writes: { points: 100, seconds: 10 },
        reads: { points: 600, seconds: 10 },
        searches: { points: 30, seconds: 10 },
      },
    })
  })

  it('bound something, each of them', () => {
    const { rates, ...numbers } = defaultLimits
    for (const name of Object.keys(numbers)) {
      check({ [name]: 1 })()
      for (const wrong of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null, 2 ** 53]) {
        expect(check({ [name]: wrong })).toThrow(
          `limits.${name} is ${typeof wrong === 'string' ? '"5"' : wrong}; give a whole number above 0, since every limit must bound something`,
        )
      }
    }
    for (const name of Object.keys(rates)) {
      check({ rates: { [name]: rate } })()
      for (const part of ['points', 'seconds']) {
        const wrong = check({ rates: { [name]: { ...rate, [part]: 0 } } })
        expect(wrong).toThrow(`limits.rates.${name}.${part} is 0; give a whole number above 0`)
        expect(check({ rates: { [name]: { ...rate, [part]: undefined } } })).toThrow(
          `limits.rates.${name}.${part} is undefined`,
        )
      }
    }
  })

  it('count rates over 24 days at most: a longer timer would end at once, and the rate bound nothing', () => {
    check({ rates: { uploads: { points: 1, seconds: 2_147_483 } } })()
    expect(check({ rates: { uploads: { points: 1, seconds: 2_147_484 } } })).toThrow(
      'limits.rates.uploads.seconds is 2147484; give 2147483 at most, which is 24 days',
    )
  })
})

describe('the bytes of a frame, a body, and what waits for a slow reader', () => {
  const bytesOf = (given: LimitOptions) => {
    const { frameBytes, bodyBytes, queuedBytes } = limitsFrom(given)
    return [frameBytes, bodyBytes, queuedBytes]
  }

  it('follow from what else may be said, where that asks for more than ours', () => {
    const [frame, body, queued] = [131_072, 131_072, 1_048_576]
    expect(bytesOf({ textLength: 10_000 })).toEqual([149_072, 149_072, queued])
    expect(bytesOf({ textLength: 1, mediaPerMessage: 5_000 })).toEqual([228_684, 228_684, 15_430_668])
    expect(bytesOf({ nameLength: 10_000 })).toEqual([frame, 170_672, queued])
    expect(bytesOf({ descriptionLength: 10_000 })).toEqual([frame, 159_872, queued])
    expect(
      bytesOf({ addsPerCall: 1_000, invitesPerDay: 1_000, rates: { adds: { points: 1_000, seconds: 60 } } }),
    ).toEqual([frame, 241_872, queued])
    expect(bytesOf({ reactionBytes: 100_000 })).toEqual([frame, body, 8_192_256])
    expect(bytesOf({ reactionsPerMessage: 1_000 })).toEqual([frame, body, 2_455_296])
  })

  it('hold the longest message, in the longest form that JSON has for it', () => {
    const length = fc.integer({ min: 1, max: 5_000 })
    const limits = fc.record({ textLength: length, mediaPerMessage: fc.integer({ min: 1, max: 500 }) })
    fc.assert(
      fc.property(limits, (given) => {
        const mediaIds = new Array(given.mediaPerMessage).fill('01234567-89ab-7def-8123-456789abcdef')
        const text = '\\ud83d\\ude42'.repeat(given.textLength)
        const frame = `{"type":"message.send","id":"1","roomId":"1","mediaIds":${JSON.stringify(mediaIds)},"text":"${text}"}`
        expect([...JSON.parse(frame).text]).toHaveLength(given.textLength)
        expect(limitsFrom(given).frameBytes).toBeGreaterThan(Buffer.byteLength(frame))
        expect(limitsFrom(given).queuedBytes).toBeGreaterThan(2 * given.textLength * 6)
      }),
      { numRuns: 20 },
    )
  })

  it('leave room for four files that are being uploaded at once', () => {
    const gibibyte = 2 ** 30
    expect(limitsFrom({ fileBytes: gibibyte / 4 }).temporaryBytes).toBe(gibibyte)
    expect(limitsFrom({ fileBytes: gibibyte }).temporaryBytes).toBe(4 * gibibyte)
    expect(() => limitsFrom({ fileBytes: 1000, temporaryBytes: 3999 })).toThrow(
      'limits.temporaryBytes is 3999, less than four files (limits.fileBytes) may take; leave it out, give 4000 or more, or lower those',
    )
    expect(limitsFrom({ fileBytes: 1000, temporaryBytes: 4000 }).temporaryBytes).toBe(4000)
  })

  it('let nobody be added at once whom nobody could add in a day', () => {
    expect(limitsFrom({ invitesPerDay: 20 })).toMatchObject({ addsPerCall: 20, invitesPerDay: 20 })
    const rates = { adds: { points: 1_000, seconds: 60 } }
    expect(limitsFrom({ addsPerCall: 500, rates }).addsPerCall).toBe(500)
    expect(() => limitsFrom({ addsPerCall: 501, rates })).toThrow(
      'express-chat: limits.addsPerCall is 501, more than limits.invitesPerDay (500), so nobody could add so many; leave it out, give 500 or less, or 501 or more invitesPerDay',
    )
  })

  it.each<[keyof LimitOptions, number, string, number, LimitOptions, string]>([
    [
      'addsPerCall',
      50,
      'rates.adds.points',
      49,
      { rates: { adds: { points: 49, seconds: 1 } } },
      'nobody could add so many',
    ],
    ['fileBytes', 1_001, 'userBytes', 1_000, { userBytes: 1_000 }, 'nobody could keep such a file'],
    ['requestsPerUser', 9, 'requestsAtOnce', 8, { requestsAtOnce: 8 }, 'one user could take the places of all'],
    ['invitesPerUserAndRoom', 4, 'invitesPerRoom', 3, { invitesPerRoom: 3 }, 'it would bound nothing'],
    ['reactionsPerUserAndMessage', 4, 'reactionsPerMessage', 3, { reactionsPerMessage: 3 }, 'it would bound nothing'],
  ])('fit together: %s is not %i where %s is %i', (name, value, other, most, others, reason) => {
    expect(() => limitsFrom({ ...others, [name]: value })).toThrow(
      `express-chat: limits.${name} is ${value}, more than limits.${other} (${most}), so ${reason}; leave it out, give ${most} or less, or ${value} or more ${other}`,
    )
    expect(limitsFrom({ ...others, [name]: most })[name]).toBe(most)
    expect(limitsFrom(others)[name]).toBeLessThanOrEqual(most)
  })

  const tooSmall = (name: string, value: number, what: string, least: number) =>
    `express-chat: limits.${name} is ${value}, less than ${what}; leave it out, give ${least} or more, or lower those`
  const ofMessage = 'a message (limits.textLength, limits.mediaPerMessage) may take as JSON'
  const ofRoom = 'a new room (limits.addsPerCall, limits.nameLength, limits.descriptionLength) may take as JSON'
  const ofEvents =
    'two messages (limits.textLength, limits.mediaPerMessage, limits.reactionsPerMessage, limits.reactionBytes) may take'

  it.each<[keyof LimitOptions, number, LimitOptions, string]>([
    ['frameBytes', 125_072, {}, ofMessage],
    ['bodyBytes', 125_072, {}, ofMessage],
    ['bodyBytes', 170_672, { nameLength: 10_000 }, ofRoom],
    ['queuedBytes', 197_376, {}, ofEvents],
  ])('may be given: %s not below %i', (name, least, others, what) => {
    expect(limitsFrom({ ...others, [name]: least })[name]).toBe(least)
    expect(() => limitsFrom({ ...others, [name]: least - 1 })).toThrow(tooSmall(name, least - 1, what, least))
    expect(limitsFrom({ ...others, [name]: 2 ** 30 })[name]).toBe(2 ** 30)
  })
})
