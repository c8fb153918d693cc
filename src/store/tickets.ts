import type { Db } from './client.js'
import { failureOf } from './failures.js'

/** True for the first who spends this ticket, on whatever server. */
export async function spendTicket(db: Db, id: string, expiresAt: Date, now: Date): Promise<boolean> {
  try {
    await db.chatSpentTicket.create({ data: { id, expiresAt }, select: { id: true } })
  } catch (error) {
    if (failureOf(error) === 'unique') return false
    throw error
  }
  // Housekeeping on a small share of the calls: the table holds a few minutes' worth.
  if (Math.random() < 0.02) await db.chatSpentTicket.deleteMany({ where: { expiresAt: { lt: now } } })
  return true
}
