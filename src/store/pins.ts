import type { Db, Stored } from './client.js'

export type PinRow = Stored<'chatPin'>

export const pinColumns = {
  roomId: true,
  /** The room's revision at which it was pinned: by that they are in order. */
  revision: true,
  messageId: true,
} as const satisfies Record<keyof PinRow, true>

/** The pins of a room below a revision, newest first. */
export const pinsOf = (db: Db, roomId: string, before: number | undefined, take: number): Promise<PinRow[]> =>
  db.chatPin.findMany({
    where: { roomId, ...(before === undefined ? {} : { revision: { lt: before } }) },
    orderBy: { revision: 'desc' },
    take,
    select: pinColumns,
  })

/** There are few in a room, all at the beginning of one key. */
export const countPins = (db: Db, roomId: string): Promise<number> => db.chatPin.count({ where: { roomId } })

export const createPin = (db: Db, row: PinRow): Promise<PinRow> => db.chatPin.create({ data: row, select: pinColumns })

/** Deletes the pin of a message. */
export const deletePin = (db: Db, { roomId, id }: { roomId: string; id: string }) =>
  db.chatPin.deleteMany({ where: { roomId, messageId: id } })

/** Deletes the pins of a deleted room. */
export const forgetPins = (db: Db, roomId: string) => db.chatPin.deleteMany({ where: { roomId } })
