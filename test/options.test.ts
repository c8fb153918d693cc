import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  anyText,
  type ChatOptions,
  createChatRouter,
  diskStorage,
  jwtUser,
  postgresBus,
  redisBus,
  roomPresets,
} from 'express-chat'
import { s3Storage } from 'express-chat/s3'
import { describe, expect, it } from 'vitest'
import { secret, userOfHeader } from './host.js'
import { givenStorage } from './media/given-storage.js'

/** What a host in JavaScript may write, whatever the types say. */
type Wrong = Record<string, unknown>

/** What is wrong with options is told before the database is looked at. */
const start = (wrong: Wrong) => () =>
  createChatRouter({ resolveUser: userOfHeader, prisma: {}, secret, ...wrong } as unknown as ChatOptions)

/** Thrown where all options were found to be right, and only the client of Prisma is none. */
const passed = 'your Prisma client has no model ChatUser'

const compiled = (question: unknown): Promise<boolean> => Promise.resolve(question === undefined)

describe('an option that there is not is refused, with the one that was meant', () => {
  it.each<[string, Wrong]>([
    ['there is no option resolver; did you mean resolveUser?', { resolver: userOfHeader, resolveUser: undefined }],
    ['there is no option reaction; did you mean reactions?', { reaction: () => true }],
    ['there is no option Path; did you mean path?', { Path: '/chat' }],
    ['there is no option limits.textLenght; did you mean limits.textLength?', { limits: { textLenght: 500 } }],
    ['there is no option textLength; did you mean limits.textLength?', { textLength: 500 }],
    ['did you mean limits.rates.sends?', { limits: { rates: { send: { points: 1, seconds: 1 } } } }],
    ['did you mean limits.rates.sends?', { limits: { sends: { points: 1, seconds: 1 } } }],
    ['did you mean limits.rates.sends.seconds?', { limits: { rates: { sends: { points: 1, second: 1 } } } }],
    ['there is no option before.messages; did you mean before.message?', { before: { messages: () => undefined } }],
    ['there is no option on.events; did you mean on.event?', { on: { events: () => undefined } }],
    ['there is no option media.type; did you mean media.types?', { media: { type: ['image/png'] } }],
    ['there is no option permissions.groups; did you mean', { permissions: { ...roomPresets, groups: {} } }],
    ['there is no option reactions.accepts; did you mean reactions.accept?', { reactions: { accepts: () => true } }],
    ['there is no option somethingElse; there are before, bus, can', { somethingElse: 1 }],
  ])('%s', (message, wrong) => {
    expect(start(wrong)).toThrow(message)
  })

  it('and of the library’s other functions as well', () => {
    expect(() => jwtUser({ secret, algorithm: 'HS256' } as never)).toThrow('did you mean jwtUser.algorithms?')
    expect(() => diskStorage({ folder: 'x' } as never)).toThrow('no option diskStorage.folder; there are directory')
    expect(() => redisBus({ client: {}, chanel: 'x' } as never)).toThrow('did you mean redisBus.channel?')
    expect(() => anyText({ max: 5 } as never)).toThrow('no option anyText.max; ')
  })
})

