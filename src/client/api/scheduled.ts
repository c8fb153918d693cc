import type { AnyData, DataTypes } from '../../contract/data.js'
import type { Page, PageRequest } from '../../contract/fields.js'
import type { EditScheduled, ScheduledMessage, ScheduleMessage } from '../../contract/scheduled.js'
import type { Observable } from './observable.js'

/**
 * Messages of mine that the server sends later, in all my rooms, and in those that I am in no more. To be observed is a number that
 * changes whenever the list is to be read again, also after a connection was lost.
 */
export interface AllScheduled<Data extends DataTypes = AnyData> extends Observable<number> {
  /**
   * Those that are yet to be sent, and those that could not be when it was time (`failure`), in the order of `sendAt`.
   *
   * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  list(page?: PageRequest & { signal?: AbortSignal }): Promise<Page<ScheduledMessage<Data>>>
}

/**
 * Messages of mine in a room that the server sends later. To be observed is `me.scheduledRevision`: 0 where there never were any,
 * else a number that changes whenever the list is to be read again; null where the room is not known to be mine.
 */
export interface ScheduledMessages<Data extends DataTypes = AnyData> extends Observable<number | null> {
  /**
   * Those that are yet to be sent, and those that could not be when it was time (`failure`), in the order of `sendAt`; also where
   * the room is not mine any more.
   *
   * @throws `not_found` where the room is not there for me, `forbidden` where it is public and I am not in it; `invalid_request`
   * for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  list(page?: PageRequest & { signal?: AbortSignal }): Promise<Page<ScheduledMessage<Data>>>
  /**
   * Keeps a message until `sendAt`, when it is sent as I may write then. With a `clientId` it may be asked for again.
   *
   * @throws `invalid_request` for a time that has passed or is too far ahead, and for media that are not mine, `too_large`,
   * `forbidden` without `canCreateMessages`, `silenced`, `conflict` for more than the server keeps, `idempotency_conflict` for
   * the same `clientId` with another body, `not_found`.
   */
  create(message: ScheduleMessage<Data>): Promise<ScheduledMessage<Data>>
  /**
   * Changes what it says, or when it is sent; with a new time one that failed is sent after all.
   *
   * @throws `invalid_request` for a time as of a new one, and for nothing to say, `too_large`, `not_found` once it was sent.
   */
  update(id: string, changes: EditScheduled<Data>): Promise<ScheduledMessage<Data>>
  /**
   * It is never sent.
   *
   * @throws `not_found` once it was sent.
   */
  cancel(id: string): Promise<void>
}
