import { KeyedMutex } from '../../concurrency/keyed-mutex.js'
import { ChatError } from '../../contract/problems.js'
import type { Core } from '../../core/create-core.js'
import type { OwnStanding } from '../../publish/notice.js'
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
    if (ownSides.knows(userId, roomId, standing)) return
    ownSides.told(userId, roomId, standing)
    const { me, revision, lastMessageSeq } = standing
    const frame = frameOf({ type: 'me.updated', roomId, me, revision, lastMessageSeq })
    for (const connection of listening) {
      connection.whenGreeted(() => channels.tellOwn(connection, roomId, frame))
    }
  }

  /** Somebody's side of a room changed on another server. */
  lookAtMe(userId: string, roomId: string): void {
    const { core, connections } = this.#parts
    if (connections.listening(userId).length === 0) return
    this.#take(`me ${userId} ${roomId}`, async () => {
      try {
        this.tellMe(userId, roomId, await core.readMarkers.standing(userId, roomId))
      } catch (error) {
        // The room is no longer theirs.
        if (!(error instanceof ChatError)) throw error
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
}
