import { KeyedMutex } from '../concurrency/keyed-mutex.js'
import type {
  EditMessage,
  HostMessage,
  Message,
  MessagePage,
  SaidAs,
  SendMessage,
  SpeakAs,
} from '../contract/messages.js'
import { ChatError, conflict, invalid, notFound } from '../contract/problems.js'
import type { AppendRequest } from '../store/append/message.js'
import { refusalOfMentions, type Sender } from '../store/append/validate.js'
import type { RoomChange } from '../store/change.js'
import { deleteEdits } from '../store/edits.js'
import { detachMedia } from '../store/media.js'
import { roomStateOf } from '../store/members.js'
import { replaceMentions } from '../store/mentions.js'
import { changeMessage, eraseMessage, lastShown, type MessageRow, mentionsOf } from '../store/messages.js'
import { deletePin } from '../store/pins.js'
import { deleteReactionsTo } from '../store/reactions.js'
import { forgetBlock } from '../store/search-blocks.js'
import { placesOf } from '../store/threads.js'
import { uncount } from '../store/unread.js'
import { type Actor, type AnyActor, system, userIdOf } from './actor.js'
import { auditIn } from './audit.js'
import { authorize, authorizeWriting, checkSilence, silenceOf, whyNot } from './authorize.js'
import { avatarAddress } from './avatars.js'
import { blocked, refuseIn } from './block-rules.js'
import { bodyHash } from './body-hash.js'
import { type Context, checkLength } from './context.js'
import { acceptData, checkData, dataText, type Giver } from './data.js'
import { changesOf, keepVersion } from './edits.js'
import { checkForward, type Forwarding, forwarding } from './forwarding.js'
import { type MessagePosition, readHistory, sidesOf } from './history.js'
import { ask } from './hooks.js'
import { type Membership, notAMember, requireMember, whyNotAMember } from './membership.js'
import { settleArchives } from './own-side.js'
import { findReadable, readerAt, readerIn, requireReadable } from './readable.js'
import type { Acting } from './room-change.js'
import type { Sent } from './sending.js'
import { showMessages } from './show-messages.js'
import { mentionInThread, withdrawReply } from './threads.js'

/** The rule that decides whether a message may be appended. */
export const validateSender =
  ({ hooks }: Pick<Context, 'hooks'>) =>
  ({ userId, room, member: known, now, lastSentAt, mentionsEveryone }: Sender): ChatError | undefined => {
    if (!known) return room.isPublic ? notAMember() : notFound()
    const member = { ...known, userId }
    const refusal = whyNot(hooks, room, member, 'canCreateMessages')
    if (refusal) return refusal
    if (room.isBlocked) return blocked()
    const isExempt = () => !whyNot(hooks, room, member, 'canDeleteMessages')
    if (mentionsEveryone) return whyNot(hooks, room, member, 'canEditRoom')
    if (lastSentAt) return tooSoon(room.slowModeSeconds, lastSentAt, now, isExempt)
    return silenceOf(member.silencedUntil, now)
  }

/** The refusal of a message that comes too soon in slow mode; members who may delete messages are exempt. */
function tooSoon(seconds: number, lastSentAt: Date, now: Date, isExempt: () => boolean): ChatError | undefined {
  const waitMs = lastSentAt.getTime() + seconds * 1000 - now.getTime()
  if (waitMs <= 0 || isExempt()) return undefined
  // Another server's clock may be ahead.
  const retryAfter = Math.min(Math.ceil(waitMs / 1000), seconds)
  return new ChatError('slow_mode', `one message in ${seconds} seconds`, { retryAfter })
}

export class Messages {
  readonly #mutex = new KeyedMutex()

  constructor(readonly context: Context) {}

