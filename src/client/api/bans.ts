import type { Ban, SetBan } from '../../contract/bans.js'
import type { Page, PageRequest } from '../../contract/fields.js'

/** Who is kept out of a room; for who holds `canRemoveUsers`. */
export interface Bans {
  /** A page of them; `not_found` where there is no such thing for who asks. */
  list(page?: PageRequest & { signal?: AbortSignal }): Promise<Page<Ban>>
  /** Removes somebody, if they are in, and keeps them out; said again, it changes until when and why. */
  set(userId: string, ban?: SetBan): Promise<Ban>
  /** Lets them in again. */
  remove(userId: string): Promise<void>
}
