import type { Room } from '../contract/rooms.js'
import type { Notice } from '../publish/notice.js'
import { changeRoom, createRoom, type NewRoom, type RoomChange } from '../store/change.js'
import type { Db } from '../store/client.js'

/**
 * A transaction, and what is to be told of it once it has committed. A room is changed by this alone, so nothing is
 * written to one without being told, and nothing is told that was not written.
 */
export class UnitOfWork {
  readonly notices: Notice[] = []

  constructor(
    readonly tx: Db,
    readonly now: Date,
  ) {}

  /** Takes the room's lock, and lets the rule write through the change that it is given. */
  async changeRoom<T>(roomId: string, rule: (change: RoomChange) => Promise<T>): Promise<T> {
    const { result, events } = await changeRoom(this.tx, roomId, this.now, rule)
    this.notices.push({ type: 'room.changed', roomId, events })
    return result
  }

  /** Makes a room; the rule gives how it is shown. */
  async createRoom(data: NewRoom, rule: (change: RoomChange) => Promise<Room>): Promise<void> {
    const { result: created, events } = await createRoom(this.tx, this.now, data, rule)
    this.notices.push({ type: 'room.changed', roomId: data.id, events, created })
  }

  /** To be told of once all of this is committed. */
  publish(notice: Notice): void {
    this.notices.push(notice)
  }
}
