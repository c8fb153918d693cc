import type { AddMember, Member } from '../../contract/members.js'
import type { Role, SomePermissions } from '../../contract/permissions.js'
import type { ChatClientError } from './errors.js'
import type { Observable } from './observable.js'

/** A room's members, as far as they were loaded. */
export interface MemberList {
  /** In the order in which they joined, as many as were loaded, and those who came since. */
  items: readonly Member[]
  /** `idle`: nobody asked for it yet. `failed`: see `error`; `load` tries again. */
  status: 'idle' | 'loading' | 'ready' | 'failed'
  /** Why it failed; null where it did not. */
  error: ChatClientError | null
  /** There are more: `loadMore` reads them. */
  hasMore: boolean
}

/** A room's members. */
export interface Members extends Observable<MemberList> {
  /** Loads the first 100, unless they are there. Never rejects: see `status`. */
  load(): Promise<void>
  /** Loads the next 100. Never rejects: see `error`. */
  loadMore(): Promise<void>
  /**
   * Adds somebody; needs `canAddUsers`.
   *
   * @throws `forbidden` without `canAddUsers`, for more than I may give, and where the host says no, `not_found`, `banned`,
   * `blocked`, `conflict` for a private room, one that is full, and who is in too many, `rejected` by the host.
   */
  add(input: AddMember): Promise<Member>
  /**
   * Changes somebody's role (which brings its preset) and permissions; for owners. `silencedUntil` lets them read and not
   * write until then, null ends that; needs `canRemoveUsers`.
   *
   * @throws `forbidden` without the right to it, `conflict` for the last owner who would step down and in a private room,
   * `invalid_request` for an end that has passed, `not_found`.
   */
  update(
    userId: string,
    changes: { role?: Role; permissions?: SomePermissions; silencedUntil?: string | null },
  ): Promise<Member>
  /**
   * Removes somebody; needs `canRemoveUsers`. From a public room they are banned by that, unless `ban` is false.
   *
   * @throws `forbidden` without `canRemoveUsers` and for an owner, `conflict` in a private room, `rejected` by the host,
   * `not_found`.
   */
  remove(userId: string, options?: { ban?: boolean }): Promise<void>
  /**
   * Asks the server for one of the people of the room.
   *
   * @throws `not_found` where they are not in it, or the room is not there for me, `forbidden` where it is public and I am
   * not in it.
   */
  get(userId: string): Promise<Member>
}
