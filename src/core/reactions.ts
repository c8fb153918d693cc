import type { ReactionCause } from '../contract/events.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import { ChatError, conflict, forbidden, notFound } from '../contract/problems.js'
import type { Reaction, ReactionCount } from '../contract/reactions.js'
import type { RoomChange } from '../store/change.js'
import type { Db } from '../store/client.js'
import { newId } from '../store/ids.js'
import { changeMessage, type MessageRow } from '../store/messages.js'
import {
  createReaction,
  deleteReactions,
  findReaction,
  firstReactors,
  type ReactionRow,
  reactionsOfUser,
  reactionsOfUserTo,
  reactionsTo,
} from '../store/reactions.js'
import { findUser, usersById } from '../store/users.js'
import type { Actor } from './actor.js'
import { authorizeReacting } from './authorize.js'
import { refuseIn } from './block-rules.js'
import type { Context } from './context.js'
import { type Membership, requireMember } from './membership.js'
import { namedReactors, withoutReaction, withReaction } from './reaction-counts.js'
import { requireReadable } from './readable.js'
import type { Acting } from './room-change.js'
import { showMessages } from './show-messages.js'

export class Reactions {
  constructor(readonly context: Context) {}

  /** Any member may react, unless the host leaves it to those who may write. One that stands already stays as it is. */
  async add(
    userId: string,
    roomId: string,
    messageId: string,
    given: string,
  ): Promise<{ reaction: Reaction; created: boolean }> {
    const { reactions: policy, limits } = this.context
    const reaction = await this.#accepted(userId, roomId, messageId, given)
    const check = (acting: Acting) => {
      authorizeReacting(this.context, acting)
      refuseIn(acting.room, userId)
      return liveMessage(acting.db, acting, messageId)
    }
    const asked = { actor: userId, roomId, isChecked: true, check }
    const { row, created } = await this.context.work.changeRoom(asked, async (change, message) => {
      const { tx } = change
      const own = await reactionsOfUserTo(tx, messageId, userId)
      const existing = own.find((row) => row.reaction === reaction)
      if (existing) return { row: existing, created: false }
      let counts = countsOf(message)
      if (policy.exclusive) counts = await this.#takeBack(tx, counts, own)
      counts = withReaction(counts, reaction, userId)
      if (counts.length > limits.reactionsPerMessage) {
        throw conflict(`a message has ${limits.reactionsPerMessage} different reactions at most`)
      }
      const { reactionsPerUserAndMessage: mostOfOne } = limits
      if (!policy.exclusive && own.length >= mostOfOne) {
        throw conflict(`one user has ${mostOfOne} different reactions to a message at most`)
      }
      const id = newId()
      const row = await createReaction(tx, { id, messageId, roomId, userId, reaction, createdAt: change.now })
      await this.#record(change, message, counts, { type: 'reaction.added', userId, reaction })
      return { row, created: true }
    })
    return { reaction: await this.#show(row), created }
  }

  /** The reaction in its normal form, if the policy lets it through. Asked before anything is locked: it may take its time. */
  async #accepted(userId: string, roomId: string, messageId: string, asked: string): Promise<string> {
    const form = await this.#formOf(userId, roomId, messageId, asked, authorizeReacting)
    if (form) return form
    throw new ChatError('reaction_not_allowed', 'this reaction is not one of those allowed here')
  }

