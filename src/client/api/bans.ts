import type { Ban, SetBan } from '../../contract/bans.js'
import type { Page, PageRequest } from '../../contract/fields.js'

/** Who is kept out of a room; for who holds `canRemoveUsers`. */
export interface Bans {
  /**
   * Who is kept out, in the order of their ids; bans that have ended are none.
   *
   * @throws `forbidden` without `canRemoveUsers`, `conflict` for a private room, `not_found` where the room is not there
   * for me; `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  list(page?: PageRequest & { signal?: AbortSignal }): Promise<Page<Ban>>
  /**
   * Removes somebody, if they are in, and keeps them out; said again, it changes until when and why.
   *
   * @throws `forbidden` without `canRemoveUsers` and for an owner, `conflict` for oneself and in a private room,
   * `invalid_request` for an end that has passed, `not_found`.
   */
  set(userId: string, ban?: SetBan): Promise<Ban>
  /**
   * Lets them in again.
   *
   * @throws `forbidden` without `canRemoveUsers`, `conflict` for oneself and in a private room, `not_found` where they are
   * not banned.
   */
  remove(userId: string): Promise<void>
}
