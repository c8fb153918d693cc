import { ChatError } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import type { MemberRow } from '../store/members.js'
import { acquaintances, createRequest, type RequestState, refusedBy } from '../store/requests.js'
import { type Actor, system } from './actor.js'
import type { ContactVerdict } from './contact-policy.js'
import type { Context } from './context.js'
import { permissionsOf } from './permissions.js'

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

/** Whether somebody may bring somebody else in who comes of their own will, so that they need not be asked. */
export async function mayTurnTo(context: Context, from: string, to: string): Promise<boolean> {
  if (context.contact === 'anyone') return true
  return (await verdictsOn(context, from, [to])).get(to) !== false
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
  const asked = { roomId: room.id, userId, addedById: askerId, joinedAt: now }
  const permissions = permissionsOf(presets[room.type].member)
  return createRequest(tx, state, asked, { role: 'member', ...permissions, joinedRevision: room.revision + 1 })
}
