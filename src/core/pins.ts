import type { PinCause } from '../contract/events.js'
import { type Page, type PageRequest, pageSize } from '../contract/fields.js'
import type { Message } from '../contract/messages.js'
import { conflict } from '../contract/problems.js'
import type { RoomChange } from '../store/change.js'
import { changeMessage, findMessages, type MessageRow } from '../store/messages.js'
import { countPins, createPin, deletePin, pinsOf } from '../store/pins.js'
import { isKept } from '../store/readable.js'
import { timeAfter } from '../store/room-time.js'
import { type Actor, userIdOf } from './actor.js'
import { authorize, checkSilence } from './authorize.js'
import { refuseIn } from './block-rules.js'
import type { Context } from './context.js'
import { requireMember } from './membership.js'
import { isReadable, readerIn, requireReadable } from './readable.js'
import type { Acting } from './room-change.js'
import { showMessages } from './show-messages.js'
import { appendSystemMessage } from './system-messages.js'

/** Messages that a room keeps in sight. */
export class Pins {
  constructor(readonly context: Context) {}

  /** Newest pin first. */
  async list(actor: Actor, roomId: string, { limit = pageSize, cursor }: PageRequest): Promise<Page<Message>> {
    const { work, cursors } = this.context
    const membership = await requireMember(work.db, roomId, actor)
    const reader = readerIn(membership)
    const list = `pins ${roomId}`
    const pins = await pinsOf(work.db, roomId, cursors.read<number>(list, cursor), limit + 1)
    const page = cursors.page(list, pins, limit, ({ revision }) => revision)
    const ids = page.rows.map(({ messageId }) => messageId)
    const rows = ids.length === 0 ? [] : await findMessages(work.db, ids)
    // One may have been unpinned since the list was read.
    const pinned = rows.filter(
      (row) => row.pinnedAt !== null && isKept(row, membership.room) && isReadable(row, reader),
    )
    const messages = await showMessages(this.context, work.db, pinned, reader)
    const byId = new Map(messages.map((message) => [message.id, message]))
    return { items: ids.flatMap((id) => byId.get(id) ?? []), nextCursor: page.nextCursor }
  }

  /** Pins a message, and says so in the room. A message that is pinned already stays as it is, and nothing is said. */
  async pin(actor: Actor, roomId: string, messageId: string): Promise<{ message: Message; created: boolean }> {
    const { work, limits } = this.context
    const check = async (acting: Acting): Promise<MessageRow> => {
      const message = await this.#authorize(actor, acting, messageId)
      if (message.deletedAt !== null) throw conflict('the message was deleted')
      // What the host says is worth keeping in sight; that somebody came or went is not.
      if (message.system !== null) throw conflict('what the system says of the room is not pinned')
      return message
    }
    const { row, created, reader } = await work.changeRoom(
      { actor, roomId, check },
      async (change, message, acting) => {
        const reader = readerIn(acting)
        if (message.pinnedAt !== null) return { row: message, created: false, reader }
        if ((await countPins(change.tx, roomId)) >= limits.pinsPerRoom) {
          throw conflict(`a room has ${limits.pinsPerRoom} pinned messages at most: unpin one first`)
        }
        const pinnedById = userIdOf(actor)
        // As the message that tells of it, it is never earlier than what was pinned before.
        const pinnedAt = timeAfter(change.room.lastMessageAt, change.now)
        const cause = { type: 'message.pinned', userId: pinnedById } as const
        const row = await this.#record(change, messageId, { pinnedAt, pinnedById }, cause)
        await createPin(change.tx, { roomId, revision: row.revision, messageId })
        await appendSystemMessage(this.context, change, actor, { type: 'message.pinned' }, messageId)
        return { row, created: true, reader }
      },
    )
    const [message] = await showMessages(this.context, work.db, [row], reader)
    return { message: message as Message, created }
  }

  /** Takes a message from those that are pinned; also where it is not one of them. */
  async unpin(actor: Actor, roomId: string, messageId: string): Promise<void> {
    const check = (acting: Acting) => this.#authorize(actor, acting, messageId)
    await this.context.work.changeRoom({ actor, roomId, check }, async (change, message) => {
      if (message.pinnedAt === null) return
      await deletePin(change.tx, message)
      const cause = { type: 'message.unpinned', userId: userIdOf(actor) } as const
      await this.#record(change, messageId, { pinnedAt: null, pinnedById: null }, cause)
    })
  }

  /** In a private room both pin; elsewhere it is for those who edit the room. */
  async #authorize(actor: Actor, acting: Acting, messageId: string): Promise<MessageRow> {
    if (acting.room.type !== 'private') authorize(this.context, acting, 'canEditRoom')
    refuseIn(acting.room, actor)
    checkSilence(this.context, acting)
    return requireReadable(acting.db, acting, messageId)
  }

  async #record(
    change: RoomChange,
    messageId: string,
    data: Pick<MessageRow, 'pinnedAt' | 'pinnedById'>,
    cause: PinCause,
  ): Promise<MessageRow> {
    const revision = change.takeRevision()
    const row = await changeMessage(change.tx, messageId, { ...data, revision })
    const [message] = await showMessages(this.context, change.tx, [row], undefined)
    if (message) change.events.push({ type: 'message.updated', roomId: row.roomId, revision, message, cause })
    return row
  }
}
