import type { DurableEvent } from '../contract/events.js'
import type { Ground } from '../core/sight.js'
import type { Connection } from './connection.js'
import type { Channels } from './delivery/channels.js'
import type { Watchers } from './presence.js'

const isStranger = (ground: Ground | null): boolean => ground === null
/** What two know of each other by a room; the host's `canSee` may go by rooms as well. */
const isBy =
  (roomId: string) =>
  (ground: Ground | null): boolean =>
    ground?.by === 'host' || (ground?.by === 'room' && ground.roomId === roomId)
const isAny = () => true

/**
 * What happens here, or is told here, after which two people may be strangers who were none, or none any more: whom the
 * sockets that it touches have asked for is looked at again. What only the host knows (its directory, `canSee`, tenants)
 * is looked at when somebody comes or goes.
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

  /** In a room that somebody here is in. */
  happened(event: DurableEvent): void {
    const { type, roomId } = event
    if (type === 'member.added' || type === 'member.removed') {
      const { id } = event.member.user
      for (const connection of this.watchers.subscribersOf(id)) {
        if (!this.channels.hears(connection, roomId)) continue
        this.watchers.lookAgain(connection, type === 'member.added' ? isStranger : isBy(roomId), id)
      }
    }
    // Of two who block each other, or do so no more, nothing else may be heard where there is no bus.
    if (type !== 'room.updated' || event.room.type !== 'private') return
    const isBlockedAnew = event.room.isBlocked ? isBy(roomId) : isStranger
    for (const connection of this.channels.get(roomId)?.connections() ?? []) {
      this.watchers.lookAgain(connection, isBlockedAnew)
    }
  }

  /** One of the two blocks the other, or does so no more. */
  blocked(userId: string, blockedId: string): void {
    this.#pair(userId, blockedId)
    this.#pair(blockedId, userId)
  }

  /** `askerId` asks somebody into a room. Where nobody asks them there any more, it is not known who did. */
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
