import { KeyedMutex } from '../../concurrency/keyed-mutex.js'
import { ChatError } from '../../contract/problems.js'
import type { Core } from '../../core/create-core.js'
import type { OwnRoomState } from '../../publish/notice.js'
import type { Connections } from '../connections.js'
import type { Meetings } from '../meetings.js'
import type { MembershipState } from '../membership-state.js'
import type { Channels } from './channels.js'
import { frameOf } from './frame.js'

export interface PersonalDependencies {
  core: Core
  connections: Connections
  channels: Channels
  membershipState: MembershipState
  meetings: Meetings
  failed(error: unknown): void
}

/** Sends one user's devices what concerns nobody else: their own state in rooms, their blocks and their requests. */
export class Personal {
  readonly #dependencies: PersonalDependencies
  /** Reads and sends about the same thing one at a time, so that the last event has the current state. */
  readonly #mutex = new KeyedMutex()

  constructor(dependencies: PersonalDependencies) {
    this.#dependencies = dependencies
  }

  #take(subject: string, work: () => Promise<void>): void {
    this.#mutex.take(subject, work).catch((error) => this.#dependencies.failed(error))
  }

  sendMe(userId: string, roomId: string, state: OwnRoomState): void {
    const { connections, channels, membershipState } = this.#dependencies
    const listening = connections.listening(userId)
    if (listening.length === 0) return
    if (membershipState.knows(userId, roomId, state)) return
    membershipState.delivered(userId, roomId, state)
    const { me, revision, lastMessageSeq } = state
    const frame = frameOf({ type: 'me.updated', roomId, me, revision, lastMessageSeq })
    for (const connection of listening) {
      connection.whenGreeted(() => channels.sendOwn(connection, roomId, frame))
    }
  }

  /** A user's own state in a room changed on another server. */
  refreshMe(userId: string, roomId: string): void {
    const { core, connections } = this.#dependencies
    if (connections.listening(userId).length === 0) return
    this.#take(`me ${userId} ${roomId}`, async () => {
      try {
        this.sendMe(userId, roomId, await core.readMarkers.state(userId, roomId))
      } catch (error) {
        // They are no longer in the room.
        if (!(error instanceof ChatError)) throw error
      }
    })
  }

  /** Sends a user's own side of a thread as it is now. */
  sendThread({ userId, roomId, messageId }: { userId: string; roomId: string; messageId: string }): void {
    const { core, connections, channels } = this.#dependencies
    if (connections.listening(userId).length === 0) return
    this.#take(`thread ${userId} ${messageId}`, async () => {
      const me = await core.threads.find(userId, messageId)
      // They are no longer in the room.
      if (!me) return
      const frame = frameOf({ type: 'thread.updated', roomId, messageId, me })
      for (const connection of connections.listening(userId)) {
        connection.whenGreeted(() => channels.sendOwn(connection, roomId, frame))
      }
    })
  }

  /** Sends a message of theirs that is to be sent later as it is now, or that it is none any more. */
  sendScheduled({ userId, roomId, scheduledId }: { userId: string; roomId: string; scheduledId: string }): void {
    const { core, connections } = this.#dependencies
    if (connections.listening(userId).length === 0) return
    this.#take(`scheduled ${userId}`, async () => {
      const scheduled = (await core.scheduled.find(userId, roomId, scheduledId)) ?? null
      const frame = frameOf({ type: 'scheduled.updated', roomId, scheduledId, scheduled })
      for (const connection of connections.listening(userId)) connection.whenGreeted(() => connection.send(frame))
    })
  }

  sendBlock(userId: string, blockedId: string): void {
    const { core, connections, meetings } = this.#dependencies
    meetings.blocked(userId, blockedId)
    if (connections.listening(userId).length === 0) return
    this.#take(`block ${userId} ${blockedId}`, async () => {
      const isBlocked = await core.blocks.isBlocking(userId, blockedId)
      const frame = frameOf({ type: 'block.changed', userId: blockedId, isBlocked })
      for (const connection of connections.listening(userId)) connection.whenGreeted(() => connection.send(frame))
    })
  }

  /** Sends the current state of a request; a user who accepted it meanwhile was told that they joined. */
  sendRequest(userId: string, roomId: string): void {
    const { core, connections, meetings } = this.#dependencies
    const listening = connections.listening(userId)
    if (listening.length === 0) return
    this.#take(`request ${userId} ${roomId}`, async () => {
      const room = await core.requests.find(userId, roomId)
      meetings.requested(userId, room?.request?.user?.id)
      if (!room && (await core.users.roomsAmong(userId, [roomId])).length > 0) return
      const frame = frameOf(room ? { type: 'room.requested', room } : { type: 'room.left', roomId, reason: 'left' })
      for (const connection of listening) connection.whenGreeted(() => connection.send(frame))
    })
  }
}
