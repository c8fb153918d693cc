import { createPublicKey, KeyObject } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isUserId, type ResolvedUser, type ResolveUser } from '../core/identity.js'
import { anything, checkCall, func, list, object, refuse, text } from '../core/option-checks.js'

/** The algorithms of RFC 7518 that there are keys for. */
export type Algorithm = `${'HS' | 'RS' | 'ES' | 'PS'}${'256' | '384' | '512'}`

/** What a token says of how it was signed. */
export interface JwtHeader {
  /** The algorithm, as `RS256`. */
  alg: string
  /** Which of the signer's keys it was. */
  kid?: string | undefined
}

/** What a token says of its user. */
export interface JwtPayload {
  /** The user's id, unless `user` takes another claim. */
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
  user?(
    payload: JwtPayload,
  ): Omit<ResolvedUser, 'expiresAt'> | null | undefined | Promise<Omit<ResolvedUser, 'expiresAt'> | null | undefined>
}

/** What `jwtUser` takes: `secret` or `getKey`. */
export type JwtUserOptions = CommonJwtOptions &
  (
    | {
        /** The shared secret (HS…), or the public key (RS…, ES…, PS…). */
        secret: string | Buffer
        /** Not beside `secret`. */
        getKey?: undefined
      }
    | {
        /** Not beside `getKey`. */
        secret?: undefined
        /** Finds the key for a token's header, in a JWKS for example. Throwing means nobody is signed in. */
        getKey(header: JwtHeader): string | Buffer | Promise<string | Buffer>
      }
  )

/**
 * Users by JSON web token, out of `Authorization: Bearer …`. A token without an expiry, signed otherwise, or not for us
 * is nobody's. At its expiry the user's sockets are closed with 4401.
 *
 * @throws TypeError when made without a key, without algorithms, with `none`, with a secret that is too short, or with a
 * key that the algorithms are not verified with.
 */
export function jwtUser(options: JwtUserOptions): ResolveUser {
  checkOptions(options)
  const { algorithms, secret, getKey, issuer, audience, queryParameter, user = claimsOf } = options
  // With the first token: whoever uses none starts without, and where it cannot be loaded, a request says so.
  let loading: ReturnType<typeof load> | undefined
  return async (request) => {
    const token = bearerOf(request) ?? (queryParameter ? inQuery(request, queryParameter) : undefined)
    if (!token) return null
    loading ??= load()
    const { default: jsonwebtoken } = await loading
    let payload: string | JwtPayload
    let key: string | Buffer = ''
    let algorithm: string
    try {
      // Throws where the token's payload is not the JSON that its header promises.
      const header = jsonwebtoken.decode(token, { complete: true })?.header
      // What must be understood, nothing of which is.
      if (!header || 'crit' in header) return null
      algorithm = header.alg
      key = secret ?? (await getKey?.(header)) ?? ''
      const expected = { ...(issuer === undefined ? {} : { issuer }), ...(audience === undefined ? {} : { audience }) }
      payload = jsonwebtoken.verify(token, key, { algorithms, ...expected })
    } catch {
      return null
    }
    // One of the host's own finding: that it is too short is for the host to hear.
    if (getKey && algorithm.startsWith('HS')) checkShared(key, [algorithm as Algorithm])
    if (typeof payload === 'string' || typeof payload.exp !== 'number') return null
    const resolved = await user(payload)
    // The claims are those of whoever signs tokens: what cannot be an id is nobody's, and no mistake of the host's.
    if (typeof resolved?.id === 'string' && !isUserId(resolved.id)) return null
    return resolved && { ...resolved, expiresAt: payload.exp * 1000 }
  }
}

const load = () => import('jsonwebtoken')

type Given = Omit<JwtUserOptions, 'secret' | 'getKey'> & { secret?: string | Buffer | KeyObject; getKey?: unknown }

const checkEach = object<Given>(
  {
    algorithms: list(checkAlgorithm, "name those that your tokens are signed with, as in algorithms: ['HS256']"),
    secret: anything,
    getKey: func('give a function that finds the key for the header of a token'),
    issuer: text('give what tokens have as `iss`'),
    audience: text('give what tokens have as `aud`'),
    queryParameter: text('give the name of a query parameter'),
    user: func('give a function that makes a user of what a token says'),
  },
  { required: ['algorithms'] },
)

