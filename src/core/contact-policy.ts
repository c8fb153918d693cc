import type { ChatPrismaClient, InTransaction } from '../store/client.js'
import { type Check, refuse } from './option-checks.js'

/** Whether somebody may turn to somebody else: true lets them in at once, `ask` asks the other one first, false refuses (403). */
export type ContactVerdict = boolean | 'ask'

/**
 * Who may start a private room with whom, and add whom to a room.
 *
 * - `anyone`: everybody everybody.
 * - `shared`: only people with whom one is in a room already that is not public.
 * - `ask`: those at once; all others are asked first, and are not in the room until they accept.
 * - a function of your own, asked once for each person, before anything is locked. Throwing `reject('why')` refuses with
 *   422, any other error is your own mistake (500).
 */
export type ContactPolicy<Prisma = ChatPrismaClient> =
  | 'anyone'
  | 'shared'
  | 'ask'
  | ((from: string, to: string, about: { prisma: InTransaction<Prisma> }) => ContactVerdict | Promise<ContactVerdict>)

const names = ['anyone', 'shared', 'ask']

export const checkContact: Check = (value, name) => {
  if (typeof value === 'function' || names.includes(value as string)) return
  refuse(name, value, "give 'anyone', 'shared', 'ask' or a function (from, to) that answers true, false or 'ask'")
}
