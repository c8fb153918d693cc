import { KeyedMutex } from '../concurrency/keyed-mutex.js'
import type { Bus } from '../core/bus.js'
import type { Core } from '../core/create-core.js'
import type { Logger } from '../core/logger.js'
import { Presence } from '../core/presence.js'
import type { Notice, RoomChanged } from '../publish/notice.js'
import type { Publisher } from '../publish/publisher.js'
import { BusPublisher } from './bus-publisher.js'
import type { Connection } from './connection.js'
import type { Connections } from './connections.js'
import { Channels } from './delivery/channels.js'
import { Personal } from './delivery/personal.js'
import { SafetyPoll } from './delivery/safety-poll.js'
import { UserUpdates } from './delivery/users.js'
import { type BusHint, hintsOf } from './hints.js'
import { Meetings } from './meetings.js'
import { MembershipState } from './membership-state.js'
import { Watchers } from './presence.js'
import type { SignOuts } from './sign-outs.js'
import { TypingUpdates } from './typing-updates.js'

export interface HubDependencies {
  /** Whether anybody is notified who does not look. */
  asksInFront: boolean
  secret: string
  logger: Logger
  core: Core
  publisher: Publisher
  connections: Connections
  signOuts: SignOuts
  /** Brings hints about changes on other servers; without it the poll finds them. */
  bus: Bus | undefined
  /** The time between two polls while a bus works, and while none does. */
  pollMs: { withBus: number; without: number }
}

/** Delivers what has happened on this server to its sockets and to the other servers, and what happened there to the sockets. */
export class Hub {
  readonly core: Core
  readonly logger: Logger
  readonly channels: Channels
  readonly membershipState: MembershipState
  readonly watchers: Watchers
  /** Clients are to say whether somebody looks at them. */
  readonly asksInFront: boolean
  readonly typing: TypingUpdates
  /** Runs commands that must take effect in the order in which they came. */
  readonly mutex = new KeyedMutex()
  readonly #dependencies: HubDependencies
  readonly #presence: Presence
  readonly #meetings: Meetings
  readonly #personal: Personal
  readonly #userUpdates: UserUpdates
  readonly #busPublisher: BusPublisher
  readonly #poll: SafetyPoll
  #isClosed = false

