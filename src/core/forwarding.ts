import type { Forward, ForwardedFrom, HostMessage, Message } from '../contract/messages.js'
import { ChatError, conflict, invalid } from '../contract/problems.js'
import type { Actor } from './actor.js'
import type { Context } from './context.js'
import { requireMember } from './membership.js'
import { findReadable } from './readable.js'
import { showMessages } from './show-messages.js'

/** A message as it is to be said again, or why it is not to be. */
export interface Forwarding {
  /** The message that is forwarded; null where it cannot be. */
  messageId: string | null
  draft: HostMessage
  from: ForwardedFrom | null
  refusal: ChatError | null
}

/** What comes with the message that is forwarded, or would address people by it. */
const broughtAlong = [
  'text',
  'mediaIds',
  'mentions',
  'mentionsEveryone',
  'data',
] as const satisfies (keyof HostMessage)[]

/** Refuses what a message that is forwarded brings along, where it is given beside it. */
export function checkForward(input: HostMessage): void {
  const isGiven = (key: (typeof broughtAlong)[number]) => {
    const value = input[key]
    return Array.isArray(value) ? value.length > 0 : Boolean(value)
  }
  const given = broughtAlong.find(isGiven)
  if (given) throw invalid(`/${given}`, 'comes with the message that is forwarded, or not at all')
}

/**
 * Reads what is to be forwarded, as its sender may. Where they may not, the message is refused in its turn: a retry of one
 * that was sent before must not be, though the original is gone by now.
 */
export async function forwarding(context: Context, actor: Actor, input: HostMessage, of: Forward): Promise<Forwarding> {
  try {
    const { message, isPublic } = await original(context, actor, of)
    const { id, text, media, data } = message
    const draft = { ...input, text, mediaIds: media.map((item) => item.id), data }
    return { messageId: id, draft, from: message.forwardedFrom ?? fromOf(message, isPublic), refusal: null }
  } catch (error) {
    if (!(error instanceof ChatError)) throw error
    return { messageId: null, draft: input, from: null, refusal: error }
  }
}

async function original(
  context: Context,
  actor: Actor,
  { roomId, messageId }: Forward,
): Promise<{ message: Message; isPublic: boolean }> {
  const { db } = context.work
  const membership = await requireMember(db, roomId, actor).catch(asNothing)
  const { room } = membership
  const row = await findReadable(db, membership, messageId)
  if (!row) throw nothing()
  if (row.deletedAt !== null) throw conflict('the message was deleted')
  if (row.kind === 'system') throw conflict('a message of the system is not forwarded')
  const [message] = await showMessages(context, db, [row], undefined)
  if (!message) throw nothing()
  return { message, isPublic: room.isPublic }
}

/** Nobody forwards what they do not see, not from a public room either that they are not in. */
function asNothing(error: unknown): never {
  throw error instanceof ChatError ? nothing() : error
}

const nothing = (): ChatError =>
  new ChatError('not_found', 'there is no such message to forward', {
    errors: [{ pointer: '/forward', detail: 'there is no such message for you' }],
  })

const fromOf = ({ id, roomId, user, as, createdAt }: Message, isPublic: boolean): ForwardedFrom => ({
  ...(isPublic ? { roomId, messageId: id } : { roomId: null, messageId: null }),
  ...{ userId: user?.id ?? null, name: user?.name ?? as?.name ?? null, createdAt },
})