function checkAlgorithm(value: unknown, name: string): void {
  if (typeof value === 'string' && value.toLowerCase() === 'none') {
    throw new TypeError('jwtUser: the algorithm "none" lets everyone be anyone')
  }
  if (!/^(HS|RS|ES|PS)(256|384|512)$/.test(String(value))) refuse(name, value, 'give HS256, RS256, ES256 or another')
}

function checkOptions(options: JwtUserOptions): void {
  checkCall('jwtUser', options, checkEach, "jwtUser({ secret, algorithms: ['HS256'] })")
  const { algorithms, secret, getKey } = options as Given
  const [algorithm] = algorithms
  if (algorithm === undefined) {
    throw new TypeError("jwtUser: name the algorithms that your tokens are signed with, as in algorithms: ['HS256']")
  }
  if (!secret && !getKey) {
    throw new TypeError(
      `jwtUser: give the key that your tokens are signed with, as secret or getKey; a new shared secret: node -p "crypto.randomBytes(32).toString('base64url')"`,
    )
  }
  if (algorithms.some((name) => name.startsWith('HS')) && algorithms.some((name) => !name.startsWith('HS'))) {
    throw new TypeError('jwtUser: HS… beside other algorithms lets a public key pass as a shared secret; take one kind')
  }
  if (secret) for (const algorithm of algorithms) checkKey(secret, algorithm)
}

/** A key that no token can be verified with would make everybody nobody. */
function checkKey(secret: string | Buffer | KeyObject, algorithm: Algorithm): void {
  if (algorithm.startsWith('HS')) {
    checkShared(secret, [algorithm])
    return
  }
  const wrong = whatIsWrong(publicKeyOf(secret, algorithm), algorithm)
  if (wrong) throw new TypeError(`jwtUser: the secret is ${wrong}, which ${algorithm} is not verified with`)
}

/** As long as the algorithm's hash, which RFC 7518 demands: shorter ones are guessed at home, with one token to try. */
function checkShared(secret: string | Buffer | KeyObject, algorithms: readonly Algorithm[]): void {
  const bytes = secret instanceof KeyObject ? (secret.symmetricKeySize ?? 0) : Buffer.byteLength(secret)
  for (const algorithm of algorithms) {
    const least = Number(algorithm.slice(2)) / 8
    if (bytes >= least) continue
    throw new TypeError(
      `jwtUser: the secret has ${bytes} bytes, and ${algorithm} needs ${least}; make one with: node -p "crypto.randomBytes(${least}).toString('base64url')"`,
    )
  }
}

function publicKeyOf(secret: string | Buffer | KeyObject, algorithm: Algorithm): KeyObject {
  try {
    return secret instanceof KeyObject ? secret : createPublicKey(secret)
  } catch (cause) {
    const mend =
      "give the text of the public key, which begins with -----BEGIN PUBLIC KEY-----; one out of an environment variable may need .replaceAll('\\\\n', '\\n')"
    throw new TypeError(`jwtUser: the secret is no key for ${algorithm}; ${mend}`, { cause })
  }
}

const curves: Record<string, string> = { ES256: 'prime256v1', ES384: 'secp384r1', ES512: 'secp521r1' }

/** The same that jsonwebtoken asks of each token's key. */
function whatIsWrong({ asymmetricKeyType: type, asymmetricKeyDetails }: KeyObject, algorithm: Algorithm) {
  const { modulusLength, namedCurve } = asymmetricKeyDetails ?? {}
  const curve = curves[algorithm]
  if (curve) return type === 'ec' && namedCurve === curve ? undefined : `a key of type ${namedCurve ?? type}`
  if (type !== 'rsa' && !(type === 'rsa-pss' && algorithm.startsWith('PS'))) return `a key of type ${type ?? 'secret'}`
  return modulusLength !== undefined && modulusLength < 2048 ? `a key of ${modulusLength} bits, under 2048` : undefined
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
