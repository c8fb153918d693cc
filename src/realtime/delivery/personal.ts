import { KeyedMutex } from '../../concurrency/keyed-mutex.js'
import { ChatError } from '../../contract/problems.js'
import type { Room } from '../../contract/rooms.js'
import type { Core } from '../../core/create-core.js'
import type { OwnStanding } from '../../publish/notice.js'
import type { Connection } from '../connection.js'
import type { Connections } from '../connections.js'
import type { Meetings } from '../meetings.js'
import type { OwnSides } from '../own-sides.js'
import type { Channels } from './channels.js'
import { frameOf } from './frame.js'

export interface PersonalParts {
  core: Core
  connections: Connections
  channels: Channels
  ownSides: OwnSides
  meetings: Meetings
  failed(error: unknown): void
}

/** Tells one user's devices what concerns nobody else: their side of a room, whom they block, what they are asked. */
export class Personal {
  readonly #parts: PersonalParts
  /** One at a time of each thing, so that what is told last is how it is. */
  readonly #turns = new KeyedMutex()

  constructor(parts: PersonalParts) {
    this.#parts = parts
  }

  #take(subject: string, work: () => Promise<void>): void {
    this.#turns.take(subject, work).catch((error) => this.#parts.failed(error))
  }

  tellMe(userId: string, roomId: string, standing: OwnStanding): void {
    const { connections, channels, ownSides } = this.#parts
    const listening = connections.listening(userId)
    if (listening.length === 0) return
    const isFound = ownSides.isFound(userId, roomId, standing.me)
    ownSides.told(userId, roomId, standing.me)
    if (isFound) return
    const frame = frameOf({ type: 'me.updated', roomId, ...standing })
    for (const connection of listening) {
      connection.whenGreeted(() => channels.tellOwn(connection, roomId, frame))
    }
  }

  /** Somebody's side of a room changed on another server, or may have, where it is told `unlessKnown`. */
  lookAtMe(userId: string, roomId: string, unlessKnown = false): void {
    const { core, connections, channels, ownSides } = this.#parts
    if (connections.listening(userId).length === 0) return
    this.#take(`me ${userId} ${roomId}`, async () => {
      try {
        const standing = await core.readMarkers.standing(userId, roomId)
        const tell = () => {
          if (unlessKnown && ownSides.knows(userId, roomId, standing.me)) return
          this.tellMe(userId, roomId, standing)
          if (unlessKnown) ownSides.found(userId, roomId, standing.me)
        }
        // What came of a message of theirs is known once that was told, which may be on its way.
        const channel = channels.get(roomId)
        if (channel) channel.after(standing.revision, tell)
        else tell()
      } catch (error) {
        if (!(error instanceof ChatError)) throw error
        // No longer theirs: there is nothing more to look for.
        ownSides.left(userId, roomId)
      }
    })
  }

  tellBlock(userId: string, blockedId: string): void {
    const { core, connections, meetings } = this.#parts
    meetings.blocked(userId, blockedId)
    if (connections.listening(userId).length === 0) return
    this.#take(`block ${userId} ${blockedId}`, async () => {
      const isBlocked = await core.blocks.isBlocking(userId, blockedId)
      const frame = frameOf({ type: 'block.changed', userId: blockedId, isBlocked })
      for (const connection of connections.listening(userId)) connection.whenGreeted(() => connection.send(frame))
    })
  }

  /** Looks what has become of a request: whoever accepted meanwhile was told of the room that is theirs. */
  tellRequest(userId: string, roomId: string): void {
    const { core, connections, meetings } = this.#parts
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

  /** A connection was told of a room that has become its user's, and of their side of it. */
  toldJoined(connection: Connection, { id, me }: Room): void {
    const { ownSides, meetings } = this.#parts
    if (me) ownSides.told(connection.userId, id, me)
    meetings.joined(connection)
  }
}