  constructor(dependencies: HubDependencies) {
    const { core, logger, secret, publisher, connections, signOuts, bus, pollMs } = dependencies
    const failed = (error: unknown) => this.#failed(error)
    const joined = (userId: string, roomId: string) => this.#joined(userId, roomId)
    this.#dependencies = dependencies
    this.core = core
    this.asksInFront = dependencies.asksInFront
    this.logger = logger
    this.#presence = new Presence(core.context, logger, {
      changed: (userIds) => this.#cameOrWent(userIds),
      crowded: (userIds) => this.#areCrowded(userIds),
    })
    this.membershipState = new MembershipState(core.context.clock)
    this.channels = new Channels(core, {
      joined,
      confirmedJoin: (connection) => this.#meetings.joined(connection),
      left: (connection, roomId) => this.#meetings.left(connection, roomId),
      happened: (event) => {
        this.#meetings.happened(event)
        this.typing.happened(event)
      },
      failed,
    })
    const { channels, membershipState } = this
    const publish = (hint: BusHint) => this.#busPublisher.publish(hint)
    this.typing = new TypingUpdates({ core, channels, publish, failed })
    this.watchers = new Watchers(this.#presence, core.watching, failed)
    this.#meetings = new Meetings(this.watchers, channels, (userId) => connections.listening(userId))
    const meetings = this.#meetings
    this.#personal = new Personal({ core, connections, channels, membershipState, meetings, failed })
    this.#userUpdates = new UserUpdates(core, channels, (userId) => connections.listening(userId), failed)
    this.#poll = new SafetyPoll(
      {
        ...{ core, channels, membershipState, connections, joined, failed },
        watchers: this.watchers,
        userUpdates: this.#userUpdates,
        requested: (userId, roomId) => this.#personal.sendRequest(userId, roomId),
        meChanged: (userId, roomId) => this.#personal.refreshMe(userId, roomId),
        pollSignedOut: () => signOuts.poll(),
      },
      pollMs.without,
    )
    this.#busPublisher = new BusPublisher(
      bus,
      secret,
      logger,
      (hint) => this.#applyHint(hint),
      (isUp) => this.#poll.every(isUp ? pollMs.withBus : pollMs.without),
      () => {
        core.context.meters?.busLost()
        this.#poll.soon()
      },
    )
    publisher.subscribe((notices) => {
      for (const notice of notices) this.#deliver(notice)
    })
  }

  /** Whether the bus works; undefined where there is none. */
  get isBusUp(): boolean | undefined {
    return this.#busPublisher.isUp
  }

  // Connections

  enter(connection: Connection): void {
    const { userId } = connection
    connection.isListening = true
    if (this.#presence.arrive(userId)) this.#presenceChanged([userId])
    this.#turn(userId)
    this.#poll.start()
  }

  leave(connection: Connection): void {
    const { userId } = connection
    const { connections } = this.#dependencies
    // In this order each one is the last in the list, where it is found at once.
    for (const roomId of [...connection.roomIds].reverse()) this.channels.leave(connection, roomId)
    this.watchers.forget(connection)
    if (connections.isEmpty) this.#poll.stop()
    if (!connection.isListening) return
    connection.isListening = false
    this.#presence.leave(userId)
    this.#turn(userId)
    if (connections.listening(userId).length > 0) return
    this.membershipState.forget(userId)
    this.typing.leave(userId)
  }

  /** A client says whether somebody looks at it. Whoever has a socket that is in front is in front. */
  setInFront(connection: Connection, isInFront: boolean): null {
    if (this.asksInFront && connection.isInFront !== isInFront) {
      connection.isInFront = isInFront
      if (connection.isListening) this.#turn(connection.userId)
    }
    return null
  }

  #turn(userId: string): void {
    const listening = this.#dependencies.connections.listening(userId)
    if (listening.length > 0)
      this.#presence.turn(
        userId,
        listening.some(({ isInFront }) => isInFront),
      )
  }

  #cameOrWent(userIds: string[]): void {
    for (const userId of userIds) this.#busPublisher.publish({ type: 'presence', userId })
    this.#presenceChanged(userIds)
  }

  #areCrowded(userIds: string[]): void {
    for (const userId of userIds) this.#busPublisher.publish({ type: 'crowded', userId })
    for (const userId of userIds) this.#isCrowded(userId)
  }

  #isCrowded(userId: string): void {
    const { connections } = this.#dependencies
    if (!connections.has(userId)) return
    // If the read fails, the next renewal of the lease finds it again.
    connections.crowded(userId, (open) => this.#presence.surplusOf(userId, open)).catch(() => undefined)
  }

  #presenceChanged(userIds: string[]): void {
    this.watchers.changed(userIds).catch((error) => this.#failed(error))
  }

  /** Ends a user's sessions on all servers. Resolves once all servers can find it in the database. */
  async signOut(userId: string): Promise<void> {
    await this.#dependencies.signOuts.signOut(userId)
    // Servers look up what the hint is about, so it must be stored by then.
    this.#busPublisher.publish({ type: 'signedOut', userId })
  }

  // Notices of this server

  #deliver(notice: Notice): void {
    switch (notice.type) {
      case 'room.changed':
        this.#deliverRoom(notice)
        break
      // Who is in the room is not sent them one by one, and reads the room anew.
      case 'room.imported':
        this.channels.note(notice.roomId, notice.revision)
        this.channels.get(notice.roomId)?.hint(notice.revision, 0)
        break
      case 'me.changed':
        this.#personal.sendMe(notice.userId, notice.roomId, notice.state)
        break
      case 'thread.changed':
        this.#personal.sendThread(notice)
        break
      case 'marker.moved': {
        const { roomId, userId, lastReadSeq, revision } = notice
        this.channels.sendEphemeral({ type: 'read', roomId, userId, lastReadSeq }, revision)
        break
      }
      case 'block.changed':
        this.#personal.sendBlock(notice.userId, notice.blockedId)
        break
      case 'user.changed':
        this.#userUpdates.changed(notice.userId)
        break
      case 'request.changed':
        this.#personal.sendRequest(notice.userId, notice.roomId)
        break
      // For the host alone, and for this server alone.
      case 'report.created':
      case 'erasure.requested':
        break
      default:
        notice satisfies never
    }
    for (const hint of hintsOf(notice)) this.#busPublisher.publish(hint)
  }

  #deliverRoom({ roomId, events }: RoomChanged): void {
    const newest = events.at(-1)
    if (newest) this.channels.note(roomId, newest.revision)
    const channel = this.channels.get(roomId)
    if (channel) {
      channel.accept(events)
      this.channels.delivered(channel)
      return
    }
    // Nobody here is in the room, so no channel would deliver this: new members are joined directly.
    for (const event of events) if (event.type === 'member.added') this.#joined(event.member.user.id, roomId)
  }

  #joined(userId: string, roomId: string): void {
    for (const connection of this.#dependencies.connections.listening(userId)) {
      connection.whenGreeted(() => this.channels.join(connection, roomId))
    }
  }

  // Hints of other servers

  #applyHint(hint: BusHint): void {
    switch (hint.type) {
      case 'room':
        this.channels.note(hint.roomId, hint.revision)
        this.channels.get(hint.roomId)?.hint(hint.revision, 0)
        this.#dependencies.publisher.movedElsewhere(hint.roomId)
        break
      case 'joined':
        this.#joined(hint.userId, hint.roomId)
        break
      case 'requested':
        this.#personal.sendRequest(hint.userId, hint.roomId)
        break
      case 'typing':
        this.typing.apply(hint)
        break
      case 'read': {
        const { revision, ...event } = hint
        this.channels.sendEphemeral(event, revision)
        break
      }
      case 'me':
        this.#personal.refreshMe(hint.userId, hint.roomId)
        break
      case 'thread':
        this.#personal.sendThread(hint)
        break
      case 'presence':
        this.#presenceChanged([hint.userId])
        break
      case 'crowded':
        this.#isCrowded(hint.userId)
        break
      case 'block':
        this.#personal.sendBlock(hint.userId, hint.blockedId)
        break
      case 'user':
        this.core.users.forget(hint.userId)
        this.#userUpdates.changed(hint.userId)
        break
      case 'signedOut':
        // Their row may be gone.
        this.core.users.forget(hint.userId)
        this.#dependencies.signOuts.apply(hint.userId).catch((error) => this.#failed(error))
        break
      default:
        hint satisfies never
    }
  }

  #failed(error: unknown): void {
    // After the close nobody is left to deliver to.
    if (this.#isClosed) return
    this.logger.error('express-chat: live delivery is behind; it goes on by itself', error)
  }

  /** Resolves once nothing more is written. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#poll.stop()
    this.typing.close()
    this.#userUpdates.close()
    this.channels.close()
    await this.#presence.close()
    await this.#busPublisher.close()
  }
}
