import { type ChatOptions, createChatRouter } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { secret, userOfHeader } from '../host.js'
import { givenDatabase } from './given.js'

describe('a mistake in the options of the socket is an error at start that says what to do', () => {
  it.each<[string, Partial<ChatOptions>, RegExp]>([
    ['a wildcard origin', { origins: ['*'] }, /would let any site act as its visitors; list each origin/],
    ['a wildcard in an origin', { origins: ['https://*.example.com'] }, /list each origin by itself/],
    [
      'an origin with a path',
      { origins: ['https://example.com/app'] },
      /is not an origin; write it as https:\/\/example\.com/,
    ],
    ['an origin with a slash', { origins: ['https://example.com/'] }, /write it as/],
    ['an origin without a scheme', { origins: ['example.com'] }, /write it as/],
    ['the origin of nothing', { origins: ['null'] }, /write it as/],
    ['a path with a slash at its end', { path: '/chat/' }, /write where the router is mounted/],
    ['a path without one at its beginning', { path: 'chat' }, /write where the router is mounted/],
    [
      'an infinite limit',
      { limits: { queuedBytes: Number.POSITIVE_INFINITY } },
      /limits\.queuedBytes is Infinity; give a whole number/,
    ],
    ['a limit of nothing', { limits: { socketsPerUser: 0 } }, /limits\.socketsPerUser is 0/],
    [
      'a rate without bound',
      { limits: { rates: { frames: { points: Number.NaN, seconds: 1 } } } },
      /limits\.rates\.frames\.points/,
    ],
    ['a short secret', { secret: 'short' }, /`secret` needs 32 characters or more; make one with/],
    ['no resolver', { resolveUser: undefined as unknown as () => null }, /give `resolveUser`/],
  ])('%s', async (_, wrong, message) => {
    const { prisma } = await givenDatabase()
    expect(() => createChatRouter({ resolveUser: userOfHeader, prisma, secret, ...wrong })).toThrow(message)
  })
})
