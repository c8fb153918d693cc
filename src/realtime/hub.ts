import type { DurableEvent, EphemeralEvent } from '../contract/events.js'
import { ChatError } from '../contract/problems.js'
import type { Report } from '../contract/reports.js'
import type { Room } from '../contract/rooms.js'
import type { Bus } from '../core/bus.js'
import type { Core } from '../core/create-core.js'
import type { ObservedEvent } from '../core/hooks.js'
import type { Logger } from '../core/logger.js'
import { Presence } from '../core/presence.js'
import { Turns } from '../core/turns.js'
import type { Listeners, OwnStanding } from '../core/work.js'
import type { RoomEvents } from '../store/change.js'
import { Channels } from './channels.js'
import type { Connection } from './connection.js'
import { frameOf } from './frame.js'
import { OwnSides } from './own-sides.js'
import { Watchers } from './presence.js'
import { type Hint, Relay } from './relay.js'
import { SafetyPoll } from './safety-poll.js'
import { Typing } from './typing.js'
import { UserUpdates } from './users.js'

const nobody: ReadonlySet<Connection> = new Set()

export interface HubParts {
  secret: string
  logger: Logger
  observe: ((event: ObservedEvent) => void) | undefined
  observeReport?: ((report: Report) => void) | undefined
  /** Is told of all that was committed here. */
  note?: ((changes: RoomEvents[]) => void) | undefined
  /** What tells of changes on other servers; without it they are found by the poll. */
  bus: Bus | undefined
  /** Between two polls while the bus works, and while none does. */
  pollMs: { withBus: number; without: number }
}

/** What the hub has once it is connected to the rules. */
interface Connected {
  channels: Channels
  presence: Presence
  ownSides: OwnSides
  watchers: Watchers
  relay: Relay
  userUpdates: UserUpdates
  poll: SafetyPoll
}

