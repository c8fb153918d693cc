import { createHmac, generateKeyPairSync } from 'node:crypto'
import { type JwtUserOptions, jwtUser } from 'express-chat'
import { describe, expect, it } from 'vitest'
import { sharedHost } from '../realtime/given.js'

const secret = 'a shared secret of more than thirty-two bytes'

/** A token of which everything is said by hand, properly signed. */
function tokenOf(claims: object, header: object = {}, key: string | Buffer = secret): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const body = `${part({ alg: 'HS256', typ: 'JWT', ...header })}.${part({ exp: Math.ceil(Date.now() / 1000) + 60, ...claims })}`
  return `${body}.${createHmac('sha256', key).update(body).digest('base64url')}`
}

const unusable: [string, unknown][] = [
  ['the word for the caller', 'me'],
  ['too long', 'x'.repeat(300)],
  ['half of a character', 'a\uD83D'],
  ['a zero in it', 'a\0b'],
  ['a space at its end', 'alice '],
  ['nothing in it', ''],
  ['no text', 7],
  ['a list', ['alice']],
]

describe('a valid token', () => {
  const host = sharedHost({ resolveUser: jwtUser({ secret, algorithms: ['HS256'] }) })
  const mapped = sharedHost({
    resolveUser: jwtUser({ secret, algorithms: ['HS256'], user: ({ sub }) => ({ id: sub as string }) }),
  })
  const statusOf = async (token: string, { origin } = host) =>
    (await fetch(`${origin}/chat/users/me`, { headers: { authorization: `Bearer ${token}` } })).status

  it.each(unusable)('whose subject has %s is nobody’s, with 401', async (_, sub) => {
    expect(await statusOf(tokenOf({ sub }))).toBe(401)
    if (typeof sub === 'string') expect(await statusOf(tokenOf({ sub }), mapped)).toBe(401)
  })

  it('is taken as long as an id may be, whatever its other claims', async () => {
    expect(await statusOf(tokenOf({ sub: 'x'.repeat(191) }))).toBe(200)
    expect(await statusOf(tokenOf({ sub: 'alice', name: 'a\0\uD83D'.repeat(300), picture: 7 }))).toBe(200)
  })

  it.each<[string, unknown]>([
    ['a part that is unknown', ['unknown']],
    ['that its payload is not encoded', ['b64']],
    ['nothing', []],
    ['no list', 'exp'],
    ['null', null],
  ])('that says it must be understood, of %s, is nobody’s', async (_, crit) => {
    expect(await statusOf(tokenOf({ sub: 'alice' }, { crit, unknown: true, b64: true }))).toBe(401)
  })
})

describe('a key that is too short', () => {
  const rsa = (modulusLength: number) =>
    generateKeyPairSync('rsa', {
      modulusLength,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).publicKey

  it.each([
    ['HS256', 32],
    ['HS384', 48],
    ['HS512', 64],
  ] as const)('is refused at start, with the mend: %s under %i bytes', (algorithm, least) => {
    const make = (bytes: number) => () => jwtUser({ secret: 'x'.repeat(bytes), algorithms: [algorithm] })
    expect(make(least - 1)).toThrow(
      `jwtUser: the secret has ${least - 1} bytes, and ${algorithm} needs ${least}; make one with: node -p "crypto.randomBytes(${least}).toString('base64url')"`,
    )
    expect(make(least)).not.toThrow()
    expect(() => jwtUser({ secret: Buffer.alloc(least - 1, 1), algorithms: [algorithm] })).toThrow(`needs ${least}`)
  })

  it('is refused at start, with the mend: RSA under 2048 bits', () => {
    for (const algorithm of ['RS256', 'PS512'] as const) {
      expect(() => jwtUser({ secret: rsa(1024), algorithms: [algorithm] })).toThrow(/a key of 1024 bits.*2048/)
    }
  })

  it('is said to be so where it was found for a token, and lets nobody in', async () => {
    const resolve = jwtUser({ algorithms: ['HS256'], getKey: () => 'short' } satisfies JwtUserOptions)
    const request = { url: '/', headers: { authorization: `Bearer ${tokenOf({ sub: 'alice' }, {}, 'short')}` } }
    await expect(async () => resolve(request as never)).rejects.toThrow('jwtUser: the secret has 5 bytes')
  })
})
