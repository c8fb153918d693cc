import { checked, pageOf } from './api-input.js'
import type { Page, PageRequest } from './contract/fields.js'
import { parse } from './contract/parse.js'
import type { FailedPerson, PutAside } from './notifications/put-aside.js'
import type { FailedRoom, SubscriptionState, Subscriptions } from './subscriptions/subscriptions.js'

/**
 * The durable subscriptions of all servers, for an operator's page and scripts. Each method rejects with `invalid_request`,
 * `unavailable` and `internal` as `ChatApi` does, beside the codes that it names. None may be called inside `chat.transaction`.
 */
export interface SubscriptionsApi {
  /**
   * All there are, by name. It counts all rooms, so it is for an operator's page and not for each second.
   *
   * @throws `unavailable` while the database is away.
   */
  list(): Promise<SubscriptionState[]>
  /**
   * The rooms that were put aside, by their ids.
   *
   * @throws `invalid_request` for a limit that is not 1 to 100.
   */
  failed(name: string, page?: PageRequest): Promise<Page<FailedRoom>>
  /**
   * Tells what was put aside in a room again, or in all of them; its attempts are counted anew. Returns in how many rooms.
   *
   * @throws `unavailable` while the database is away.
   */
  retry(name: string, roomId?: string): Promise<number>
  /**
   * Passes over what was put aside in a room: all that has happened in it by now is never told.
   *
   * @throws `not_found` where nothing was put aside there.
   */
  skip(name: string, roomId: string): Promise<void>
  /**
   * Has a subscription go on that has ended: with all that has happened since it was last told, on every server, within five
   * minutes.
   *
   * @throws `not_found` where none of this name has ended.
   */
  resume(name: string): Promise<void>
  /**
   * Forgets a subscription with all its positions. Where one of this name is made again, it begins anew.
   *
   * @throws `not_found` where there is none, `conflict` while it is running on this server. That it runs on no other
   * one is yours to see to.
   */
  delete(name: string): Promise<void>
  /**
   * The people who could not be notified (`notify`) and were put aside, by their ids.
   *
   * @throws `invalid_request` for a limit that is not 1 to 100.
   */
  failedPeople(page?: PageRequest): Promise<Page<FailedPerson>>
  /**
   * Tries again to notify somebody who was put aside, or all of them; their attempts are counted anew. Returns how many they are.
   *
   * @throws `unavailable` while the database is away.
   */
  retryPeople(userId?: string): Promise<number>
  /**
   * Passes over the batch of which somebody could not be notified; what came after it they are notified of.
   *
   * @throws `not_found` where they were not put aside.
   */
  skipPerson(userId: string): Promise<void>
}

export function subscriptionsApi(subscriptions: Subscriptions, putAside: PutAside): SubscriptionsApi {
  return {
    list: async () => subscriptions.list(),
    failed: async (name, page = {}) => subscriptions.failed(checked(name), parse(pageOf, page)),
    retry: async (name, roomId) =>
      subscriptions.retry(checked(name), roomId === undefined ? undefined : checked(roomId)),
    skip: async (name, roomId) => subscriptions.skip(checked(name), checked(roomId)),
    resume: async (name) => subscriptions.resume(checked(name)),
    delete: async (name) => subscriptions.delete(checked(name)),
    failedPeople: async (page = {}) => putAside.list(parse(pageOf, page)),
    retryPeople: async (userId) => putAside.retry(userId === undefined ? undefined : checked(userId)),
    skipPerson: async (userId) => putAside.skip(checked(userId)),
  }
}