/** Who is connected to this server: what the rules have decided goes from here to the sockets, here and elsewhere. */
export class Hub implements Listeners {
  readonly #users = new Map<string, Set<Connection>>()
  readonly typing = new Typing((roomId, revision) => void this.#tellTyping(roomId, revision))
  /** For commands that must take effect in the order in which they came. */
  readonly turns = new Turns()
  readonly logger: Logger
  /** Another server says that somebody was signed out. */
  signedOut: (userId: string) => Promise<void> = async () => undefined
  /** Finds who was signed out without a word. */
  pollSignedOut: () => Promise<void> = async () => undefined
  /** Somebody has too many sockets on all servers together; `surplus` tells how many of those that are open here have to go. */
  crowded: (userId: string, surplus: (open: number) => Promise<number>) => void = () => undefined
  #connected: Connected | undefined

  constructor(readonly parts: HubParts) {
    this.logger = parts.logger
  }

  /** The rules tell the hub, and the hub reads through the rules: one of the two has to come later. */
  connect(core: Core): void {
    const { secret, logger, bus, pollMs } = this.parts
    const joined = (userId: string, roomId: string) => this.#joined(userId, roomId)
    const failed = (error: unknown) => this.#failed(error)
    const changed = (userIds: string[]) => {
      for (const userId of userIds) this.relay.tell({ type: 'presence', userId })
      this.#presenceChanged(userIds)
    }
    const crowded = (userIds: string[]) => {
      for (const userId of userIds) this.relay.tell({ type: 'crowded', userId })
      for (const userId of userIds) this.#crowded(userId)
    }
    const presence = new Presence(core.context, logger, changed, crowded)
    const ownSides = new OwnSides(core.context.clock)
    const toldJoined = (userId: string, { id, me }: Room) => {
      if (me) ownSides.told(userId, id, me)
    }
    const channels = new Channels(core, joined, toldJoined, (event) => this.#happened(event), failed)
    const watchers = new Watchers(presence, core.watching, failed)
    const userUpdates = new UserUpdates(core, channels, (userId) => this.#connectionsOf(userId), failed)
    const meChanged = (userId: string, roomId: string) => this.#hearMe(userId, roomId, true)
    const requested = (userId: string, roomId: string) => this.#requested(userId, roomId)
    const poll = new SafetyPoll(
      {
        ...{ core, channels, watchers, ownSides, userUpdates, users: this.#users },
        ...{ joined, requested, meChanged, failed },
        pollSignedOut: () => this.pollSignedOut(),
      },
      pollMs.without,
    )
    this.#connected = {
      ...{ channels, presence, watchers, ownSides, userUpdates },
      relay: new Relay(
        bus,
        secret,
        logger,
        (hint) => this.#hear(hint),
        (isUp) => {
          poll.every(isUp ? pollMs.withBus : pollMs.without)
        },
      ),
      poll,
    }
  }

  get #parts(): Connected {
    if (!this.#connected) throw new Error('the hub is not connected')
    return this.#connected
  }

  get channels(): Channels {
    return this.#parts.channels
  }

  get watchers(): Watchers {
    return this.#parts.watchers
  }

  get ownSides(): OwnSides {
    return this.#parts.ownSides
  }

  get relay(): Relay {
    return this.#parts.relay
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
    const isNew = this.#parts.presence.arrive(userId)
    const connections = this.#users.get(userId)
    if (connections) {
      connections.add(connection)
      return
    }
    this.#users.set(userId, new Set([connection]))
    if (isNew) this.#presenceChanged([userId])
    this.#parts.poll.start()
  }

  leave(connection: Connection): void {
    const { userId } = connection
    for (const channel of [...connection.channels]) {
      channel.remove(connection)
      this.channels.delivered(channel)
    }
    this.watchers.forget(connection)
    const connections = this.#users.get(userId)
    if (!connections?.delete(connection)) return
    this.#parts.presence.leave(userId)
    if (connections.size > 0) return
    this.#users.delete(userId)
    this.ownSides.forget(userId)
    for (const roomId of this.typing.leave(userId)) {
      this.relay.tell({ type: 'typing', roomId, userId, isTyping: false })
    }
    if (this.#users.size === 0) this.#parts.poll.stop()
  }

  #crowded(userId: string): void {
    if (this.#connectionsOf(userId).size > 0)
      this.crowded(userId, (open) => this.#parts.presence.surplusOf(userId, open))
  }

  #presenceChanged(userIds: string[]): void {
    this.watchers.changed(userIds).catch((error) => this.#failed(error))
  }

  // What the rules tell

  committed(changes: RoomEvents[]): void {
    this.parts.note?.(changes)
    for (const { roomId, events, created } of changes) {
      if (created) this.parts.observe?.({ type: 'room.created', roomId, revision: 1, room: created })
      const newest = events.at(-1)
      if (newest) {
        this.channels.note(roomId, newest.revision)
        this.relay.tell({ type: 'room', roomId, revision: newest.revision })
      }
      const channel = this.channels.get(roomId)
      if (channel) {
        channel.accept(events)
        this.channels.delivered(channel)
      }
      for (const event of events) {
        if (event.type === 'member.added') this.#added(event.member.user.id, roomId, channel === undefined)
        this.parts.observe?.(event)
      }
    }
  }

  /** Where nobody is in the room, here or elsewhere, only this brings the new one into it. */
  #added(userId: string, roomId: string, isAlone: boolean): void {
    if (isAlone) this.#joined(userId, roomId)
    this.relay.tell({ type: 'joined', roomId, userId })
  }

  meChanged(userId: string, roomId: string, standing: OwnStanding): void {
    this.#tellMe(userId, roomId, standing)
    this.relay.tell({ type: 'me', roomId, userId })
  }

  #tellMe(userId: string, roomId: string, standing: OwnStanding): void {
    const connections = this.#connectionsOf(userId)
    if (connections.size === 0) return
    this.ownSides.told(userId, roomId, standing.me)
    const frame = frameOf({ type: 'me.updated', roomId, ...standing })
    for (const connection of connections) {
      connection.whenGreeted(() => this.channels.tellOwn(connection, roomId, frame))
    }
  }

  markerMoved(roomId: string, userId: string, lastReadSeq: number, revision: number): void {
    this.toRoom({ type: 'read', roomId, userId, lastReadSeq }, revision)
    this.relay.tell({ type: 'read', roomId, userId, lastReadSeq, revision })
  }

  reported(report: Report): void {
    this.parts.observeReport?.(report)
  }

  blockChanged(userId: string, blockedId: string): void {
    this.#tellBlock(userId, blockedId)
    this.relay.tell({ type: 'block', userId, blockedId })
  }

  /** Read in their order, so that what is told last is how it is. */
  #tellBlock(userId: string, blockedId: string): void {
    if (this.#connectionsOf(userId).size === 0) return
    const read = async () => {
      const isBlocked = await this.core.blocks.isBlocking(userId, blockedId)
      const frame = frameOf({ type: 'block.changed', userId: blockedId, isBlocked })
      for (const connection of this.#connectionsOf(userId)) connection.whenGreeted(() => connection.send(frame))
    }
    this.turns.take(`block ${userId} ${blockedId}`, read).catch((error) => this.#failed(error))
  }

  userChanged(userId: string): void {
    this.#parts.userUpdates.changed(userId)
    this.relay.tell({ type: 'user', userId })
  }

  requested(userId: string, roomId: string): void {
    this.#requested(userId, roomId)
    this.relay.tell({ type: 'requested', userId, roomId })
  }

  /** Looks what has become of it: whoever accepted meanwhile was told of the room that is theirs. */
  #requested(userId: string, roomId: string): void {
    const connections = this.#connectionsOf(userId)
    if (connections.size === 0) return
    const tell = async () => {
      const room = await this.core.requests.find(userId, roomId)
      if (!room && (await this.core.users.roomsAmong(userId, [roomId])).length > 0) return
      const frame = frameOf(room ? { type: 'room.requested', room } : { type: 'room.left', roomId, reason: 'left' })
      for (const connection of connections) connection.whenGreeted(() => connection.send(frame))
    }
    this.turns.take(`request ${userId} ${roomId}`, tell).catch((error) => this.#failed(error))
  }

  /** Tells what happened when the room stood at `revision`. */
  toRoom(event: Exclude<EphemeralEvent, { type: 'presence' | 'user.updated' }>, revision: number): void {
    this.channels.get(event.roomId)?.tellMoment(frameOf(event), revision)
  }

  /** Somebody here who may write in the room, as it stood at `revision`, types or has stopped. */
  types(roomId: string, userId: string, isTyping: boolean, revision: number): void {
    if (isTyping) this.typing.start(roomId, userId, revision, true)
    else this.typing.stop(roomId, userId, revision)
    this.relay.tell({ type: 'typing', roomId, userId, isTyping, revision })
  }

  /** Where only time has passed, the room may have moved on meanwhile: who was removed since is not to hear even that. */
  async #tellTyping(roomId: string, known?: number): Promise<void> {
    if (!this.channels.get(roomId)) return
    try {
      const revision = known ?? (await this.core.rooms.revisions([roomId]))[0]?.revision
      if (revision !== undefined) this.toRoom({ type: 'typing', roomId, userIds: this.typing.list(roomId) }, revision)
    } catch (error) {
      this.#failed(error)
    }
  }

  /** Whoever was told of a room's event knows: who said it is no longer typing, nor is who went. */
  #happened(event: DurableEvent): void {
    if (event.type === 'member.removed') this.ownSides.left(event.member.user.id, event.roomId)
    const done = whoIsDone(event)
    if (event.type === 'message.created' && event.message.kind === 'user' && event.message.user)
      this.ownSides.wrote(event.message.user.id, event.roomId, event.message.seq)
    if (done !== undefined) this.typing.stop(event.roomId, done, event.revision)
  }

  #joined(userId: string, roomId: string): void {
    for (const connection of this.#connectionsOf(userId)) {
      connection.whenGreeted(() => this.channels.join(connection, roomId))
    }
  }

  // What other servers tell

  #hear(hint: Hint): void {
    if (hint.type === 'room') {
      this.channels.note(hint.roomId, hint.revision)
      this.channels.get(hint.roomId)?.hint(hint.revision, 0)
    } else if (hint.type === 'joined') this.#joined(hint.userId, hint.roomId)
    else if (hint.type === 'requested') this.#requested(hint.userId, hint.roomId)
    else if (hint.type === 'typing') this.#hearTyping(hint)
    else if (hint.type === 'read') this.#hearRead(hint)
    else if (hint.type === 'me') this.#hearMe(hint.userId, hint.roomId)
    else if (hint.type === 'presence') this.#presenceChanged([hint.userId])
    else if (hint.type === 'crowded') this.#crowded(hint.userId)
    else if (hint.type === 'block') this.#tellBlock(hint.userId, hint.blockedId)
    else if (hint.type === 'user') {
      this.core.forgetPerson(hint.userId)
      this.#parts.userUpdates.changed(hint.userId)
    } else this.signedOut(hint.userId).catch((error) => this.#failed(error))
  }

  #hearTyping({ roomId, userId, isTyping, revision }: Hint & { type: 'typing' }): void {
    // Whom nobody here could be told of need not be kept.
    if (!this.channels.get(roomId)) return
    if (!isTyping) this.typing.stop(roomId, userId, revision)
    else if (revision !== undefined) this.typing.start(roomId, userId, revision, false)
  }

  #hearRead({ revision, ...event }: Hint & { type: 'read' }): void {
    this.toRoom(event, revision)
  }