  async list(actor: Actor, roomId: string, position: MessagePosition): Promise<MessagePage> {
    const { work } = this.context
    const { room, rows, users } = await readHistory(work, roomId, actor, position)
    if (!room) throw notFound()
    if (actor !== system && !room.isMember) throw await whyNotAMember(work.db, { ...room, id: roomId }, actor)
    const { hiddenUpTo } = room
    const items = await showMessages(this.context, work.db, rows, readerAt(actor, roomId, hiddenUpTo), users)
    return { items, ...sidesOf(rows, { last: room.lastSeq, hiddenUpTo }, position) }
  }

  async get(actor: Actor, roomId: string, messageId: string): Promise<Message> {
    const { db } = this.context.work
    const membership = await requireMember(db, roomId, actor)
    return this.#show(await requireReadable(db, membership, messageId), membership)
  }

  /** `append` is how it is written once nothing refuses it any more. */
  async send(
    actor: Actor,
    roomId: string,
    input: HostMessage,
    giver: Giver,
    append: Append = (request) => this.context.work.append(request),
  ): Promise<Sent> {
    const { work, hooks, data } = this.context
    this.check(input, giver)
    const isAsked = actor !== system && (hooks.before.message || (giver === 'client' && data.message))
    const isInTurn = isAsked || input.forward || this.#mutex.has(turnOf(actor, roomId))
    const sent = await (isInTurn
      ? this.#sendInTurn(actor, roomId, input, giver, append)
      : append(appendOf(actor, roomId, input, input)))
    if (actor !== system && sent.created && sent.isPutAway) {
      // The message is sent, whether this succeeds or not: it only spares later reads.
      const state = await roomStateOf(work, actor, roomId).catch(() => undefined)
      if (state) await settleArchives(this.context, [state], 1)
    }
    if (sent.created || actor === system) return sent
    return { created: false, message: await this.get(actor, roomId, sent.message.id) }
  }

