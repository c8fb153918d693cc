import type { IncomingMessage } from 'node:http'
import type { ResolvedUser, ResolveUser } from '../core/identity.js'

/** The algorithms of RFC 7518 that there are keys for. */
export type Algorithm = `${'HS' | 'RS' | 'ES' | 'PS'}${'256' | '384' | '512'}`

/** What a token says of how it was signed. */
export interface JwtHeader {
  alg: string
  kid?: string | undefined
}

/** What a token says of its user. */
export interface JwtPayload {
  sub?: string | undefined
  /** In seconds since 1970. */
  exp?: number | undefined
  // biome-ignore lint/suspicious/noExplicitAny: claims are the host's own
  [claim: string]: any
}

interface CommonJwtOptions {
  /** The algorithms that your tokens are signed with, and no others: what a token says of itself is not believed. */
  algorithms: [Algorithm, ...Algorithm[]]
  issuer?: string
  audience?: string
  /** Also takes the token out of this query parameter. Addresses end up in logs: for demos and links only. */
  queryParameter?: string
  /**
   * Makes the user of what the token says. By default `id` is `sub`, `name` is `name` (else `preferred_username`), and
   * `avatarUrl` is `picture`. Returning null means nobody.
   */
  user?(payload: JwtPayload): Omit<ResolvedUser, 'expiresAt'> | null
}

export type JwtUserOptions = CommonJwtOptions &
  (
    | {
        /** The shared secret (HS…), or the public key (RS…, ES…, PS…). */
        secret: string | Buffer
        getKey?: undefined
      }
    | {
        secret?: undefined
        /** Finds the key for a token's header, in a JWKS for example. Throwing means nobody is signed in. */
        getKey(header: JwtHeader): string | Buffer | Promise<string | Buffer>
      }
  )

/**
 * Users by JSON web token, out of `Authorization: Bearer …`. A token without an expiry, signed otherwise, or not for us
 * is nobody's. At its expiry the user's sockets are closed with 4401.
 *
 * @throws TypeError when made without a key, without algorithms, with `none`, or with a secret that is too short.
 */
export function jwtUser(options: JwtUserOptions): ResolveUser {
  const { algorithms, secret, getKey, issuer, audience, queryParameter, user = claimsOf } = options
  checkOptions(options)
  // By those who use it only: everybody else's server starts without.
  const loading = import('jsonwebtoken')
  return async (request) => {
    const token = bearerOf(request) ?? (queryParameter ? inQuery(request, queryParameter) : undefined)
    if (!token) return null
    const { default: jsonwebtoken } = await loading
    let payload: string | JwtPayload
    try {
      // Throws where the token's payload is not the JSON that its header promises.
      const header = jsonwebtoken.decode(token, { complete: true })?.header
      if (!header) return null
      const key = secret ?? (await getKey?.(header)) ?? ''
      const expected = { ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) }
      payload = jsonwebtoken.verify(token, key, { algorithms, ...expected })
    } catch {
      return null
    }
    if (typeof payload === 'string' || typeof payload.exp !== 'number') return null
    const found = user(payload)
    return found && { ...found, expiresAt: payload.exp * 1000 }
  }
}

function checkOptions({ algorithms, secret, getKey }: JwtUserOptions): void {
  if (!Array.isArray(algorithms) || algorithms.length === 0) {
    throw new TypeError("jwtUser: name the algorithms that your tokens are signed with, as in algorithms: ['HS256']")
  }
  if (algorithms.some((algorithm) => algorithm.toLowerCase() === 'none')) {
    throw new TypeError('jwtUser: the algorithm "none" lets everyone be anyone')
  }
  if (!secret && !getKey) {
    throw new TypeError(
      `jwtUser: give the key that your tokens are signed with, as secret or getKey; a new shared secret: node -p "crypto.randomBytes(32).toString('base64url')"`,
    )
  }
  if (algorithms.some((name) => name.startsWith('HS')) && algorithms.some((name) => !name.startsWith('HS'))) {
    throw new TypeError('jwtUser: HS… beside other algorithms lets a public key pass as a shared secret; take one kind')
  }
  if (secret && algorithms[0].startsWith('HS') && Buffer.byteLength(secret) < 32) {
    throw new TypeError('jwtUser: a shared secret has 32 bytes at least')
  }
}

function claimsOf({ sub, name, preferred_username: username, picture }: JwtPayload): ResolvedUser | null {
  if (typeof sub !== 'string' || sub === '') return null
  const shown = [name, username].find((value) => typeof value === 'string' && value !== '')
  return { id: sub, ...(shown ? { name: shown } : {}), ...(typeof picture === 'string' ? { avatarUrl: picture } : {}) }
}

const bearerOf = ({ headers }: IncomingMessage): string | undefined =>
  /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]

const inQuery = ({ url = '' }: IncomingMessage, name: string): string | undefined =>
  new URLSearchParams(url.split('?')[1] ?? '').get(name) ?? undefined