  #hearMe(userId: string, roomId: string, unlessKnown = false): void {
    if (this.#connectionsOf(userId).size === 0) return
    const read = async () => {
      const standing = await this.core.readMarkers.standing(userId, roomId)
      const tell = () => {
        if (!unlessKnown || !this.ownSides.knows(userId, roomId, standing.me)) this.#tellMe(userId, roomId, standing)
      }
      // What came of a message of theirs is known once that was told, which may be on its way.
      const channel = this.channels.get(roomId)
      if (channel) channel.after(standing.revision, tell)
      else tell()
    }
    this.turns.take(`me ${userId} ${roomId}`, read).catch((error) => {
      // No longer theirs: there is nothing more to look for.
      if (error instanceof ChatError) this.ownSides.left(userId, roomId)
      else this.#failed(error)
    })
  }

  #failed(error: unknown): void {
    this.logger.error('express-chat: live delivery is behind; it goes on by itself', error)
  }

  /** Resolves once nothing more is written. */
  async close(): Promise<void> {
    this.#parts.poll.stop()
    this.typing.close()
    this.#parts.userUpdates.close()
    this.channels.close()
    await this.#parts.presence.close()
    await this.relay.close()
  }
}

/** Who has said what they were typing, or can no longer. */
function whoIsDone(event: DurableEvent): string | undefined {
  if (event.type === 'member.removed') return event.member.user.id
  return event.type === 'message.created' && event.message.kind === 'user' ? event.message.user?.id : undefined
}