  /**
   * A hook, a schema, or what is forwarded, may take longer for one message than for the next, so they are looked at one at a
   * time, in their order.
   */
  async #sendInTurn(actor: Actor, roomId: string, input: HostMessage, giver: Giver, append: Append): Promise<Sent> {
    const { hooks } = this.context
    const { appending } = await this.#mutex.take(turnOf(actor, roomId), async () => {
      const forwarded = input.forward && (await forwarding(this.context, actor, input, input.forward))
      const whole = forwarded?.draft ?? input
      const isAsked = actor !== system && !forwarded?.refusal && (hooks.before.message || whole.data)
      // The schema took the data of what is forwarded when it was said.
      const draft = isAsked ? await this.#ask(actor, roomId, whole, forwarded ? 'host' : giver) : whole
      // Begun inside the mutex, awaited outside: else each message would wait for the commit of the one before.
      const appending = append(appendOf(actor, roomId, draft, input, forwarded))
      appending.catch(() => undefined)
      return { appending }
    })
    return appending
  }

  async #ask(userId: string, roomId: string, input: SendMessage, giver: Giver): Promise<SendMessage> {
    const { work, hooks } = this.context
    // A sender who may not write is refused without asking the host.
    const membership = await requireMember(work.db, roomId, userId)
    authorizeWriting(this.context, membership)
    refuseIn(membership.room, userId)
    const accepted = await acceptData(this.context, 'message', input, giver)
    const draft = await ask(hooks.before, 'message', accepted, { userId, roomId, prisma: work.prisma })
    this.check({ ...draft, forward: undefined }, 'host')
    return draft
  }

  /** Throws for a message that nobody may send, whoever they are. */
  check(message: HostMessage, giver: Giver): void {
    if (message.forward) checkForward(message)
    const { limits } = this.context
    const { text = '', mediaIds = [], data = null, as, threadId, alsoInRoom, forward } = message
    checkData(this.context, 'message', message, giver)
    if (alsoInRoom && threadId === undefined) throw invalid('/alsoInRoom', 'is for a reply in a thread: give threadId')
    if (!forward && text.trim() === '' && mediaIds.length === 0 && data === null) throw needsSomething()
    if (as?.avatarUrl && avatarAddress(as.avatarUrl) === null) {
      throw invalid('/as/avatarUrl', 'is neither an address over http(s) nor a path of your own site')
    }
    checkLength('/text', text, limits.textLength)
    if (mediaIds.length > limits.mediaPerMessage) {
      const detail = `a message carries ${limits.mediaPerMessage} media at most`
      throw new ChatError('too_large', detail, { errors: [{ pointer: '/mediaIds', detail }] })
    }
  }

  async edit(actor: Actor, roomId: string, messageId: string, input: EditMessage, giver: Giver): Promise<Message> {
    const { work, hooks, limits } = this.context
    checkLength('/text', input.text, limits.textLength)
    checkData(this.context, 'message', input, giver)
    let { text, mentions, mentionsEveryone, data } = input
    if (actor !== system && (hooks.before.message || (giver === 'client' && input.data))) {
      const membership = await requireMember(work.db, roomId, actor)
      this.#authorizeChange(actor, membership, await findReadable(work.db, membership, messageId), 'Edit')
      const about = { userId: actor, roomId, messageId, prisma: work.prisma }
      const accepted = await acceptData(this.context, 'message', input, giver)
      const asked = await ask(hooks.before, 'message', accepted, about)
      text = asked.text ?? text
      mentions = asked.mentions ?? mentions
      mentionsEveryone = asked.mentionsEveryone ?? mentionsEveryone
      data = asked.data === undefined ? accepted.data : asked.data
      checkLength('/text', text, limits.textLength)
      checkData(this.context, 'message', asked, 'host')
    }
    const check = async (acting: Acting) => {
      const message = this.#authorizeChange(actor, acting, await findReadable(acting.db, acting, messageId), 'Edit')
      if (message.deletedAt !== null) throw conflict('the message was deleted')
      const isLeftEmpty =
        (text ?? message.text).trim() === '' && !message.hasMedia && !(data === undefined ? message.data : data)
      if (isLeftEmpty && (text ?? data) !== undefined) throw needsSomething()
      if (mentions) {
        // Users who are mentioned already may have left, and may stay in the list.
        const refusal = await refusalOfMentions(acting.db, roomId, mentions, mentionsOf(message))
        if (refusal) throw refusal
      }
      if (mentionsEveryone && !message.mentionsEveryone) authorize(this.context, acting, 'canEditRoom')
      return message
    }
    const { row, called, acting } = await work.changeRoom({ actor, roomId, check }, async (change, message, acting) => {
      const changes = changesOf(message, { text, mentions, mentionsEveryone, data })
      if (!changes) return { row: message, called: [], acting }
      const revision = change.takeRevision()
      await keepVersion(this.context, change, message, revision)
      const edited = await changeMessage(change.tx, messageId, { ...changes, editedAt: change.now, revision })
      await replaceMentions({ db: change.tx, dialect: work.dialect }, message, edited)
      if (changes.text !== undefined) await forgetBlock(change.tx, edited)
      const isMentioning = changes.mentions !== undefined || changes.mentionsEveryone !== undefined
      const called = isMentioning ? await mentionInThread(this.context, change, message, edited) : []
      await this.#record(change, 'message.updated', edited)
      return { row: edited, called, acting }
    })
    const threadId = row.threadId ?? messageId
    work.publish(...called.map((userId) => ({ type: 'thread.changed', userId, roomId, messageId: threadId }) as const))
    return this.#show(row, acting)
  }

  /** The content is erased; the row stays as a tombstone, so that no history has a gap. */
  async delete(actor: AnyActor, roomId: string, messageId: string): Promise<void> {
    const check = async (acting: Acting) =>
      this.#authorizeChange(actor, acting, await findReadable(acting.db, acting, messageId), 'Delete')
    await this.context.work.changeRoom({ actor, roomId, check }, async (change, message) => {
      const { tx } = change
      if (message.deletedAt !== null) return
      const revision = change.takeRevision()
      await Promise.all([detachMedia(tx, messageId), deleteReactionsTo(tx, messageId)])
      const deleted = await eraseMessage(tx, messageId, { deletedAt: change.now, revision })
      await replaceMentions({ db: tx, dialect: this.context.work.dialect }, message, undefined)
      if (message.kind === 'user') await uncount(tx, placesOf(message))
      if (message.pinnedAt !== null) await deletePin(tx, message)
      if (message.editedAt !== null) await deleteEdits(tx, messageId)
      await forgetBlock(tx, message)
      // The audit does not keep the text either.
      if (message.kind !== 'user' || message.userId !== actor)
        await auditIn(change, actor, { action: 'message.deleted', userId: message.userId, messageId })
      // The list of rooms is ordered by the message that is shown as the last.
      const last = await lastShown(tx, roomId)
      if ((last?.seq ?? 0) < message.seq) change.set({ lastMessageAt: last?.createdAt ?? change.room.createdAt })
      await this.#record(change, 'message.deleted', deleted)
      if (message.threadId !== null) await withdrawReply(this.context, change, message)
    })
  }

  #authorizeChange(
    actor: AnyActor,
    membership: Awaited<ReturnType<typeof requireMember>>,
    message: MessageRow | null,
    what: 'Edit' | 'Delete',
  ): MessageRow {
    if (!message) throw notFound()
    const said = message.kind === 'user'
    if (!said && what === 'Edit' && actor !== system) throw conflict('a system message stays as it is')
    if (message.userId === null && what === 'Edit' && actor !== system)
      throw conflict('what the application said stays as it is')
    if (message.forwardedFrom !== null && what === 'Edit' && actor !== system)
      throw conflict('what was forwarded stays as it was said')
    const own = said && message.userId === actor ? [`can${what}OwnMessages` as const] : []
    authorize(this.context, membership, `can${what}Messages`, ...own)
    if (what === 'Edit') refuseIn(membership.room, actor)
    if (what === 'Edit') checkSilence(this.context, membership)
    return message
  }

  async #record(change: RoomChange, type: 'message.updated' | 'message.deleted', row: MessageRow): Promise<void> {
    const [message] = await showMessages(this.context, change.tx, [row], undefined)
    if (message) change.events.push({ type, roomId: row.roomId, revision: row.revision, message })
  }

  async #show(row: MessageRow, membership: Membership): Promise<Message> {
    const [message] = await showMessages(this.context, this.context.work.db, [row], readerIn(membership))
    return message as Message
  }
}

