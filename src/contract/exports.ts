import type { Readable } from 'node:stream'
import type { JsonObject } from './data.js'
import type { ForwardedFrom } from './messages.js'
import type { Role, RoomType } from './permissions.js'

/** A line of an export, which `type` says what it is of. */
export type ExportedLine =
  | {
      type: 'user'
      id: string
      name: string
      description: string
      avatarUrl: string | null
      avatarMediaId: string | null
      lastSeenAt: string | null
    }
  | {
      type: 'room'
      roomId: string
      roomType: RoomType
      name: string | null
      role: Role
      muted: boolean
      notify: string
      isPinned: boolean
      lastReadSeq: number
      joinedAt: string
      leftAt: string | null
    }
  | {
      type: 'message'
      id: string
      roomId: string
      seq: number
      threadId: string | null
      clientId: string | null
      text: string
      data: JsonObject | null
      replyToId: string | null
      mentions: string[]
      mentionsEveryone: boolean
      forwardedFrom: ForwardedFrom | null
      mediaIds: string[]
      edits: { text: string; at: string }[]
      createdAt: string
      editedAt: string | null
    }
  | { type: 'reaction'; messageId: string; roomId: string; reaction: string; createdAt: string }
  | { type: 'file'; id: string; filename: string; contentType: string; byteSize: number; createdAt: string }
  | { type: 'thread'; threadId: string; roomId: string; isFollowing: boolean; lastReadSeq: number }
  | {
      type: 'scheduled'
      id: string
      roomId: string
      text: string
      mentions: string[]
      mediaIds: string[]
      data: JsonObject | null
      sendAt: string
    }
  | { type: 'block'; userId: string; createdAt: string }
  | { type: 'report'; id: string; roomId: string; messageId: string; reason: string; text: string; createdAt: string }
  | {
      type: 'audit'
      id: string
      action: string
      roomId: string | null
      messageId: string | null
      isActor: boolean
      isSubject: boolean
      createdAt: string
    }

/** A file of somebody whose data is exported. */
export interface ExportedFile {
  /** The id by which the lines name it. */
  id: string
  /** What it is called; two may have the same name. */
  filename: string
  /** What its bytes say that it is. */
  contentType: string
  /** How many bytes it has. */
  byteSize: number
  /**
   * Its bytes.
   *
   * @throws `not_found` where the store has them no more.
   */
  read(): Promise<Readable>
}

/** What the chat knows of a user: line by line, each a JSON object that ends in a line break, read as they are asked for. */
export interface UserExport extends AsyncIterable<string> {
  /** Their files, one after the other. */
  files(): AsyncIterable<ExportedFile>
}
