import type { Db } from './client.js'
import { failureOf } from './failures.js'

/** Uses up a ticket; true for the first call on any server. */
export async function spendTicket(db: Db, id: string, expiresAt: Date, now: Date): Promise<boolean> {
  try {
    await db.chatSpentTicket.create({ data: { id, expiresAt }, select: { id: true } })
  } catch (error) {
    if (failureOf(error) === 'unique') return false
    throw error
  }
  // A small share of the calls deletes old rows, so the table holds those of a few minutes.
  if (Math.random() < 0.02) await db.chatSpentTicket.deleteMany({ where: { expiresAt: { lt: now } } })
  return true
}