describe('an option that cannot be right is refused, with the mend', () => {
  const preset = { ...roomPresets, group: { ...roomPresets.group, member: { canAddUsers: true } } }

  it.each<[string, Wrong, RegExp]>([
    ['no resolver', { resolveUser: undefined }, /give `resolveUser`, which tells who sent a request/],
    ['no Prisma client', { prisma: undefined }, /Prisma client/],
    ['a Prisma client without our models', {}, /npx prisma generate/],
    ['a short secret', { secret: 'short' }, /`secret` needs 32 characters or more; make one with/],
    ['a path with a slash at its end', { path: '/chat/' }, /write where the router is mounted, as '\/chat'/],
    ['a path without one at its beginning', { path: 'chat' }, /write where the router is mounted/],
    ['a path with a parameter', { path: '/rooms/:id/chat' }, /a path with parameters or patterns is not that of any/],
    ['a path with a pattern', { path: '/{*any}/chat' }, /mount the router at one that is always the same/],
    ['a wildcard origin', { origins: ['*'] }, /would let any site act as its visitors; list each origin/],
    ['a wildcard in an origin', { origins: ['https://*.example.com'] }, /list each origin by itself/],
    ['an origin with a path', { origins: ['https://example.com/app'] }, /is not an origin; write it as https:\/\/exa/],
    ['an origin with a slash', { origins: ['https://example.com/'] }, /without a path/],
    ['an origin without a scheme', { origins: ['example.com'] }, /write it as/],
    ['the origin of nothing', { origins: ['null'] }, /write it as/],
    ['the origin of files', { origins: ['file://localhost'] }, /write it as/],
    ['an app’s origin with a path', { origins: ['capacitor://localhost/'] }, /without a path/],
    ['origins that are no list', { origins: 'https://example.com' }, /origins is "https:.*give a list, as \['https/],
    [
      'a single middleware',
      { middleware: () => undefined },
      /middleware is a function; give a list.*middleware: \[session\]/,
    ],
    ['a middleware that is none', { middleware: [{}] }, /middleware\[0\] is an object; give functions/],
    ['a middleware for errors', { middleware: [(_e: 0, _q: 0, _s: 0, _n: 0) => 0] }, /middleware\[0\] takes four/],
    [
      'a directory of a function',
      { directory: async () => [] },
      /directory has no method find; give \{ find\(ids\), search/,
    ],
    ['half a directory', { directory: { find: () => [] } }, /directory has no method search/],
    ['half a store', { storage: { put: () => undefined } }, /storage has no method read; give diskStorage\(/],
    ['a store that is a folder', { storage: 'uploads' }, /storage is "uploads"; give diskStorage\(/],
    [
      'reactions as a list',
      { reactions: ['👍', '👎'] },
      /reactions is a list; give a function: \(reaction\) => \["👍", "👎"\]\.inc/,
    ],
    [
      'edits for nobody that there is',
      { editHistory: 'owners' },
      /editHistory is .*give 'members', 'moderators' or false/,
    ],
    ['reactions by nobody', { canReact: 'nobody' }, /canReact is .*give 'members' or 'writers'/],
    ['reactions of nothing', { reactions: {} }, /reactions\.accept is undefined/],
    [
      'presets that lack a type',
      { permissions: { group: roomPresets.group } },
      /permissions\.private is undefined; give what differs on top/,
    ],
    [
      'presets that lack a permission',
      { permissions: preset },
      /permissions\.group\.member\.canRemoveUsers is undefined/,
    ],
    [
      'a last word that has to be waited for',
      { can: async () => false },
      /can is an async function; its promise would not be/,
    ],
    ['words that have to be waited for', { systemText: async () => '' }, /systemText is an async function/],
    ['a hook that is none', { before: { message: 'no' } }, /before\.message is "no"; give a function/],
    ['an observer that is none', { on: { event: {} } }, /on\.event is an object; give a function/],
    ['a bus that is none', { bus: { publish: () => 0 } }, /bus has no method subscribe; give redisBus/],
    ['notifications of nobody', { notify: true }, /notify is true; give { handler\(batch\) { … } }/],
    ['notifications without a handler', { notify: {} }, /notify\.handler is undefined; give `handler\(batch\)`/],
    ['half a lane', { notify: { handler: () => undefined, concurrency: 1.5 } }, /give a whole number from 1 to 100/],
    ['a poll too seldom', { pollMs: 100_000 }, /pollMs is 100000; give 100 to 60000/],
    ['a poll of no number', { pollMs: '1000' }, /pollMs is "1000"; give 100 to 60000/],
    ['sweeping too often', { media: { sweepMinutes: 0 } }, /media\.sweepMinutes is 0; give 1 to 30000, or false/],
    ['URLs that end at once', { media: { urlSeconds: 60 } }, /media\.urlSeconds is 60; give 120 to 604800/],
    ['a type that is none', { media: { types: ['png'] } }, /write types in full/],
    ['a type that runs', { media: { types: ['image/svg+xml'] } }, /which browsers run as a page/],
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
    [
      'a frame that is too small for a message',
      { limits: { textLength: 40_000, frameBytes: 128 * 1024 } },
      /limits\.frameBytes is 131072, less than a message \(limits\.textLength, .*\) may take as JSON; leave it out, give 509072 or more, or lower those/,
    ],
    [
      'a body that is too small for a message',
      { limits: { bodyBytes: 64 * 1024 } },
      /limits\.bodyBytes is 65536, less than a message .* give 125072 or more/,
    ],
    [
      'a body that is too small for a room',
      { limits: { nameLength: 10_000, bodyBytes: 128 * 1024 } },
      /limits\.bodyBytes is 131072, less than a new room \(limits\.addsPerCall/,
    ],
    [
      'more people in one call than the rate lets through',
      { limits: { addsPerCall: 60, rates: { adds: { points: 50, seconds: 3600 } } } },
      /limits\.addsPerCall is 60, more than limits\.rates\.adds\.points \(50\), .*; leave it out, give 50 or less, or 60 or more rates\.adds\.points/,
    ],
    [
      'more people in one call than in a day',
      { limits: { addsPerCall: 30, invitesPerDay: 20 } },
      /limits\.addsPerCall is 30, more than limits\.invitesPerDay \(20\), .*; leave it out, give 20 or less, or 30 or more invitesPerDay/,
    ],
    [
      'a queue that is too small for what is written to it',
      { limits: { reactionsPerMessage: 1_000, queuedBytes: 1024 * 1024 } },
      /limits\.queuedBytes is 1048576, less than two messages/,
    ],
    ['half a rate', { limits: { rates: { frames: { points: 5 } } } }, /limits\.rates\.frames\.seconds is undefined/],
    ['half a logger', { logger: { error: () => 0 } }, /logger has no method warn/],
    ['documents of no kind', { docs: 'no' }, /docs is "no"; give true, false or/],
    [
      'a way to sign in of no kind',
      { docs: { securitySchemes: { sid: { type: 'cookie' } } } },
      /sid\.type is "cookie"/,
    ],
    ['a time that is none', { clock: new Date() }, /clock is an object; give a function/],
  ])('%s', (_, wrong, message) => {
    expect(start(wrong)).toThrow(message)
  })

  it.each<[unknown, string]>([
    [createChatRouter, 'createChatRouter was given undefined; call createChatRouter({ resolveUser, prisma, secret })'],
    [diskStorage, "call diskStorage({ directory: 'uploads' })"],
    [jwtUser, 'call jwtUser({ secret, algorithms'],
    [redisBus, 'call redisBus({ client })'],
    [postgresBus, 'call postgresBus({ createClient'],
    [s3Storage, 'call s3Storage({ client'],
  ])('%o without options', (make, message) => {
    expect(make).toThrow(message)
  })

  it('a folder that is none', () => {
    const { directory, remove } = givenStorage()
    const file = join(directory, 'a file')
    writeFileSync(file, '')
    expect(() => diskStorage({ directory: file })).toThrow(/it is a file\); give a folder$/)
    expect(() => diskStorage({} as never)).toThrow('diskStorage.directory is undefined; give a folder that exists')
    remove()
  })

  it('a bucket that is none', () => {
    const client = { send: () => undefined }
    expect(() => s3Storage({ client: 'url', bucket: 'chat' } as never)).toThrow(
      's3Storage.client is "url"; give an S3Client',
    )
    expect(() => s3Storage({ client, bucket: '' } as never)).toThrow(
      's3Storage.bucket is ""; give the name of a bucket',
    )
  })

  it('a secret is not shown where it stands in the wrong place', () => {
    const key = 'k'.repeat(64)
    expect(start({ path: key })).toThrow('path is a text; write where')
  })
})

describe('what is right passes', () => {
  it.each<[string, Wrong]>([
    ['what is not given', { path: undefined, limits: { textLength: undefined, rates: undefined } }],
    [
      'an instance of a class of the host’s',
      {
        before: new (class Policies {
          db = {}
        })(),
        logger: console,
      },
    ],
    ['the origin of an app', { origins: ['capacitor://localhost', 'ionic://localhost', 'chrome-extension://abcdef'] }],
    ['the root', { path: '' }],
    ['a promise that cannot be seen yet', { can: compiled }],
  ])('%s', (_, options) => {
    expect(start(options)).toThrow(passed)
  })
})

describe('jwtUser refuses a key that no token can be verified with', () => {
  const pem = (type: 'spki' | 'pkcs8', pair: { publicKey: import('node:crypto').KeyObject }) =>
    pair.publicKey.export({ type: type as 'spki', format: 'pem' }) as string
  const rsa = pem('spki', generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const ec = pem('spki', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  const short = pem('spki', generateKeyPairSync('rsa', { modulusLength: 1024 }))

  it.each<[string, string, string, string]>([
    [
      'a shared secret',
      secret,
      'RS256',
      'give the text of the public key, which begins with -----BEGIN PUBLIC KEY-----',
    ],
    ['one on a single line', rsa.replaceAll('\n', '\\n'), 'RS256', ".replaceAll('\\\\n', '\\n')"],
    ['one of another kind', ec, 'RS256', 'is a key of type ec, which RS256 is not verified with'],
    ['one of another curve', ec, 'ES384', 'is a key of type prime256v1, which ES384'],
    ['one that is too short', short, 'PS256', 'is a key of 1024 bits'],
  ])('%s', (_, key, algorithm, message) => {
    expect(() => jwtUser({ secret: key, algorithms: [algorithm as 'RS256'] })).toThrow(message)
  })

  it('and takes the right one', () => {
    jwtUser({ secret: rsa, algorithms: ['RS256', 'PS512'] })
    jwtUser({ secret: ec, algorithms: ['ES256'] })
  })
})
