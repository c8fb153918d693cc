import type { DurableEvent } from '../contract/events.js'
import type { Ground } from '../core/sight.js'
import type { Connection } from './connection.js'
import type { Channels } from './delivery/channels.js'
import type { Watchers } from './presence.js'

const isStranger = (ground: Ground | null): boolean => ground === null
/** Reasons that depend on a room; the host's `canSee` may depend on rooms as well. */
const isBy =
  (roomId: string) =>
  (ground: Ground | null): boolean =>
    ground?.by === 'host' || (ground?.by === 'room' && ground.roomId === roomId)
const isAny = () => true

/**
 * Handles events after which two users may have become strangers, or no longer be: the subscriptions of the sockets that it
 * concerns are checked again. What only the host knows (its directory, `canSee`, tenants) is checked when a user comes or goes.
 */
export class Meetings {
  constructor(
    readonly watchers: Watchers,
    readonly channels: Channels,
    readonly connectionsOf: (userId: string) => Iterable<Connection>,
  ) {}

  joined(connection: Connection): void {
    this.watchers.lookAgain(connection, isStranger)
  }

  left(connection: Connection, roomId: string): void {
    this.watchers.lookAgain(connection, isBy(roomId))
  }

  /** An event of a room with subscribers here. */
  happened(event: DurableEvent): void {
    const { type, roomId } = event
    if (type === 'member.added' || type === 'member.removed') {
      const { id } = event.member.user
      for (const connection of this.watchers.subscribersOf(id)) {
        if (!this.channels.hears(connection, roomId)) continue
        this.watchers.lookAgain(connection, type === 'member.added' ? isStranger : isBy(roomId), id)
      }
    }
    // Without a bus this event may be the only sign that one blocks the other, or no longer does.
    if (type !== 'room.updated' || event.room.type !== 'private') return
    const isBlockedAnew = event.room.isBlocked ? isBy(roomId) : isStranger
    for (const connection of this.channels.get(roomId)?.connections() ?? []) {
      this.watchers.lookAgain(connection, isBlockedAnew)
    }
  }

  /** One of the two blocks the other, or no longer does. */
  blocked(userId: string, blockedId: string): void {
    this.#pair(userId, blockedId)
    this.#pair(blockedId, userId)
  }

  /** `askerId` asks a user into a room. If the request is gone, it is unknown who had asked. */
  requested(userId: string, askerId: string | undefined): void {
    if (askerId !== undefined) this.#pair(userId, askerId)
    else
      for (const connection of this.connectionsOf(userId))
        this.watchers.lookAgain(connection, (ground) => ground?.by === 'request')
  }

  #pair(viewerId: string, userId: string): void {
    for (const connection of this.connectionsOf(viewerId)) this.watchers.lookAgain(connection, isAny, userId)
  }
}