  async #formOf(
    userId: string,
    roomId: string,
    messageId: string,
    asked: string,
    authorizeIt?: typeof authorizeReacting,
  ): Promise<string | undefined> {
    const { work, limits, reactions: policy } = this.context
    const membership = await requireMember(work.db, roomId, userId)
    authorizeIt?.(this.context, membership)
    const { room } = membership
    const message = await liveMessage(work.db, membership, messageId)
    if (Buffer.byteLength(asked) > limits.reactionBytes) {
      const detail = `a reaction has ${limits.reactionBytes} bytes at most`
      throw new ChatError('too_large', detail, { errors: [{ pointer: '/reaction', detail }] })
    }
    const verdict = await policy.accept(asked, {
      message: { id: message.id, userId: message.userId, text: message.text },
      room: { id: room.id, type: room.type },
      actor: userId,
    })
    if (verdict === false) return undefined
    if (verdict !== true && typeof verdict !== 'string') {
      throw new TypeError(
        `express-chat: reactions gave ${typeof verdict} for a reaction; give true, false or the text that stands for it`,
      )
    }
    // Some databases do not tell texts apart that differ in spaces at their end.
    return (verdict === true ? asked : verdict).trimEnd()
  }

  async remove(userId: string, roomId: string, messageId: string, reactionId: string): Promise<void> {
    await this.#remove(userId, roomId, messageId, async (tx) => {
      const row = await findReaction(tx, messageId, reactionId)
      if (row && row.userId !== userId) throw forbidden('only your own reactions')
      return row ?? undefined
    })
  }

  /** The same by what was said instead of by its id: what a socket's client knows. As it stands, or as it would be taken. */
  async removeByText(userId: string, roomId: string, messageId: string, asked: string): Promise<void> {
    const existing = await reactionsOfUserTo(this.context.work.db, messageId, userId)
    const stands = existing.some((row) => row.reaction === asked)
    const form = stands ? asked : await this.#formOf(userId, roomId, messageId, asked).catch(orAsItStands(asked))
    await this.#remove(userId, roomId, messageId, async (tx) => {
      const own = await reactionsOfUserTo(tx, messageId, userId)
      return own.find((row) => row.reaction === form)
    })
  }

  async #remove(
    userId: string,
    roomId: string,
    messageId: string,
    find: (db: Db) => Promise<ReactionRow | undefined>,
  ): Promise<void> {
    const check = async (acting: Acting) => {
      const message = await requireReadable(acting.db, acting, messageId)
      const row = await find(acting.db)
      if (!row) throw notFound()
      return { message, row }
    }
    const asked = { actor: userId, roomId, check }
    await this.context.work.changeRoom(asked, async (change, { message, row }) => {
      const counts = await this.#takeBack(change.tx, countsOf(message), [row])
      await this.#record(change, message, counts, { type: 'reaction.removed', userId, reaction: row.reaction })
    })
  }

  async #takeBack(tx: Db, counts: ReactionCount[], rows: ReactionRow[]): Promise<ReactionCount[]> {
    await deleteReactions(
      tx,
      rows.map((row) => row.id),
    )
    let left = counts
    for (const { messageId, reaction } of rows) {
      left = withoutReaction(left, reaction, await firstReactors(tx, messageId, reaction, namedReactors))
    }
    return left
  }

  async #record(change: RoomChange, { id }: MessageRow, counts: ReactionCount[], cause: ReactionCause): Promise<void> {
    const revision = change.takeRevision()
    const row = await changeMessage(change.tx, id, { reactions: JSON.stringify(counts), revision })
    const [message] = await showMessages(this.context, change.tx, [row], undefined)
    if (message) change.events.push({ type: 'message.updated', roomId: row.roomId, revision, message, cause })
  }

  async get(actor: Actor, roomId: string, messageId: string, reactionId: string): Promise<Reaction> {
    const { db } = this.context.work
    await requireReadable(db, await requireMember(db, roomId, actor), messageId)
    const row = await findReaction(db, messageId, reactionId)
    if (!row) throw notFound()
    return this.#show(row)
  }

  async list(
    actor: Actor,
    roomId: string,
    messageId: string,
    { limit = pageSize, cursor }: PageRequest,
  ): Promise<Page<Reaction>> {
    const { work, cursors } = this.context
    await requireReadable(work.db, await requireMember(work.db, roomId, actor), messageId)
    const list = `reactions ${messageId}`
    const rows = await reactionsTo(work.db, messageId, cursors.read<string>(list, cursor), limit + 1)
    return this.#page(list, rows, limit)
  }

  /** A user's own, newest first, to messages that the user may read, in rooms that they are still in. */
  async mine(userId: string, { limit = pageSize, cursor }: PageRequest): Promise<Page<Reaction>> {
    const { work, cursors } = this.context
    const list = `reactions of ${userId}`
    const found = await reactionsOfUser(work.db, userId, cursors.read<string>(list, cursor), limit + 1)
    const page = cursors.page(list, found, limit, ({ row }) => row.id)
    const rows = page.rows.flatMap(({ row, isReadable }) => (isReadable ? [row] : []))
    return { ...(await this.#page(list, rows, limit)), nextCursor: page.nextCursor }
  }

  async #page(list: string, rows: ReactionRow[], limit: number): Promise<Page<Reaction>> {
    const { work, cursors, view } = this.context
    const page = cursors.page(list, rows, limit, (row) => row.id)
    const users = await usersById(
      work.db,
      page.rows.map((row) => row.userId),
    )
    return { items: page.rows.map((row) => view.reaction(row, users.get(row.userId))), nextCursor: page.nextCursor }
  }

  async #show(row: ReactionRow): Promise<Reaction> {
    return this.context.view.reaction(row, (await findUser(this.context.work.db, row.userId)) ?? undefined)
  }
}

const countsOf = (message: MessageRow): ReactionCount[] => JSON.parse(message.reactions) as ReactionCount[]

async function liveMessage(db: Db, membership: Membership, messageId: string): Promise<MessageRow> {
  const message = await requireReadable(db, membership, messageId)
  if (message.deletedAt !== null) throw conflict('the message was deleted')
  return message
}

/** A deleted message takes no reactions, and has none to take back either. */
const orAsItStands =
  (asked: string) =>
  (error: unknown): string => {
    if (error instanceof ChatError && error.code === 'conflict') return asked
    throw error
  }
