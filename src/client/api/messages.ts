import type { AnyData, DataTypes } from '../../contract/data.js'
import type { MessageEdit } from '../../contract/edits.js'
import type { Page, PageRequest } from '../../contract/fields.js'
import type { Media } from '../../contract/media.js'
import type { Member } from '../../contract/members.js'
import type { EditMessage, Message, ReplyTo } from '../../contract/messages.js'
import type { Reaction } from '../../contract/reactions.js'
import type { CreateReport, OwnReport } from '../../contract/reports.js'
import type { ChatClientError } from './errors.js'
import type { FileUpload, NativeFile } from './media.js'
import type { Observable } from './observable.js'

/** A message in a list: one that the server has, or one of mine that is on its way. */
export interface ShownMessage<Data extends DataTypes = AnyData> extends Message<Data> {
  /** The same from writing to arrival: what a list is keyed by. */
  key: string
  /**
   * - `sent`: the server has it.
   * - `sending`: it waits for its turn, its connection or its answer. It has no `seq` (0) and no `revision` (0).
   * - `failed`: it was refused, see `error`; `retry`, `revise` or `discard` it. It stays, also through a reload where there
   *   is a `storage` and in a room that is not mine any more, until one of them is called.
   */
  state: 'sent' | 'sending' | 'failed'
  /** Why it was refused; null where it was not. */
  error: ChatClientError | null
  myReactions: string[]
  /**
   * Of one that is not sent: its files while not all of them are there, which follow its `media`; then these are among its
   * `media`, and this is absent. A file tells by itself how far it is, so the list stays as it is meanwhile.
   */
  files?: readonly FileUpload[]
  /** What I do to it that the server has not answered yet, or has refused; absent where there is none. */
  mutations?: readonly ShownMutation<Data>[]
  /** Its author is one whom I block, as far as `client.blocks` is loaded: hide it, or show it only when asked to. */
  isBlocked?: boolean
}

/**
 * An edit, a deletion or a reaction of mine that waits, or was refused after it had waited. It waits like a message that is
 * sent: shown at once, in order with the messages of its room, through a reload where there is a `storage`, sent until the
 * server answers. Of several of the same thing that wait, the last one is sent.
 */
export type ShownMutation<Data extends DataTypes = AnyData> = {
  /** Names it in `retry` and `discard`. */
  clientId: string
  /** What it changes. */
  messageId: string
  /** When it was made: a time as of a message. */
  at: string
  /** `sending`: it is shown as if it were done. `failed`: the message is shown without it; `retry` or `discard` it. */
  state: 'sending' | 'failed'
  /** Why it was refused; null where it was not. */
  error: ChatClientError | null
} & (
  | ({
      /** An edit, with what it changes. */
      type: 'message.edit'
    } & EditMessage<Data>)
  | {
      /** A deletion. */
      type: 'message.delete'
    }
  | {
      /** A reaction that is added, or taken back. */
      type: 'reaction.add' | 'reaction.remove'
      /** Which one. */
      reaction: string
    }
)

/** A stretch of a room's history without a hole, and what is on its way at its end. */
export interface MessageWindow<Data extends DataTypes = AnyData> {
  /** Ascending; mine that are not sent yet come last, and only where the window reaches the newest message. */
  items: readonly ShownMessage<Data>[]
  /** All edits, deletions and reactions in this room that were refused after they had waited, wherever their messages are. */
  failedMutations: readonly ShownMutation<Data>[]
  /** `idle`: nobody asked for it yet. `failed`: see `error`; `load` tries again. */
  status: 'idle' | 'loading' | 'ready' | 'failed'
  /** Why it failed; null where it did not. */
  error: ChatClientError | null
  /** There is more above. */
  hasBefore: boolean
  /** There is more below: the window was moved by `jumpTo`. */
  hasAfter: boolean
  /** More above is on its way. */
  isLoadingBefore: boolean
  /** More below is on its way. */
  isLoadingAfter: boolean
}

/** What a message answers: a message, or what a reply shows of one. */
type Answered = (
  | (Pick<Message, 'id' | 'seq' | 'text' | 'user'> & Partial<Pick<Message, 'media'>>)
  | (Pick<ReplyTo, 'id' | 'seq' | 'text' | 'userId'> & Partial<Pick<ReplyTo, 'userName' | 'firstMedia'>>)
) &
  Partial<Pick<ReplyTo, 'as'>> &
  Partial<Pick<Message, 'threadId' | 'alsoInRoom'>>

