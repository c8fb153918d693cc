import { commandOf } from './pending-message.js'
import type { PendingMutation } from './state/room-entry.js'
import type { Pending } from './state/state.js'

const isReaction = ({ type }: PendingMutation): boolean => type.startsWith('reaction')

/** Whether a later mutation takes the place of an earlier one: it is of the same thing, or deletes the message. */
export const replaces = (later: PendingMutation, earlier: PendingMutation): boolean =>
  later.messageId === earlier.messageId &&
  (later.type === 'message.delete' ||
    (isReaction(later) && isReaction(earlier)
      ? (later as { reaction: string }).reaction === (earlier as { reaction: string }).reaction
      : later.type === earlier.type))

/** Both as one: of an edit, what the later one leaves out is as the earlier one says. */
export const merged = (earlier: PendingMutation, later: PendingMutation): PendingMutation =>
  earlier.type === 'message.edit' && later.type === 'message.edit' ? { ...earlier, ...later } : later

/** A pending message as an edit makes it. */
export const edited = (message: Pending, mutation: PendingMutation & { type: 'message.edit' }): Pending => {
  const { text = message.text, mentions = message.mentions, data = message.data } = mutation
  const { mentionsEveryone = message.mentionsEveryone } = mutation
  return { ...message, text, mentions, data, mentionsEveryone }
}

/** The type and the fields of the command that a pending message, or a mutation, is sent by. */
export function saidBy(entry: Pending): [type: string, fields: { roomId: string; text?: string | undefined }] {
  if (!entry.mutation) return ['message.send', commandOf(entry)]
  const { type, at: _, ...fields } = entry.mutation
  return [type, { roomId: entry.roomId, ...fields }]
}
