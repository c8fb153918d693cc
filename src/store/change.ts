import type { DurableEvent } from '../contract/events.js'
import { notFound } from '../contract/problems.js'
import type { Db } from './client.js'
import type { Dialect } from './dialects/dialect.js'
import { moveRoom, stampRoom } from './moved-rooms.js'
import { timeAfter } from './room-time.js'
import { type RoomRow, roomColumns } from './rooms.js'

type Counters = Pick<
  RoomRow,
  | 'name'
  | 'description'
  | 'avatarMediaId'
  | 'isPublic'
  | 'isBlocked'
  | 'slowModeSeconds'
  | 'data'
  | 'readReceipts'
  | 'historyRevision'
  | 'purgedSeq'
  | 'editedRevision'
  | 'erasedRevision'
  | 'createdById'
  | 'lastMessageSeq'
  | 'memberCount'
  | 'lastMessageAt'
  | 'updatedAt'
  | 'deletedAt'
> & { pairKey: null; key: null }

/**
 * A room whose lock this transaction holds. Each change takes the next revision, stamps it on the row that it writes,
 * and leaves an event; the counters are written once, at the end.
 */
export class RoomChange {
  readonly events: DurableEvent[] = []
  readonly #pending: Partial<Counters> = {}
  /** The revision before this change. */
  readonly #from: number
  #revision: number

  constructor(
    readonly tx: Db,
    readonly now: Date,
    /** The room as it is now, with the changes of this transaction. */
    readonly room: RoomRow,
    /** The revision in the database: one ahead of `room.revision`, because taking the lock incremented it. */
    readonly stored: number,
  ) {
    this.#from = room.revision
    this.#revision = room.revision
  }

  /** The next revision, and the new value of the room's counter. */
  takeRevision(): number {
    this.#revision += 1
    this.room.revision = this.#revision
    return this.#revision
  }

  /** Takes the seq of the next message, and moves the time of the room's last message forward. */
  takeSeq(): number {
    const seq = this.room.lastMessageSeq + 1
    this.set({ lastMessageSeq: seq, lastMessageAt: timeAfter(this.room.lastMessageAt, this.now) })
    return seq
  }

  set(data: Partial<Counters>): void {
    Object.assign(this.room, data)
    Object.assign(this.#pending, data)
  }

  /** Writes the counters. Each revision must have its event by now: readers would wait for a change that nobody is told of. */
  async finish(): Promise<void> {
    if (this.events.length !== this.#revision - this.#from)
      throw new Error('a revision was taken of which no event tells')
    if (this.#revision === this.stored && Object.keys(this.#pending).length === 0) return
    await this.tx.chatRoom.updateMany({
      where: { id: this.room.id },
      data: { ...this.#pending, revision: this.#revision },
    })
  }
}

interface Changed<T> {
  result: T
  events: DurableEvent[]
}

/**
 * The one way to change a room. The first statement takes its lock and its next revision, and everything is read after that: a
 * check before the lock would let a removed member's message in (measured).
 */
export async function changeRoom<T>(
  { tx, dialect }: { tx: Db; dialect: Dialect },
  roomId: string,
  now: Date,
  rule: (change: RoomChange) => Promise<T>,
): Promise<Changed<T>> {
  if (!(await moveRoom(tx, dialect, roomId))) throw notFound()
  const row = await tx.chatRoom.findUniqueOrThrow({ where: { id: roomId }, select: roomColumns })
  const change = new RoomChange(tx, now, { ...row, revision: row.revision - 1 }, row.revision)
  const result = await rule(change)
  await change.finish()
  return { result, events: change.events }
}

export type NewRoom = Pick<
  RoomRow,
  'id' | 'tenantId' | 'type' | 'name' | 'description' | 'avatarMediaId' | 'isPublic' | 'createdById'
> & {
  pairKey: string | null
  isOwnerless?: boolean
  isBlocked?: boolean
  slowModeSeconds?: number
  key?: string | null
  data?: string | null
  readReceipts?: boolean
  historyRevision?: number | null
}

/** Makes a room with its first rows. Nobody else can hold its lock yet. */
export async function createRoom<T>(
  { tx, dialect }: { tx: Db; dialect: Dialect },
  now: Date,
  data: NewRoom,
  rule: (change: RoomChange) => Promise<T>,
): Promise<Changed<T>> {
  const row = await tx.chatRoom.create({
    data: { ...data, revision: 1, editedRevision: 1, lastMessageAt: now, createdAt: now, updatedAt: now },
    select: roomColumns,
  })
  const change = new RoomChange(tx, now, { ...row }, row.revision)
  const result = await rule(change)
  await change.finish()
  await stampRoom(tx, dialect, row.id)
  return { result, events: change.events }
}