/** What is forwarded: a message that is not one of the system and was not deleted. */
export type ForwardedMessage = Pick<
  Message,
  'id' | 'roomId' | 'text' | 'media' | 'data' | 'user' | 'as' | 'createdAt' | 'forwardedFrom'
>

/** A new message: text, media, data, or several of them; or one that is forwarded. */
export interface Draft<Data extends DataTypes = AnyData> {
  /** Up to the server's `limits.textLength` characters; may be left out where there is media or data. */
  text?: string | undefined
  /** What `media.upload` gave, in the order to be shown. */
  media?: readonly Media[] | undefined
  /**
   * Files that may still be under way, or have not begun: what `media.start` gave, or the files themselves. They follow
   * `media`, in this order. One that has failed is tried again; one that was cancelled is left out.
   */
  files?: readonly (FileUpload | Blob | NativeFile)[] | undefined
  /** The message that it answers. */
  replyTo?: Answered | null | undefined
  /** Makes it a reply in a thread: the message that the thread is of. */
  threadId?: string | null | undefined
  /** Shows a reply in a thread in the room as well. */
  alsoInRoom?: boolean | undefined
  /** Ids of members who are addressed. */
  mentions?: readonly string[] | undefined
  /**
   * A message of any room of mine that is said again here, with its text, its media and its data, of which none is given
   * beside it. It mentions nobody anew.
   */
  forward?: ForwardedMessage | null | undefined
  /** What the server's schema takes as `data` of a message, up to 4 KiB as JSON. */
  data?: Data['message'] | null | undefined
  /** Whether everyone in the room is addressed, which needs `canEditRoom`. */
  mentionsEveryone?: boolean | undefined
  /** Its id, of your own making; sent again with the same one, it stays one message. A random one. */
  clientId?: string | undefined
}

/**
 * A room's messages. Functions that read ahead resolve when it is done, and never reject: see `status` and `error`. A moment
 * after the last subscriber has gone, the newest 100 are kept.
 */
export interface Messages<Data extends DataTypes = AnyData> extends Observable<MessageWindow<Data>> {
  /** Loads the newest page, unless it is there; the connection has to be made first, and is waited for. Never rejects: see `status`. */
  load(): Promise<void>
  /** Loads more above; `limit` is 1–100 and 50 unless given. Never rejects: see `error`. */
  loadBefore(limit?: number): Promise<void>
  /** Loads more below; `limit` likewise. Never rejects: see `error`. */
  loadAfter(limit?: number): Promise<void>
  /** Moves the window to a message, and loads what is around it. Never rejects: see `status`. */
  jumpTo(seq: number): Promise<void>
  /** Moves the window back to the newest messages. Never rejects: see `status`. */
  jumpToLatest(): Promise<void>

  /**
   * Writes a message. It is shown at once, waits for the connection where there is none, and is sent once, whatever is
   * retried. Resolves when the server has it; rejects when it was refused or discarded, which may be left alone: the list
   * shows it as `failed`. One that is over the server's limits fails at once with `too_large`, whose `errors` name the limit,
   * or as soon as the limits are known. What it answers, or whom it mentions, may be gone by the time it is sent; then it is
   * sent without. One that ends the connection each time it is sent, fails with `too_large` or `disconnected`.
   *
   * One with `files` is sent once all of them are there; what is written after it does not wait for that. A file that fails
   * for now (`isTransient`) is uploaded again by itself; otherwise the message fails with why it was refused. In a `storage`
   * are no bytes: after a reload a message fails with `file_lost` if a file of it was not there yet, and keeps the others.
   *
   * @throws What an upload of its files does, `too_large`, `invalid_request`, `forbidden` without `canCreateMessages`, and to mention everyone without
   * `canEditRoom`, `silenced`, `blocked`, `conflict` where media of it, or what it forwards, are gone, `idempotency_conflict` for a `clientId` that another message has, `rejected` by the host,
   * `not_found`, also for what is to be forwarded and is not there for me, `disconnected` where it ends the connection, `aborted` where it is discarded or the room is not mine any
   * more. What is too fast waits (`slow_mode`, `rate_limited`).
   */
  send(draft: Draft<Data>): Promise<Message<Data>>
  /** Sends a message again that has failed, with the files of it that have, or a mutation; by its `clientId`. Not after `file_lost`: `revise` it. */
  retry(clientId: string): void
  /**
   * Writes a message that has failed anew, and sends it: in the same place, and as another message, with a `clientId` of
   * its own.
   *
   * @throws What sending does, and `not_found` where no message of this `clientId` has failed.
   */
  revise(clientId: string, draft: Draft<Data>): Promise<Message<Data>>
  /** Takes back a message or a mutation that was not sent, or has failed. */
  discard(clientId: string): void

