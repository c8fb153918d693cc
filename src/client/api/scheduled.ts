import type { AnyData, DataTypes } from '../../contract/data.js'
import type { Page, PageRequest } from '../../contract/fields.js'
import type { EditScheduled, ScheduledMessage, ScheduleMessage } from '../../contract/scheduled.js'

/** Messages of mine in a room that the server sends later. The event `scheduled.updated` tells of each change of them. */
export interface ScheduledMessages<Data extends DataTypes = AnyData> {
  /**
   * Those that are yet to be sent, and those that could not be when it was time (`failure`), in the order in which they were
   * written; also where the room is not mine any more.
   *
   * @throws `not_found` where the room is not there for me, `forbidden` where it is public and I am not in it; `invalid_request`
   * for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  list(page?: PageRequest & { signal?: AbortSignal }): Promise<Page<ScheduledMessage<Data>>>
  /**
   * Keeps a message until `sendAt`, when it is sent as I may write then. With a `clientId` it may be asked for again.
   *
   * @throws `invalid_request` for a time that has passed or is too far ahead, and for media that are not mine, `too_large`,
   * `forbidden` without `canCreateMessages`, `silenced`, `conflict` for more than the server keeps, `not_found`.
   */
  create(message: ScheduleMessage<Data>): Promise<ScheduledMessage<Data>>
  /**
   * Changes what it says, or when it is sent; with a new time one that failed is sent after all.
   *
   * @throws `invalid_request` for a time as of a new one, and for nothing to say, `too_large`, `conflict` while it is being
   * sent, `not_found` once it was.
   */
  update(id: string, changes: EditScheduled<Data>): Promise<ScheduledMessage<Data>>
  /**
   * It is never sent.
   *
   * @throws `conflict` while it is being sent, `not_found` once it was.
   */
  cancel(id: string): Promise<void>
}
