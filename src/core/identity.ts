import type { IncomingMessage } from 'node:http'
import { isId, longestId } from '../contract/fields.js'
import { ChatError } from '../contract/problems.js'
import type { HostUser } from './hooks.js'
import type { Users } from './users.js'

/** Who sent a request, as the host knows it. */
export interface ResolvedUser extends HostUser {
  /** When the session ends: a socket is closed with 4401 at that moment. */
  expiresAt?: Date | number | undefined
}

/**
 * A request of Express, 4 or 5, or the bare one of an upgrade, and what your middleware has put on it: only of Node's own
 * members something is known. Annotate the parameter, as `request: express.Request`, where you know more.
 */
export interface HostRequest extends IncomingMessage {
  /** Of Passport, and of middleware of your own. */
  // biome-ignore lint/suspicious/noExplicitAny: it is what the host makes of it
  user?: any
  /** Of `express-session` and `cookie-session`. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  session?: any
  /** Of `cookie-parser`. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  cookies?: any
  /** Whatever else was put there. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  [added: string]: any
}

/**
 * Tells who sent a request: an Express request of HTTP, or the bare upgrade request of a socket (no cookies or session
 * are parsed on that one unless `middleware` does it). Null or undefined means nobody (401). Throwing is an error of the
 * host's (500), unless it throws a `ChatError`.
 */
export type ResolveUser<Request extends IncomingMessage = HostRequest> = (
  request: Request,
) => ResolvedUser | null | undefined | Promise<ResolvedUser | null | undefined>

/**
 * Whether a user, as `resolveUser` gave them, is a moderator: sees reports, the audit and any room, deletes what is said there
 * and keeps people out. Asked at each request below `/moderation`; nothing but true is a yes. No socket is one of a moderator.
 */
export type IsModerator<Request extends IncomingMessage = HostRequest> = (
  user: ResolvedUser,
  request: Request,
) => boolean | Promise<boolean>

/** Somebody who was let in. */
export interface AuthSession {
  userId: string
  /** In ms since 1970; null where the host sets no end. */
  expiresAt: number | null
}

export const unauthenticated = (): ChatError => new ChatError('unauthenticated')

/** The way in for every request: asks the host, and takes over what it says of the user. */
export class Identity {
  /** Whom the resolver gave, as it gave them. */
  readonly #resolved = new WeakMap<IncomingMessage, ResolvedUser>()

  constructor(
    readonly resolveUser: ResolveUser,
    readonly users: Users,
    readonly clock: () => Date,
    readonly moderates?: IsModerator,
  ) {}

  async of(request: IncomingMessage): Promise<AuthSession> {
    const user = await this.resolveUser(request)
    if (!user) throw unauthenticated()
    check(user)
    const expiresAt = user.expiresAt === undefined ? null : Number(user.expiresAt)
    if (expiresAt !== null && !(expiresAt > this.clock().getTime())) throw unauthenticated()
    await this.users.welcome(user)
    this.#resolved.set(request, user)
    return { userId: user.id, expiresAt }
  }

  /** Whether the host trusts who sent this request, after it was asked who they are. */
  async isModerator(request: IncomingMessage): Promise<boolean> {
    const user = this.#resolved.get(request)
    return user !== undefined && (await this.moderates?.(user, request)) === true
  }
}

/** Whether a text can be somebody's id: one that strangers say, in a token that another has signed, need not be. */
export const isUserId = (id: string): boolean => isId(id) && id !== 'me'

function check({ id }: ResolvedUser): void {
  if (typeof id !== 'string' || !isId(id))
    throw new TypeError(
      `resolveUser gave ${typeof id} as a user's id: it must be a text of 1 to ${longestId} characters that does not end in a space`,
    )
  if (id === 'me') throw new TypeError('resolveUser gave "me" as a user\'s id: that stands for the caller in paths')
}

/** A session, and the revocation that it is known to have begun after: null where none stands. */
export interface Admitted {
  session: AuthSession
  revocation: string | null
}
