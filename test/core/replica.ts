import type { DurableEvent, Member, Message, Room } from 'express-chat'

/** What a client holds of a room when it does nothing but apply events: the newest version of everything. */
export class Replica {
  readonly messages = new Map<string, Message>()
  readonly members = new Map<string, Member>()
  room: Room | undefined
  isDeleted = false
  revision = 0

  apply(event: DurableEvent): void {
    this.revision = event.revision
    switch (event.type) {
      case 'message.created':
      case 'message.updated':
      case 'message.deleted':
        this.messages.set(event.message.id, event.message)
        break
      case 'member.added':
      case 'member.updated':
        this.members.set(event.member.user.id, event.member)
        break
      case 'member.removed':
        this.members.delete(event.member.user.id)
        break
      case 'room.updated':
        this.room = event.room
        break
      case 'message.hidden':
        break
      case 'room.deleted':
        this.isDeleted = true
        break
      default:
        event satisfies never
    }
  }

  clone(): Replica {
    const clone = new Replica()
    for (const [id, message] of this.messages) clone.messages.set(id, message)
    for (const [id, member] of this.members) clone.members.set(id, member)
    clone.room = this.room
    clone.isDeleted = this.isDeleted
    clone.revision = this.revision
    return clone
  }

  /**
   * For comparison: history and members in their order, and what of the room only its own changes change. The text of a
   * quote is left out, since it is that of the message it quotes, which a client has as well; and read markers, which
   * are told by events that are not durable.
   */
  get state() {
    const { name, description, isPublic } = this.room ?? {}
    return {
      room: { name, description, isPublic, isDeleted: this.isDeleted },
      messages: [...this.messages.values()]
        .sort((a, b) => a.revision - b.revision)
        .map(({ replyTo, ...message }) => ({ ...message, quotes: replyTo?.id ?? null })),
      members: [...this.members.values()]
        .sort((a, b) => a.user.id.localeCompare(b.user.id))
        .map(({ lastReadSeq: _, lastSeenAt: __, ...member }) => member),
    }
  }
}
