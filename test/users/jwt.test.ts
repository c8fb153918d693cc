import { createHmac, generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { type JwtUserOptions, jwtUser } from 'express-chat'
import jsonwebtoken, { type SignOptions } from 'jsonwebtoken'
import { describe, expect, test } from 'vitest'

const secret = 'a shared secret of more than thirty-two bytes'
const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
})

const request = (token: string, url = '/'): IncomingMessage =>
  ({ url, headers: token ? { authorization: `Bearer ${token}` } : {} }) as IncomingMessage

const signed = (claims: object, options: SignOptions = {}, key = secret): string =>
  jsonwebtoken.sign(claims, key, { algorithm: 'HS256', expiresIn: 60, ...options })

const encoded = (part: string): string => Buffer.from(part).toString('base64url')

/** Signed with the public key, as if that were a shared secret. */
function forged(): string {
  const claims = { sub: 'alice', exp: Math.ceil(Date.now() / 1000) + 60 }
  const signedPart = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) => encoded(JSON.stringify(part))).join('.')
  return `${signedPart}.${createHmac('sha256', publicKey).update(signedPart).digest('base64url')}`
}

const base: JwtUserOptions = { secret, algorithms: ['HS256'] }
const who = (token: string, options: JwtUserOptions = base) => jwtUser(options)(request(token))

describe('a token', () => {
  test('says who it is, how they are called, and when the session ends', async () => {
    const user = await who(signed({ sub: 'alice', name: 'Alice', picture: 'https://x.example/a.png' }))
    expect(user).toMatchObject({ id: 'alice', name: 'Alice', avatarUrl: 'https://x.example/a.png' })
    expect(Number(user?.expiresAt)).toBeGreaterThan(Date.now() + 50_000)
    expect(Number(user?.expiresAt)).toBeLessThanOrEqual(Date.now() + 60_000)
  })

  test('may be mapped to a user by the host, who may also say that it is nobody', async () => {
    const options: JwtUserOptions = { ...base, user: ({ uid }) => (uid ? { id: `u${uid}` } : null) }
    expect(await who(signed({ uid: 7 }), options)).toMatchObject({ id: 'u7' })
    expect(await who(signed({}), options)).toBeNull()
  })

  test('without an expiry is nobody’s', async () => {
    expect(await who(jsonwebtoken.sign({ sub: 'alice' }, secret))).toBeNull()
  })

  test.each([
    ['is missing', ''],
    ['is nonsense', 'nonsense'],
    ['has expired', signed({ sub: 'alice' }, { expiresIn: -1 })],
    ['is not valid yet', signed({ sub: 'alice' }, { notBefore: 60 })],
    ['has another key', signed({ sub: 'alice' }, {}, 'another secret of more than thirty-two bytes')],
    ['has another algorithm', signed({ sub: 'alice' }, { algorithm: 'HS512' })],
    ['is not signed', signed({ sub: 'alice' }, { algorithm: 'none' }, '')],
    ['has no subject', signed({ name: 'Alice' })],
    ['holds no JSON', `${encoded('{"typ":"JWT","alg":"HS256"}')}.${encoded('nonsense')}.signature`],
  ])('that %s is nobody’s', async (_name, token) => {
    expect(await who(token)).toBeNull()
  })

  test('that takes the public key for a shared secret is nobody’s', async () => {
    const options: JwtUserOptions = { secret: publicKey, algorithms: ['RS256'] }
    expect(await who(signed({ sub: 'alice' }, { algorithm: 'RS256' }, privateKey), options)).toMatchObject({
      id: 'alice',
    })
    expect(await who(forged(), options)).toBeNull()
  })

  test('must be by the issuer and for the audience, where they are named', async () => {
    const options: JwtUserOptions = { ...base, issuer: 'me', audience: 'chat' }
    expect(await who(signed({ sub: 'alice' }, { issuer: 'me', audience: 'chat' }), options)).toMatchObject({
      id: 'alice',
    })
    expect(await who(signed({ sub: 'alice' }, { issuer: 'you', audience: 'chat' }), options)).toBeNull()
    expect(await who(signed({ sub: 'alice' }, { issuer: 'me', audience: 'shop' }), options)).toBeNull()
    expect(await who(signed({ sub: 'alice' }), options)).toBeNull()
  })

  test('is checked with the key that is found for its header', async () => {
    const options: JwtUserOptions = {
      algorithms: ['RS256'],
      getKey: async ({ kid }) => {
        if (kid !== 'k1') throw new Error('unknown key')
        return publicKey
      },
    }
    const by = (keyid: string) => signed({ sub: 'alice' }, { algorithm: 'RS256', keyid }, privateKey)
    expect(await who(by('k1'), options)).toMatchObject({ id: 'alice' })
    expect(await who(by('k2'), options)).toBeNull()
  })

  test('of another algorithm than those that are named is nobody’s, also where its key is found for it', async () => {
    const shared: JwtUserOptions = { algorithms: ['HS256'], getKey: () => secret }
    expect(await who(signed({ sub: 'alice' }), shared)).toMatchObject({ id: 'alice' })
    for (const algorithm of ['HS384', 'HS512'] as const) {
      expect(await who(signed({ sub: 'alice' }, { algorithm }), shared), algorithm).toBeNull()
    }
    expect(await who(signed({ sub: 'alice' }, { algorithm: 'none' }, ''), shared)).toBeNull()
    const pair: JwtUserOptions = { algorithms: ['RS256'], getKey: async () => publicKey }
    expect(await who(signed({ sub: 'alice' }, { algorithm: 'RS256' }, privateKey), pair)).toMatchObject({ id: 'alice' })
    for (const algorithm of ['RS512', 'PS256'] as const) {
      expect(await who(signed({ sub: 'alice' }, { algorithm }, privateKey), pair), algorithm).toBeNull()
    }
    expect(await who(signed({ sub: 'alice' }, { algorithm: 'none' }, ''), pair)).toBeNull()
    expect(await who(forged(), pair)).toBeNull()
  })

  test('whose key is not found is nobody’s', async () => {
    const unsigned = signed({ sub: 'alice' }, { algorithm: 'none' }, '')
    for (const getKey of [() => '', () => undefined as never, () => Promise.reject(new Error('away'))]) {
      for (const token of [signed({ sub: 'alice' }), unsigned]) {
        expect(await who(token, { algorithms: ['HS256'], getKey })).toBeNull()
      }
    }
  })

  test('is taken out of the query only where that is asked for', async () => {
    const token = signed({ sub: 'alice' })
    const inQuery = request('', `/chat/ws?token=${token}`)
    expect(await jwtUser(base)(inQuery)).toBeNull()
    expect(await jwtUser({ ...base, queryParameter: 'token' })(inQuery)).toMatchObject({ id: 'alice' })
  })
})

describe('is refused at start', () => {
  test.each<[string, unknown, RegExp]>([
    ['without algorithms', { secret }, /algorithms/],
    ['with none of them', { secret, algorithms: [] }, /algorithms/],
    ['with "none"', { secret, algorithms: ['none'] }, /anyone/],
    ['without a key', { algorithms: ['HS256'] }, /give the key/],
    ['with two kinds of keys', { secret, algorithms: ['HS256', 'RS256'] }, /one kind/],
    ['with a short secret', { secret: 'short', algorithms: ['HS256'] }, /HS256 needs 32/],
  ])('%s', (_name, options, mend) => {
    expect(() => jwtUser(options as JwtUserOptions)).toThrow(mend)
  })
})
