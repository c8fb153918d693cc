import type { Db, Stored } from './client.js'

export type BanRow = Stored<'chatBan'>

export const banColumns = {
  roomId: true,
  userId: true,
  until: true,
  reason: true,
  bannedById: true,
  createdAt: true,
} as const satisfies Record<keyof BanRow, true>

const key = (roomId: string, userId: string) => ({ roomId_userId: { roomId, userId } })

/** A ban that has ended counts as none. */
const stands = (now: Date) => ({ OR: [{ until: null }, { until: { gt: now } }] })

export const findBan = (db: Db, roomId: string, userId: string, now: Date): Promise<BanRow | null> =>
  db.chatBan.findFirst({ where: { roomId, userId, ...stands(now) }, select: banColumns })

/** Reads bans in the order of the banned users' ids. */
export const bansOf = (db: Db, roomId: string, after: string, now: Date, take: number): Promise<BanRow[]> =>
  db.chatBan.findMany({
    where: { roomId, userId: { gt: after }, ...stands(now) },
    orderBy: { userId: 'asc' },
    take,
    select: banColumns,
  })

export const saveBan = (db: Db, row: BanRow): Promise<BanRow> => {
  const { roomId, userId, ...rest } = row
  return db.chatBan.upsert({ where: key(roomId, userId), create: row, update: rest, select: banColumns })
}

export const deleteBan = (db: Db, roomId: string, userId: string) =>
  db.chatBan.deleteMany({ where: { roomId, userId } })
