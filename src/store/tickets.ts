import type { Db } from './client.js'
import { failureOf } from './failures.js'

/** A ticket that is used up. */
export interface SpentTicket {
  id: string
  expiresAt: Date
}

/** Uses up tickets, all or none; false if one of them was used up before, on any server. */
export async function spendTickets(db: Db, tickets: SpentTicket[]): Promise<boolean> {
  try {
    await db.chatSpentTicket.createMany({ data: tickets })
    return true
  } catch (error) {
    if (failureOf(error) === 'unique') return false
    throw error
  }
}

export async function forgetTickets(db: Db, before: Date): Promise<void> {
  await db.chatSpentTicket.deleteMany({ where: { expiresAt: { lt: before } } })
}
