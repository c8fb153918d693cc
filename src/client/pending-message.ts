import type { ForwardedFrom, Message, ReplyTo, SendMessage } from '../contract/messages.js'
import type { Draft, ForwardedMessage } from './api/messages.js'
import { newId } from './browser.js'
import { quoteOf } from './state/messages.js'
import type { Pending } from './state/state.js'

/** The message that a page gave, as it waits to be sent. */
export function pendingOf(roomId: string, draft: Draft, order: number): Pending {
  const { forward, replyTo, mentions = [], clientId = newId() } = draft
  const { text = '', media = [], data = null } = forward ?? draft
  const { mentionsEveryone = false, threadId = null, alsoInRoom = false } = draft
  const forwardedFrom = forward ? (forward.forwardedFrom ?? saidBy(forward)) : null
  return {
    ...{ forward: forward ? { roomId: forward.roomId, messageId: forward.id } : null, forwardedFrom },
    ...{ clientId, roomId, text, media: [...media], mentions: [...mentions], mentionsEveryone, data },
    ...{ error: null, strikes: 0 },
    replyTo: replyTo ? quote(replyTo) : null,
    ...{ threadId, alsoInRoom },
    ...{ createdAt: new Date().toISOString(), order },
  }
}

/** Whether its room is public the server knows. */
const saidBy = ({ user, as, createdAt }: ForwardedMessage): ForwardedFrom => ({
  ...{ roomId: null, messageId: null, userId: user?.id ?? null },
  ...{ name: user?.name ?? as?.name ?? null, createdAt },
})

const quote = ({ id, seq, text, threadId = null, alsoInRoom, ...by }: NonNullable<Draft['replyTo']>): ReplyTo => ({
  ...{ id, seq, text: quoteOf(text) },
  threadId: alsoInRoom ? null : threadId,
  ...authorOf(by),
  as: by.as ?? null,
  firstMedia: ('media' in by ? by.media?.[0] : 'firstMedia' in by ? by.firstMedia : null) ?? null,
})

const authorOf = (by: Pick<Message, 'user'> | (Pick<ReplyTo, 'userId'> & Partial<ReplyTo>)) =>
  'user' in by
    ? { userId: by.user?.id ?? null, userName: by.user?.name ?? null }
    : { userId: by.userId, userName: by.userName ?? null }

/** Each field that can be sent is named: a command without one does not compile. */
type SendCommand = { roomId: string } & { [Field in keyof SendMessage]-?: SendMessage[Field] }

/** The command that sends a pending message. */
export const commandOf = ({
  roomId,
  clientId,
  text,
  media,
  replyTo,
  mentions,
  data,
  files = [],
  ...pending
}: Pending): SendCommand => ({
  ...{ roomId, clientId, mentions, replyToId: replyTo?.id, lenient: true },
  // Not sent where it is not so: then it is the same message for servers and clients of before.
  mentionsEveryone: pending.mentionsEveryone || undefined,
  ...{ threadId: pending.threadId ?? undefined, alsoInRoom: pending.alsoInRoom || undefined },
  // What is forwarded brings its own.
  ...(pending.forward
    ? { forward: pending.forward, text: undefined, mediaIds: undefined, data: undefined }
    : {
        forward: undefined,
        text,
        mediaIds: [...media.map(({ id }) => id), ...files.map(({ filename }) => filename)],
        data: data ?? undefined,
      }),
})