  /**
   * Changes the text, whom it mentions, its data, or several of these: at once, and back again if it is refused. What is
   * left out stays.
   *
   * Resolves with what the server answers, and rejects with why it refused. Where the server cannot be asked now (no
   * connection, or one that ends first: `isTransient`), it rejects at once, and **waits all the same**: it goes on being
   * shown, and is sent as soon as it may be. What it then ends with is told by the message: in its `mutations` where it is
   * refused, in nothing where the message is gone. So each failure is told once. Deletions and
   * reactions do likewise.
   *
   * A message of mine that was not sent yet is named by its `id` as it is then. If it was never given to the server, it is
   * sent as edited, and with `delete` not at all.
   *
   * @throws `aborted` where a later edit takes the place of one that was not sent yet, `forbidden` without the permission, `silenced`, `blocked`, `conflict` for a deleted message and one of the
   * system, `invalid_request`, `too_large`, `rejected` by the host, `not_found`, also for a message of mine that has failed,
   * `disconnected`, `unreachable`.
   */
  edit(messageId: string, changes: string | EditMessage<Data>): Promise<Message<Data>>
  /**
   * Deletes it, at once, and back again if that is refused; a tombstone stays. It waits as `edit` does; one of mine that
   * was not sent is discarded.
   *
   * @throws `forbidden` without the permission, `not_found`, `disconnected`.
   */
  delete(messageId: string): Promise<void>
  /**
   * Adds a reaction of mine, likewise.
   *
   * @throws `reaction_not_allowed`, `forbidden` for whom the host leaves out, `silenced`, `blocked`, `conflict` for a
   * deleted message and over a limit, `too_large`, `not_found`, `disconnected`.
   */
  react(messageId: string, reaction: string): Promise<Reaction>
  /**
   * Takes one of mine back, likewise.
   *
   * @throws `not_found` where there is none of mine, `forbidden` where the room is public and I am not in it,
   * `disconnected`.
   */
  unreact(messageId: string, reaction: string): Promise<void>

  /**
   * Asks the server for one message as it is now.
   *
   * @throws `not_found` where the room or the message is not there for me, `forbidden` where the room is public and I am
   * not in it.
   */
  get(messageId: string): Promise<Message<Data>>
  /**
   * What a message said before it was edited, newest first.
   *
   * @throws `forbidden` where only moderators see it, and where the room is public and I am not in it, `not_found` where the
   * host keeps nothing, or the room or the message is not there for me; `invalid_request` for a cursor that is not of this
   * list, and a limit that is not 1 to 100.
   */
  edits(messageId: string, page?: PageRequest & { signal?: AbortSignal }): Promise<Page<MessageEdit<Data>>>
  /**
   * Who has read a message, the latest reader first, without its author, and without those who came later.
   *
   * @throws `forbidden` where the room has no `readReceipts`, and where it is public and I am not in it, `not_found` where the
   * room or the message is not there for me; `invalid_request` for a cursor that is not of this list, and a limit that is
   * not 1 to 100.
   */
  readers(messageId: string, page?: PageRequest & { signal?: AbortSignal }): Promise<Page<Member>>
  /**
   * Tells the host's moderators of a message of somebody else's, once; `reason` is a word of the host's, as `spam`.
   *
   * @throws `conflict` for a message of my own, of the system, or deleted, `forbidden` where the room is public and I am
   * not in it, `not_found`.
   */
  report(messageId: string, report: CreateReport): Promise<OwnReport>
  /**
   * Who reacted, oldest first.
   *
   * @throws `not_found` where the room or the message is not there for me, `forbidden` where the room is public and I am
   * not in it; `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  reactions(messageId: string, page?: PageRequest): Promise<Page<Reaction>>
  /**
   * Messages that contain `q`, newest first.
   *
   * @throws `not_found` where the room is not there for me, `forbidden` where it is public and I am not in it;
   * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  search(q: string, page?: PageRequest & { signal?: AbortSignal }): Promise<Page<Message<Data>>>
}
