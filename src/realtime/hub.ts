import type { DurableEvent, EphemeralEvent } from '../contract/events.js'
import type { Me } from '../contract/members.js'
import type { Core } from '../core/create-core.js'
import type { Logger } from '../core/logger.js'
import { Turns } from '../core/turns.js'
import type { Audience } from '../core/work.js'
import type { RoomEvents } from '../store/change.js'
import { Channels } from './channels.js'
import type { Connection } from './connection.js'
import { frameOf } from './frame.js'
import { Presence } from './presence.js'
import { Typing } from './typing.js'

const pollMs = 1_000
/** How many users are looked after in one poll, and how far it looks back: further than clocks are apart. */
const usersAPoll = 500
const lookBackMs = 5 * 60_000
const nobody: ReadonlySet<Connection> = new Set()

/** Who is connected to this server: what the rules have decided goes from here to the sockets. */
export class Hub implements Audience {
  readonly #users = new Map<string, Set<Connection>>()
  readonly typing = new Typing((roomId, userIds) => this.toRoom({ type: 'typing', roomId, userIds }))
  readonly presence = new Presence((userId) => this.#users.has(userId))
  /** For commands that must take effect in the order in which they came. */
  readonly turns = new Turns()
  readonly #farewells = new Set<Promise<void>>()
  #channels: Channels | undefined
  #poll: NodeJS.Timeout | undefined
  #polling = false
  /** Whom the poll has not looked after in this round. */
  #round = this.#users.keys()

  constructor(
    readonly logger: Logger,
    readonly observe: ((event: DurableEvent) => void) | undefined,
  ) {}

  /** The rules tell the hub, and the hub reads through the rules: one of the two has to come later. */
  connect(core: Core): void {
    const failed = (error: unknown) => this.#failed(error)
    this.#channels = new Channels(core, (userId, roomId) => this.#joined(userId, roomId), failed)
  }

  get channels(): Channels {
    if (!this.#channels) throw new Error('the hub is not connected')
    return this.#channels
  }

  get core(): Core {
    return this.channels.core
  }

  // Who comes and goes

  #connectionsOf(userId: string): ReadonlySet<Connection> {
    return this.#users.get(userId) ?? nobody
  }

  enter(connection: Connection): void {
    const { userId } = connection
    const connections = this.#users.get(userId)
    if (connections) {
      connections.add(connection)
      return
    }
    this.#users.set(userId, new Set([connection]))
    this.presence.changed(userId, null)
    this.#poll ??= setInterval(() => void this.#pollOnce(), pollMs).unref()
  }

  leave(connection: Connection): void {
    const { userId } = connection
    for (const channel of [...connection.channels]) {
      channel.remove(connection)
      this.channels.delivered(channel)
    }
    this.presence.forget(connection)
    const connections = this.#users.get(userId)
    if (!connections?.delete(connection) || connections.size > 0) return
    this.#users.delete(userId)
    this.typing.stopAll(userId)
    this.#farewell(userId)
    if (this.#users.size > 0) return
    clearInterval(this.#poll)
    this.#poll = undefined
  }

  #farewell(userId: string): void {
    const now = this.core.context.clock()
    this.presence.changed(userId, now.toISOString())
    const written = this.core.users
      .lastSeen(userId, now)
      .catch((error) => this.logger.warn('express-chat: when a user was last seen could not be stored', error))
      .finally(() => this.#farewells.delete(written))
    this.#farewells.add(written)
  }

  // What the rules tell

  committed(changes: RoomEvents[]): void {
    for (const { roomId, events } of changes) {
      const newest = events.at(-1)
      if (newest) this.channels.note(roomId, newest.revision)
      const channel = this.channels.get(roomId)
      if (channel) {
        channel.accept(events)
        this.channels.delivered(channel)
      } else {
        for (const event of events) if (event.type === 'member.added') this.#joined(event.member.user.id, roomId)
      }
      for (const event of events) {
        const done = whoIsDone(event)
        if (done !== undefined) this.typing.stop(roomId, done)
        this.observe?.(event)
      }
    }
  }

  meChanged(userId: string, roomId: string, me: Me): void {
    const connections = this.#connectionsOf(userId)
    if (connections.size === 0) return
    const frame = frameOf({ type: 'me.updated', roomId, me })
    for (const connection of connections) {
      connection.whenGreeted(() => {
        // Not to one that was told meanwhile that the room is no longer its user's.
        if (this.channels.hears(connection, roomId)) connection.send(frame)
      })
    }
  }

  markerMoved(roomId: string, userId: string, lastReadSeq: number): void {
    this.toRoom({ type: 'read', roomId, userId, lastReadSeq })
  }

  toRoom(event: Exclude<EphemeralEvent, { type: 'presence' }>): void {
    const channel = this.channels.get(event.roomId)
    if (!channel) return
    const frame = frameOf(event)
    for (const connection of channel.connections()) connection.sendEphemeral(frame)
  }

  #joined(userId: string, roomId: string): void {
    for (const connection of this.#connectionsOf(userId)) {
      connection.whenGreeted(() => this.channels.join(connection, roomId))
    }
  }

  /** The safety net: what nobody told, because a bus or another process lost it, is found here. */
  async #pollOnce(): Promise<void> {
    if (this.#polling) return
    this.#polling = true
    try {
      await Promise.all([this.channels.poll(), this.#pollJoins()])
    } catch (error) {
      this.#failed(error)
    } finally {
      this.#polling = false
    }
  }

  /** Rooms that another server added somebody to who is here: some users a poll, all of them in turn. */
  async #pollJoins(): Promise<void> {
    const userIds: string[] = []
    while (userIds.length < usersAPoll) {
      const { value, done } = this.#round.next()
      if (done) {
        this.#round = this.#users.keys()
        break
      }
      userIds.push(value)
    }
    const since = new Date(this.core.context.clock().getTime() - lookBackMs)
    for (const { userId, roomId } of await this.core.rooms.joinedSince(userIds, since)) this.#joined(userId, roomId)
  }

  #failed(error: unknown): void {
    this.logger.error('express-chat: live delivery is behind; it goes on by itself', error)
  }

  /** Resolves once nothing more is written. */
  async close(): Promise<void> {
    clearInterval(this.#poll)
    this.typing.close()
    this.channels.close()
    await Promise.all(this.#farewells)
  }
}

/** Who has said what they were typing, or can no longer. */
function whoIsDone(event: DurableEvent): string | undefined {
  if (event.type === 'member.removed') return event.member.user.id
  return event.type === 'message.created' && event.message.kind === 'user' ? event.message.user?.id : undefined
}
