import type { Page, PageRequest } from '../../contract/fields.js'
import type { Reaction } from '../../contract/reactions.js'
import type { UpdateUser, User } from '../../contract/users.js'
import type { Observable } from './observable.js'

/** Who is signed in; null until the server has said so. */
export interface MyProfile extends Observable<User | null> {
  /**
   * Changes what I say of myself.
   *
   * @throws `invalid_request` for a picture that is not mine, `too_large` for a description over its limit.
   */
  update(changes: UpdateUser): Promise<User>
  /**
   * My own reactions, newest first, in rooms that I am still in.
   *
   * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  reactions(page?: PageRequest): Promise<Page<Reaction>>
}

/** People, as far as the client has heard of them, and all whom it can ask for. */
export interface Users {
  /** What was last heard of a user, from whatever told of them; undefined for one of whom nothing was. */
  known(userId: string): Observable<User | undefined>
  /**
   * Asks the server for somebody.
   *
   * @throws `not_found` where they are not there for me.
   */
  get(userId: string): Promise<User>
  /**
   * People who can be added to rooms; `q` is a part of their name.
   *
   * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  search(q: string, page?: PageRequest & { signal?: AbortSignal }): Promise<Page<User>>
}

/** Whether somebody is here. */
export interface PresenceState {
  /** Whether they are here now. */
  online: boolean
  /** When they were last here; null while they are, or where nobody knows. */
  lastSeenAt: string | null
}

/** Whether people are here. */
export interface Presence {
  /**
   * Wants to know of these people. What all callers watch is watched together, of more than 200 people those who were
   * asked for last. Returns the function that ends it.
   */
  watch(userIds: readonly string[]): () => void
  /** Of a user who is watched; undefined until the server has said so, and while it cannot. */
  of(userId: string): Observable<PresenceState | undefined>
}
