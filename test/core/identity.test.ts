import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { Identity, type ResolvedUser } from '../../src/core/identity.js'
import type { Users } from '../../src/core/users.js'

const now = Date.UTC(2026, 10, 26, 13)

/** Who a request is by, as the host says, and who was welcomed. */
async function knownBy(said: unknown) {
  const welcomed: unknown[] = []
  const request = { url: '/chat' } as IncomingMessage
  const users = { welcome: async (user: unknown) => welcomed.push(user) } as unknown as Users
  const resolve = (asked: IncomingMessage) => {
    expect(asked).toBe(request)
    return said as ResolvedUser
  }
  const session = await new Identity(resolve, users, () => new Date(now)).of(request).catch((error: unknown) => error)
  return { session, welcomed }
}

describe('who sent a request', () => {
  it('is who the host says, at once or later, and is taken over', async () => {
    const bob = { id: 'bob', name: 'Bob' }
    for (const said of [bob, Promise.resolve(bob)]) {
      expect(await knownBy(said)).toEqual({ session: { userId: 'bob', expiresAt: null }, welcomed: [bob] })
    }
  })

  it('is signed in until the host’s session ends', async () => {
    for (const expiresAt of [now + 1, new Date(now + 1)]) {
      expect((await knownBy({ id: 'bob', expiresAt })).session).toEqual({ userId: 'bob', expiresAt: now + 1 })
    }
    for (const expiresAt of [now, new Date(now - 1), new Date('nonsense')]) {
      const { session, welcomed } = await knownBy({ id: 'bob', expiresAt })
      expect(session).toMatchObject({ code: 'unauthenticated' })
      expect(welcomed).toEqual([])
    }
  })

  it('is nobody where the host knows nobody', async () => {
    for (const nobody of [null, undefined]) {
      expect((await knownBy(nobody)).session).toMatchObject({ code: 'unauthenticated', status: 401 })
    }
  })

  it('has an id that can be stored and compared, or the host is at fault', async () => {
    for (const id of ['a', 'x'.repeat(191), ' a', 'Me']) {
      expect((await knownBy({ id })).session).toMatchObject({ userId: id })
    }
    for (const id of ['', 'x'.repeat(192), 'a ', 'a\0b', 'a\uD83D', 7, undefined, null]) {
      const { session, welcomed } = await knownBy({ id })
      const what = id === null ? 'object' : typeof id
      expect(session).toEqual(
        new TypeError(
          `resolveUser gave ${what} as a user's id: it must be a text of 1 to 191 characters that does not end in a space`,
        ),
      )
      expect(welcomed).toEqual([])
    }
    expect((await knownBy({ id: 'me' })).session).toEqual(
      new TypeError('resolveUser gave "me" as a user\'s id: that stands for the caller in paths'),
    )
  })
})
