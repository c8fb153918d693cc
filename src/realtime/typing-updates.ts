import type { DurableEvent } from '../contract/events.js'
import type { Core } from '../core/create-core.js'
import type { Channels } from './delivery/channels.js'
import type { BusHint } from './hints.js'
import { Typing } from './typing.js'

export interface TypingUpdatesDependencies {
  core: Core
  channels: Channels
  /** Tells the other servers. */
  publish(hint: BusHint): void
  failed(error: unknown): void
}

/** Sends each room the list of those who are typing, whenever it changes here or on another server. */
export class TypingUpdates {
  readonly #typing = new Typing((roomId, revision) => void this.#send(roomId, revision))
  readonly #dependencies: TypingUpdatesDependencies

  constructor(dependencies: TypingUpdatesDependencies) {
    this.#dependencies = dependencies
  }

  /** A user on this server, who could write in the room when it stood at `revision`, types or has stopped. */
  set(roomId: string, userId: string, isTyping: boolean, revision: number): void {
    if (isTyping) this.#typing.start(roomId, userId, revision, true)
    else this.#typing.stop(roomId, userId, revision)
    this.#dependencies.publish({ type: 'typing', roomId, userId, isTyping, revision })
  }

  /** A user on another server types or has stopped. */
  apply({ roomId, userId, isTyping, revision }: BusHint & { type: 'typing' }): void {
    // Nobody here could be told, so nothing is kept.
    if (!this.#dependencies.channels.get(roomId)) return
    if (!isTyping) this.#typing.stop(roomId, userId, revision)
    else if (revision !== undefined) this.#typing.start(roomId, userId, revision, false)
  }

  /** Sockets were sent an event: its author has finished typing, and somebody who was removed can no longer type. */
  happened(event: DurableEvent): void {
    const userId = doneTyping(event)
    if (userId !== undefined) this.#typing.stop(event.roomId, userId, event.revision)
  }

  /** A user's last socket on this server has gone. */
  leave(userId: string): void {
    for (const roomId of this.#typing.leave(userId)) {
      this.#dependencies.publish({ type: 'typing', roomId, userId, isTyping: false })
    }
  }

  /** If only time has passed, the room may have moved on: its revision is read, so that no removed member gets the list. */
  async #send(roomId: string, known?: number): Promise<void> {
    const { core, channels, failed } = this.#dependencies
    if (!channels.get(roomId)) return
    try {
      const revision = known ?? (await core.roomStates.revisions([roomId]))[0]?.revision
      if (revision === undefined) return
      channels.sendEphemeral({ type: 'typing', roomId, userIds: this.#typing.list(roomId) }, revision)
    } catch (error) {
      failed(error)
    }
  }

  close(): void {
    this.#typing.close()
  }
}

function doneTyping(event: DurableEvent): string | undefined {
  if (event.type === 'member.removed') return event.member.user.id
  return event.type === 'message.created' && event.message.kind === 'user' ? event.message.user?.id : undefined
}