type Append = (request: AppendRequest) => Promise<Sent>

const needsSomething = (): ChatError => invalid('/text', 'a message needs text, media or data')

/** Where a message waits for the one before it by the same sender. */
const turnOf = (actor: Actor, roomId: string): string => `${userIdOf(actor) ?? ''} ${roomId}`

function appendOf(
  actor: Actor,
  roomId: string,
  draft: SendMessage,
  asked: HostMessage,
  forwarded?: Forwarding,
): AppendRequest {
  const clientId = asked.clientId ?? null
  return {
    roomId,
    userId: userIdOf(actor),
    kind: actor === system && !asked.as ? 'system' : 'user',
    text: draft.text ?? '',
    clientId,
    bodyHash: clientId === null ? null : bodyHash(asked),
    replyToId: draft.replyToId ?? null,
    threadId: draft.threadId ?? null,
    alsoInRoom: draft.alsoInRoom ?? false,
    mentions: draft.mentions ?? [],
    mentionsEveryone: draft.mentionsEveryone ?? false,
    data: dataText(draft.data),
    saidAs: asked.as ? JSON.stringify(saidAs(asked.as)) : null,
    forwardedFrom: forwarded?.from ? JSON.stringify(forwarded.from) : null,
    mediaIds: draft.mediaIds ?? [],
    ...{ sharesMediaOf: forwarded?.messageId ?? null, refusal: forwarded?.refusal ?? null },
    lenient: asked.lenient ?? false,
  }
}

export const saidAs = ({ name, avatarUrl }: SpeakAs): SaidAs => ({
  name,
  avatarUrl: avatarAddress(avatarUrl ?? null),
})
