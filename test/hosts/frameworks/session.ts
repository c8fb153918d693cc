// The session of an app on Next.js, as its guide to authentication makes one: a signed cookie.
import { jwtVerify, SignJWT } from 'jose'

const key = new TextEncoder().encode('a secret of the sessions, of more than 32 characters')

export const newSession = (user: { id: string; name: string }): Promise<string> =>
  new SignJWT(user).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('1h').sign(key)

/** Who has this cookie, or null. */
export async function readSession(cookies = ''): Promise<{ id: string; name: string } | null> {
  const [, token = ''] = /(?:^|; )session=([^;]+)/.exec(cookies) ?? []
  const verified = await jwtVerify<{ id: string; name: string }>(token, key).catch(() => null)
  return verified && { id: verified.payload.id, name: verified.payload.name }
}
