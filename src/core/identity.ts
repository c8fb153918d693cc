import type { IncomingMessage } from 'node:http'
import { ChatError } from '../contract/problems.js'
import type { HostUser } from './hooks.js'
import type { Users } from './users.js'

/** Who sent a request, as the host knows it. */
export interface ResolvedUser extends HostUser {
  /** When the session ends: a socket is closed with 4401 at that moment. */
  expiresAt?: Date | number | undefined
}

/**
 * Tells who sent a request: an Express request of HTTP, or the bare upgrade request of a socket (no cookies or session
 * are parsed on that one unless `middleware` does it). Null or undefined means nobody (401). Throwing is an error of the
 * host's (500), unless it throws a `ChatError`.
 */
export type ResolveUser<Request extends IncomingMessage = IncomingMessage> = (
  request: Request,
) => ResolvedUser | null | undefined | Promise<ResolvedUser | null | undefined>

/** Somebody who was let in. */
export interface Session {
  userId: string
  /** In ms since 1970; null where the host sets no end. */
  expiresAt: number | null
}

export const unauthenticated = (): ChatError => new ChatError('unauthenticated')

/** The way in for every request: asks the host, and takes over what it says of the user. */
export class Identity {
  constructor(
    readonly resolveUser: ResolveUser,
    readonly users: Users,
    readonly clock: () => Date,
  ) {}

  async of(request: IncomingMessage): Promise<Session> {
    const user = await this.resolveUser(request)
    if (!user) throw unauthenticated()
    check(user)
    const expiresAt = user.expiresAt === undefined ? null : Number(user.expiresAt)
    if (expiresAt !== null && !(expiresAt > this.clock().getTime())) throw unauthenticated()
    await this.users.welcome(user)
    return { userId: user.id, expiresAt }
  }
}

function check({ id }: ResolvedUser): void {
  const usable =
    typeof id === 'string' &&
    id !== '' &&
    id.length <= 191 &&
    id.isWellFormed() &&
    !id.includes('\0') &&
    !id.endsWith(' ')
  if (!usable)
    throw new TypeError(
      `resolveUser gave ${typeof id} as a user's id: it must be a text of 1 to 191 characters that does not end in a space`,
    )
  if (id === 'me') throw new TypeError('resolveUser gave "me" as a user\'s id: that stands for the caller in paths')
}
