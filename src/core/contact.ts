import { ChatError } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import type { ChatPrismaClient, InTransaction } from '../store/client.js'
import { type MemberRow, memberColumns } from '../store/members.js'
import { acquaintances, type RequestState, refusedBy } from '../store/requests.js'
import { type Actor, system } from './actor.js'
import type { Context } from './context.js'
import { type Check, refuse } from './option-checks.js'
import { permissionsOf } from './permissions.js'

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

/** Those of these people who are to be asked first; somebody who refused this person once is not asked again. */
export type Asked = ReadonlyMap<string, RequestState>

const nobody: Asked = new Map()

/** Throws where one of these people may not be turned to; `pointerOf` says where the request names them. */
export async function askContact(
  context: Context,
  actor: Actor,
  userIds: string[],
  pointerOf: (userId: string) => string,
): Promise<Asked> {
  const { contact, work } = context
  const others = userIds.filter((userId) => userId !== actor)
  if (actor === system || contact === 'anyone' || others.length === 0) return nobody
  const verdicts = await verdictsOn(context, actor, others)
  const refused = others.find((userId) => verdicts.get(userId) === false)
  if (refused !== undefined) {
    const detail = 'this person may not be contacted'
    throw new ChatError('forbidden', detail, { errors: [{ pointer: pointerOf(refused), detail }] })
  }
  const toAsk = others.filter((userId) => verdicts.get(userId) === 'ask')
  const before = await refusedBy(work.db, toAsk, actor)
  return new Map(toAsk.map((userId) => [userId, before.has(userId) ? 'refused' : 'pending']))
}

async function verdictsOn(
  { contact, work }: Context,
  actor: string,
  others: string[],
): Promise<Map<string, ContactVerdict>> {
  const verdicts = new Map<string, ContactVerdict>()
  if (typeof contact !== 'function') {
    const known = await acquaintances(work, actor, others)
    for (const userId of others) verdicts.set(userId, known.has(userId) || (contact === 'ask' ? 'ask' : false))
    return verdicts
  }
  for (const userId of others) {
    const verdict: unknown = await contact(actor, userId, { prisma: work.prisma })
    if (verdict !== 'ask' && typeof verdict !== 'boolean') {
      throw new TypeError(`express-chat: contact gave ${typeof verdict}; give true, false or 'ask'`)
    }
    verdicts.set(userId, verdict)
  }
  return verdicts
}

/** Somebody is asked into a room; nobody but they sees it. They are no member of it until they accept. */
export async function saveRequest(
  { presets }: Context,
  change: RoomChange,
  { userId, askerId, state }: { userId: string; askerId: string; state: RequestState },
): Promise<MemberRow> {
  const { tx, room, now } = change
  const key = { roomId_userId: { roomId: room.id, userId } }
  const asked = { request: state, addedById: askerId, joinedAt: now }
  return tx.chatRoomUser.upsert({
    where: key,
    // Who was a member once keeps what is left of that: when they went, and what they were not allowed to do.
    update: asked,
    create: {
      ...asked,
      roomId: room.id,
      userId,
      role: 'member',
      ...permissionsOf(presets[room.type].member),
      leftAt: now,
      joinedRevision: room.revision + 1,
      // Of no change that anybody is told of.
      revision: 0,
    },
    select: memberColumns,
  })
}
