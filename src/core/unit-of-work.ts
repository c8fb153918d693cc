import type { Room } from '../contract/rooms.js'
import type { Notice } from '../publish/notice.js'
import { changeRoom, createRoom, type NewRoom, type RoomChange } from '../store/change.js'
import type { Db } from '../store/client.js'
import type { Dialect } from '../store/dialects/dialect.js'

/**
 * A transaction, with the notices to publish once it has committed. Rooms are changed only through this class, so every
 * change is published, and nothing is published that was not written.
 */
export class UnitOfWork {
  readonly notices: Notice[] = []

  constructor(
    readonly tx: Db,
    readonly now: Date,
    readonly dialect: Dialect,
  ) {}

  /** Takes the room's lock, and lets the rule write through the change that it is given. */
  async changeRoom<T>(roomId: string, rule: (change: RoomChange) => Promise<T>): Promise<T> {
    const { result, events } = await changeRoom(this, roomId, this.now, rule)
    this.notices.push({ type: 'room.changed', roomId, events })
    return result
  }

  /** Makes a room; the rule returns it as clients see it. */
  async createRoom(data: NewRoom, rule: (change: RoomChange) => Promise<Room>): Promise<void> {
    const { result: created, events } = await createRoom(this, this.now, data, rule)
    this.notices.push({ type: 'room.changed', roomId: data.id, events, created })
  }

  /** Publishes the notice after the commit. */
  publish(notice: Notice): void {
    this.notices.push(notice)
  }
}
