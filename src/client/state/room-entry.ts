import type { RoomLeftReason } from '../../contract/events.js'
import type { Member } from '../../contract/members.js'
import type { EditMessage, Message } from '../../contract/messages.js'
import type { Room } from '../../contract/rooms.js'
import type { ChatClientError } from '../api/errors.js'
import type { ShownMessage } from '../api/messages.js'

/**
 * What is known of a room. Its data comes from snapshots and from events, in any order; parts that change separately have the
 * revision of their last update, and the higher wins.
 */
export interface RoomEntry {
  readonly status: 'loading' | 'joined' | 'preview' | 'missing' | 'left'
  readonly reason: RoomLeftReason | null
  /** Complete if the room is `joined` or `preview`. */
  readonly room: Partial<Room> & Pick<Room, 'id' | 'lastMessageSeq'>
  /** The socket has brought every change up to this revision, which `hello` names. -1: it has brought nothing of this room. */
  readonly seen: number
  /**
   * The revision of each field's last update, by its name; of how I keep the room, which takes none, the `State.version`.
   * `archivedSeq` and `markedSeq` are the last `seq` of the room when it was told whether I have put it away and marked it, `own`
   * and `others` that of the last message which I and which others are known to have written.
   */
  readonly at: Readonly<Record<string, number>>
  /** Answers to requests from before this `State.version` are ignored: they are about an earlier room. */
  readonly voidBefore: number
  /** The room has to be read: it changed without events, or is looked at for the first time. What is known is shown until then. */
  readonly isStale: boolean
  /** What is unread. */
  readonly unread: Unread
  readonly last: LastMessage
  /** The others who are typing. */
  readonly typing: readonly string[]
  /** Present from the first request for it. */
  readonly history?: History | undefined
  /** The replies to messages, by the message whose thread they are in; likewise. */
  readonly threads?: ReadonlyMap<string, History> | undefined
  readonly memberList?: KnownMembers | undefined
  readonly pins?: KnownPins | undefined
}

/** A change of a message that waits in the outbox, or has failed. */
export type PendingMutation = {
  /** The `clientId` of a pending message, until that is sent. */
  readonly messageId: string
  /** The time when it was made. */
  readonly at: string
} & (
  | ({ readonly type: 'message.edit' } & EditMessage)
  | { readonly type: 'message.delete' }
  | { readonly type: 'reaction.add' | 'reaction.remove'; readonly reaction: string }
)

/** The unread messages above `lastReadSeq` at a `revision` of the room, as counted by the server or by this client from there on. */
export interface Tally {
  readonly revision: number
  readonly lastMessageSeq: number
  readonly lastReadSeq: number
  readonly unreadCount: number
  /** How many of them mention me; a hundred may be more. */
  readonly mentionCount: number
  /** A message was changed of which it is not known whether it counted or mentioned me before: the server has to be asked. */
  readonly isUncertain?: boolean
  /** The marker was moved to a place above which not all messages are known: the server will send the count. */
  readonly isGuess?: boolean
}

/** The part of a change that matters for what is unread; `seq` is 0 if it is not about a message. */
export interface RoomChange {
  readonly seq: number
  readonly isMine: boolean
  /** Another user wrote it. */
  readonly counts: boolean
  readonly isDeleted: boolean
  /** Whether it was deleted before as well; undefined if that is not known. */
  readonly wasDeleted: boolean | undefined
  /** Whether it mentions me now, and did so before; undefined if that is not known. */
  readonly mentions: boolean
  readonly mentioned?: boolean | undefined
}

/** A tally, and the later changes by their revisions. Changes that follow it without a gap are counted in at once. */
export interface Unread {
  readonly tally: Tally | null
  readonly changes: ReadonlyMap<number, RoomChange>
}

/** What is known of a room's last message, the last one that was not deleted. */
export interface LastMessage {
  readonly message: Message | null
  /** The revision of the room at which the server last said which one it is; older data changes nothing. */
  readonly setAt: number
  /** The revisions of later deletions, by `seq`. */
  readonly deleted: ReadonlyMap<number, number>
  /** The last one was deleted, and the one before it is unknown: the server has to be asked. */
  readonly isUnknown: boolean
}

/** A room's messages. */
export interface History {
  /** Ascending. If the `seq` of two neighbours are not consecutive, messages between them were not loaded. */
  readonly items: readonly ShownMessage[]
  /** The message that the window shows; null: the newest. */
  readonly anchor: number | null
  /** The newest page was read: events brought all later messages. */
  readonly hasLatest: boolean
  readonly error: ChatClientError | null
  readonly isLoadingBefore: boolean
  readonly isLoadingAfter: boolean
}

/** A room's members. */
export interface KnownMembers {
  /** Members who left stay here, so that no older page brings them back. */
  readonly byId: ReadonlyMap<string, { readonly member: Member; readonly isGone: boolean }>
  /** Read markers that came without their members. */
  readonly markers: ReadonlyMap<string, number>
  /** The cursor of the next page; undefined: no page was read, null: there is none. */
  readonly cursor: string | null | undefined
  readonly error: ChatClientError | null
}

/** A room's pinned messages. */
export interface KnownPins {
  /** Messages that are not pinned any more stay here, so that no older answer brings them back. */
  readonly byId: ReadonlyMap<string, Message>
  /** The list was read: events brought all later pins. */
  readonly isRead: boolean
  readonly error: ChatClientError | null
}
