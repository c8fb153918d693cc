import type { Readable } from 'node:stream'
import {
  acting,
  addressable,
  checked,
  messagePosition,
  messageSearch,
  messagesEverywhere,
  pageOf,
  removal,
  roomsPage,
  searchPage,
  sinceRevision,
  threadsPage,
} from './api-input.js'
import type { Ban, SetBan } from './contract/bans.js'
import type { Block } from './contract/blocks.js'
import type { AnyData, DataTypes } from './contract/data.js'
import type { MessageEdit } from './contract/edits.js'
import { type EraseUser, type Erasure, eraseUser } from './contract/erasures.js'
import type { Changes } from './contract/events.js'
import type { UserExport } from './contract/exports.js'
import { type Page, type PageRequest, whole } from './contract/fields.js'
import type { FollowedThread } from './contract/followed-threads.js'
import type { CreateInvite, Invite, InvitedRoom, NewInvite } from './contract/invites.js'
import type { Media } from './contract/media.js'
import {
  type AddMember,
  type Me,
  type Member,
  type ReadMany,
  type ReadManyAnswer,
  readMany,
  type UpdateMember,
} from './contract/members.js'
import type { EditMessage, Message, MessagePage, SendMessage } from './contract/messages.js'
import { parse } from './contract/parse.js'
import { addReaction, type Reaction } from './contract/reactions.js'
import { type CreateReport, createReport, type OwnReport } from './contract/reports.js'
import type { CreateRoom, Room, RoomFilter, UpdateRoom } from './contract/rooms.js'
import type { EditScheduled, ScheduledMessage, ScheduleMessage } from './contract/scheduled.js'
import type { FoundMessage, SearchMessages } from './contract/search.js'
import type { ThreadMe } from './contract/threads.js'
import { type UpdateUser, type User, updateUser } from './contract/users.js'
import type { Core } from './core/create-core.js'
import type { MessagePosition } from './core/history.js'
import type { HostUser } from './core/hooks.js'
import type { Upload } from './core/media/media.js'
import { type ModerationApi, moderationApi } from './moderation-api.js'
import { type SystemApi, systemApi } from './system-api.js'

/**
 * The use-cases for the host's own code, with the same rules and the same errors (`ChatError`) as for clients. `userId`
 * is who acts. Limits hold here too, rates do not; `data` is yours to write, and no schema is asked about it. Beside the
 * codes that a method names, each rejects with
 * `invalid_request` for an id that can be none and for what has another shape than its type says, `unavailable` while the
 * database is away, and `internal` for what should not have happened.
 */
export interface ChatApi<Data extends DataTypes = AnyData> {
  /**
   * Erases everything of a user: what they said, their files, reactions, profile, memberships, and their name wherever the chat keeps
   * it; [privacy.md](https://github.com/OWNER/express-chat/blob/main/docs/privacy.md) lists it. From the first moment they are signed out everywhere and can neither
   * come back nor be added, until it is done; whoever has this id then is a new user.
   *
   * It is written down, and then done a little at a time, whatever becomes of the server: another one goes on. Resolves once it is
   * done, or cannot go on for now, as `finishedAt` and `error` say; inside of `chat.transaction` once it is written down with it,
   * and it begins after the commit.
   *
   * @throws `invalid_request` for what can be no id, `conflict` where the user is being erased already, with the other choice.
   */
  eraseUser(userId: string, options: EraseUser): Promise<Erasure>
  /**
   * All that the chat knows of a user, to be given to them: `for await (const line of chat.exportUser(userId))`, each line a JSON object
   * with a `type` (NDJSON; [privacy.md](https://github.com/OWNER/express-chat/blob/main/docs/privacy.md) has the types). Files are named by their ids; `files()` has their bytes. Read as it is asked for, so it is not of
   * one moment. Of who is not there, there are no lines.
   *
   * @throws `invalid_request` for what can be no id, at once.
   */
  exportUser(userId: string): UserExport
  /** Rooms, as `userId` sees and changes them. */
  rooms: {
    /**
     * Rooms that they are in: pinned ones first, and then last active first. Those that they have put away are left out,
     * unless `archived` asks for them. With `key` the one that you call so, if they are in it.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, options?: PageRequest & RoomFilter & { key?: string }): Promise<Page<Room<Data>>>
    /**
     * Public rooms of their tenant; `q` is a part of the name or the description.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    listPublic(userId: string, options?: PageRequest & { q?: string }): Promise<Page<Room<Data>>>
    /**
     * Makes a room; the private room of two people is one, and is given again, as it is.
     *
     * @throws `invalid_request` for what does not fit the type, `too_large` for a text over its limit, `not_found` for
     * people who are not there for them, `blocked`, `forbidden` where `options.contact` lets them not turn to somebody, `rejected`
     * by a hook of yours, `conflict` where somebody is in `limits.roomsPerUser` rooms.
     */
    create(userId: string, room: CreateRoom<Data>): Promise<Room<Data>>
    /**
     * A room of theirs, a public one, or one that they are asked into.
     *
     * @throws `not_found` where there is none of these.
     */
    get(userId: string, roomId: string): Promise<Room<Data>>
    /**
     * Changes name, description, picture or settings; needs `canEditRoom`.
     *
     * @throws `invalid_request` for a picture that is not theirs, `too_large` for a text over its limit, `forbidden`
     * without the permission and for a private room, `not_found` where the room is not there for them.
     */
    update(userId: string, roomId: string, changes: UpdateRoom<Data>): Promise<Room<Data>>
    /**
     * Ends the room for everyone; needs `canDeleteRoom`.
     *
     * @throws `forbidden` without the permission, `not_found` where the room is not there for them.
     */
    delete(userId: string, roomId: string): Promise<void>
  }
  /** Where `contact` says that people are asked first. */
  requests: {
    /**
     * Rooms that somebody is asked into, the last one first; `request` tells who asks.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, page?: PageRequest): Promise<Page<Room<Data>>>
    /**
     * Comes into a room that somebody asks them into.
     *
     * @throws `not_found` where nobody asks any more, `conflict` where the room is full or they are in
     * `limits.roomsPerUser` rooms, `banned`, `forbidden` where who asked may add nobody any more.
     */
    accept(userId: string, roomId: string): Promise<Room<Data>>
    /**
     * It stays refused; whoever asked is not told.
     *
     * @throws `not_found` where nobody asks.
     */
    refuse(userId: string, roomId: string): Promise<void>
  }
  /** Who is in a room, with which role and permissions, and how far they have read. */
  members: {
    /**
     * The people of a room, in the order in which they joined.
     *
     * @throws `not_found` where the room is not there for them, `forbidden` where it is public and they are not in it;
     * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, roomId: string, page?: PageRequest): Promise<Page<Member>>
    /**
     * One of the people of a room, with role, permissions and read marker.
     *
     * @throws `not_found` where either is not there for them, `forbidden` where the room is public and they are not in it.
     */
    get(userId: string, roomId: string, memberId: string): Promise<Member>
    /**
     * Adds somebody; with one's own id, joins a public room. Of who is asked first, `isAsked` is true.
     *
     * @throws `not_found` where the room or the person is not there for them, `forbidden` without `canAddUsers`, for more
     * than they may give, and where `options.contact` says no, `banned`, `blocked`, `conflict` for a private room, one that is
     * full, and who is in `limits.roomsPerUser` rooms, `rejected` by a hook of yours.
     */
    add(userId: string, roomId: string, member: AddMember): Promise<Member>
    /**
     * Changes how one keeps the room for oneself, or the role, permissions and silence of another.
     *
     * @throws `invalid_request` for what others set for themselves, and for a muting that has ended, `forbidden` without the right to it, `conflict` for the
     * last owner who would step down, for oneself where it is done to others, and in a private room, `not_found` where
     * either is not there for them.
     */
    update(userId: string, roomId: string, memberId: string, changes: UpdateMember): Promise<Member>
    /**
     * Removes somebody; with one's own id, leaves. Who is removed from a public room is banned from it unless `ban` is
     * false.
     *
     * @throws `forbidden` without `canRemoveUsers`, for an owner, and where the preset keeps them in the room, `conflict`
     * in a private room, `rejected` by a hook of yours, `not_found` where either is not there.
     */
    remove(userId: string, roomId: string, memberId: string, options?: { ban?: boolean }): Promise<void>
    /**
     * Marks the room as read up to a message; the marker never moves back.
     *
     * @throws `invalid_request` for what is no whole number, `not_found` where the room is not there for them, `forbidden`
     * where it is public and they are not in it.
     */
    markRead(userId: string, roomId: string, seq: number): Promise<Me>
    /**
     * The same of up to 500 rooms at once; gives the user's side of each that is theirs.
     *
     * @throws `invalid_request` for more than 500 rooms, and for what is no whole number. Rooms that are not theirs are
     * left out.
     */
    markManyRead(userId: string, rooms: ReadMany['rooms']): Promise<ReadManyAnswer['rooms']>
  }
  /** Who is kept out of a room; for who holds `canRemoveUsers`. */
  bans: {
    /**
     * Who is kept out of a room, in the order of their ids; bans that have ended are none.
     *
     * @throws `forbidden` without `canRemoveUsers`, `conflict` for a private room, `not_found` where the room is not there
     * for them; `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, roomId: string, page?: PageRequest): Promise<Page<Ban>>
    /**
     * Removes somebody, if they are in, and keeps them out; said again, it changes until when and why.
     *
     * @throws `invalid_request` for an end that has passed, `forbidden` without `canRemoveUsers` and for an owner,
     * `conflict` for oneself and in a private room, `not_found` where either is not there for them.
     */
    set(userId: string, roomId: string, memberId: string, ban?: SetBan): Promise<Ban>
    /**
     * Lets them in again.
     *
     * @throws `forbidden` without `canRemoveUsers`, `conflict` for oneself and in a private room, `not_found` where they
     * are not banned, or the room is not there.
     */
    remove(userId: string, roomId: string, memberId: string): Promise<void>
  }
  /** Links that let people into groups and channels. */
  invites: {
    /**
     * The links of a room, newest first, without their codes; needs `canAddUsers`. Links that have ended are none.
     *
     * @throws `forbidden` without `canAddUsers`, and where the room is public and they are not in it, `conflict` for a private
     * room, `not_found` where the room is not there for them; `invalid_request` for a cursor that is not of this list, and a
     * limit that is not 1 to 100.
     */
    list(userId: string, roomId: string, page?: PageRequest): Promise<Page<Invite>>
    /**
     * Makes a link; its code is told this once. It ends when they leave the room, or may add nobody any more.
     *
     * @throws `invalid_request` for an end that has passed, `forbidden` without `canAddUsers`, `conflict` for a private room,
     * and where `limits.invitesPerRoom` stand, or `limits.invitesPerUserAndRoom` of theirs, `not_found` where the room is not there for them.
     */
    create(userId: string, roomId: string, invite?: CreateInvite): Promise<NewInvite>
    /**
     * Revokes a link of theirs; that of somebody else needs `canRemoveUsers`.
     *
     * @throws `forbidden` without the permission, `conflict` for a private room, `not_found` where there is no such link, or
     * the room is not there for them.
     */
    remove(userId: string, roomId: string, inviteId: string): Promise<void>
    /**
     * What they see of the room of a code.
     *
     * @throws `not_found` for a code that is none, has ended, or does not let them in.
     */
    get(userId: string, code: string): Promise<InvitedRoom>
    /**
     * Joins the room of a code; who is in it already stays as they are; who was in it before counts as no use.
     *
     * @throws `not_found` for a code that is none, has ended, or does not let them in, `blocked` where they and who made it
     * block each other, `forbidden` where `options.contact` says no, `conflict` where the room is full or they are in
     * `limits.roomsPerUser` rooms, `rejected` by a hook of yours.
     */
    join(userId: string, code: string): Promise<Room<Data>>
  }
  /** What is said in a room. */
  messages: {
    /**
     * A page of the history, ascending; the newest unless `position` says otherwise.
     *
     * @throws `invalid_request` for more than one of before, after and around, `not_found` where the room is not there for
     * them, `forbidden` where it is public and they are not in it.
     */
    list(userId: string, roomId: string, position?: MessagePosition): Promise<MessagePage<Data>>
    /**
     * Messages of people that contain `q`, newest first.
     *
     * @throws `not_found` where the room is not there for them, `forbidden` where it is public and they are not in it;
     * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    search(userId: string, roomId: string, options: PageRequest & { q: string }): Promise<Page<Message<Data>>>
    /**
     * A message as it is now; one that was deleted is a tombstone.
     *
     * @throws `not_found` where the room or the message is not there for them, `forbidden` where the room is public and
     * they are not in it.
     */
    get(userId: string, roomId: string, messageId: string): Promise<Message<Data>>
    /**
     * Resolves once it is committed. With a `clientId` it may be called again without becoming two messages. With `forward`
     * it says again what they see in another room.
     *
     * @throws `invalid_request` for nothing to say, and for a quote, a mention or media that do not fit, `too_large`,
     * `forbidden` without `canCreateMessages`, and to mention everyone without `canEditRoom`, `silenced`, `blocked`, `slow_mode`, `conflict` where what it answers,
     * forwards or carries is gone, `idempotency_conflict` for the same `clientId` with another body, `rejected` by a hook of yours,
     * `not_found` where the room, or what is to be forwarded, is not there for them. Of `unavailable` the detail says whether it is known that nothing
     * was stored.
     */
    send(userId: string, roomId: string, message: SendMessage<Data>): Promise<Message<Data>>
    /**
     * Changes the text, whom it mentions, or the data; what is left out stays.
     *
     * @throws `invalid_request` for nothing to say, and for a mention that does not fit, `too_large`, `forbidden` without
     * the permission, `silenced`, `blocked`, `conflict` for a deleted message and one of the system, `rejected` by a hook
     * of yours, `not_found` where the room or the message is not there for them.
     */
    edit(userId: string, roomId: string, messageId: string, changes: EditMessage<Data>): Promise<Message<Data>>
    /**
     * What a message said before it was edited, newest first; where `options.editHistory` is `'members'`. For moderators there
     * is `moderation.messages.edits`.
     *
     * @throws `not_found` where the room or the message is not there for them, and where nothing is kept, `forbidden` where
     * only moderators see it, and where the room is public and they are not in it; `invalid_request` for a cursor that is
     * not of this list, and a limit that is not 1 to 100.
     */
    edits(userId: string, roomId: string, messageId: string, page?: PageRequest): Promise<Page<MessageEdit<Data>>>
    /**
     * Who has read a message, the latest reader first, without its author, and without those who came later.
     *
     * @throws `forbidden` where the room has no `readReceipts`, and where it is public and they are not in it, `not_found`
     * where the room or the message is not there for them; `invalid_request` for a cursor that is not of this list, and a
     * limit that is not 1 to 100.
     */
    readers(userId: string, roomId: string, messageId: string, page?: PageRequest): Promise<Page<Member>>
    /**
     * Deletes it; a tombstone stays.
     *
     * @throws `forbidden` without the permission, `not_found` where the room or the message is not there for them.
     */
    delete(userId: string, roomId: string, messageId: string): Promise<void>
    /**
     * Tells the host's moderators of a message, once.
     *
     * @throws `forbidden` where the room is public and they are not in it, `conflict` for a message of their own, of the
     * system, or deleted, `not_found` where either is not there for them.
     */
    report(userId: string, roomId: string, messageId: string, report: CreateReport): Promise<OwnReport>
  }
  /** Messages that a room keeps in sight. */
  pins: {
    /**
     * The pinned messages of a room, newest pin first; at most `limits.pinsPerRoom`.
     *
     * @throws `not_found` where the room is not there for them, `forbidden` where it is public and they are not in it;
     * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, roomId: string, page?: PageRequest): Promise<Page<Message<Data>>>
    /**
     * Pins a message, and says so in the room; needs `canEditRoom`, but in a private room both may. One that is pinned
     * already stays as it is.
     *
     * @throws `forbidden` without the permission, `silenced`, `blocked`, `conflict` for a deleted message, one in which the
     * chat says what happened, and where `limits.pinsPerRoom` are pinned, `not_found` where the room or the message is not
     * there for them.
     */
    pin(userId: string, roomId: string, messageId: string): Promise<Message<Data>>
    /**
     * Unpins a message; also where it is not pinned.
     *
     * @throws `forbidden` without the permission, `silenced`, `blocked`, `not_found` where the room or the message is not
     * there for them.
     */
    unpin(userId: string, roomId: string, messageId: string): Promise<void>
  }
  /** Messages that are kept, and sent later by whichever server is there; once, and as their author may write then. */
  scheduled: {
    /**
     * Those that are yet to be sent, and those that could not be when it was time, in the order of `sendAt`: in a room, or, where
     * that is undefined, in all, also those that they are in no more.
     *
     * @throws `not_found` where the room is not there for them, `forbidden` where it is public and they are not in it;
     * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, roomId?: string, page?: PageRequest): Promise<Page<ScheduledMessage<Data>>>
    /**
     * Keeps a message until `sendAt`. With a `clientId` it may be called again without becoming two.
     *
     * @throws `invalid_request` for a time that has passed or is more than `limits.scheduledDays` ahead, for nothing to say, and for
     * media that are not theirs, `too_large`, `forbidden` without `canCreateMessages`, `silenced`, `conflict` for more than
     * `limits.scheduledPerUser`, `idempotency_conflict` for the same `clientId` with another body, `not_found` where the room is
     * not there for them.
     */
    create(userId: string, roomId: string, message: ScheduleMessage<Data>): Promise<ScheduledMessage<Data>>
    /**
     * Changes what it says, or when it is sent; with a new time one that failed is sent after all.
     *
     * @throws `invalid_request` for a time as of a new one, and for nothing to say, `too_large`, `not_found` once it was sent.
     */
    update(userId: string, roomId: string, id: string, changes: EditScheduled<Data>): Promise<ScheduledMessage<Data>>
    /**
     * It is never sent.
     *
     * @throws `not_found` once it was sent.
     */
    cancel(userId: string, roomId: string, id: string): Promise<void>
  }
  /** The replies to messages, each in the thread of its message; `messages.send` with a `threadId` sends them. */
  threads: {
    /**
     * The replies to a message in its thread, ascending; the newest unless `position` says otherwise, by `threadSeq`.
     *
     * @throws `invalid_request` for more than one of before, after and around, `not_found` where the room or the message is
     * not there for them, and for a message that is a reply in a thread itself, `forbidden` where the room is public and they are
     * not in it.
     */
    list(userId: string, roomId: string, messageId: string, position?: MessagePosition): Promise<MessagePage>
    /**
     * The threads that somebody follows, in rooms that they are in, those with the last reply first; with `unread`, those alone
     * that have something to read.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    followed(userId: string, options?: PageRequest & { unread?: boolean }): Promise<Page<FollowedThread>>
    /**
     * Somebody's own side of a thread: whether they follow it, and what they have to read there.
     *
     * @throws `not_found` where the room or the message is not there for them, and for one that can have no thread,
     * `forbidden` where the room is public and they are not in it.
     */
    me(userId: string, roomId: string, messageId: string): Promise<ThreadMe>
    /**
     * They follow a thread from now on; whoever is new to it has read what is there.
     *
     * @throws `not_found` where the room or the message is not there for them, and for one that can have no thread,
     * `forbidden` where the room is public and they are not in it.
     */
    follow(userId: string, roomId: string, messageId: string): Promise<ThreadMe>
    /**
     * They follow it no more, until they reply, are mentioned there, or ask for it again.
     *
     * @throws `not_found` where the room or the message is not there for them, and for one that can have no thread,
     * `forbidden` where the room is public and they are not in it.
     */
    unfollow(userId: string, roomId: string, messageId: string): Promise<ThreadMe>
    /**
     * Marks a thread that they follow as read up to a reply, by its `threadSeq`; the marker never moves back.
     *
     * @throws `invalid_request` for what is no whole number, `not_found` where the room or the message is not there for them,
     * and for one that can have no thread, `forbidden` where the room is public and they are not in it.
     */
    markRead(userId: string, roomId: string, messageId: string, seq: number): Promise<ThreadMe>
  }
  /** What people answer to a message with one sign. */
  reactions: {
    /**
     * Reacts; one that stands already is given again.
     *
     * @throws `forbidden` for whom `canReact` leaves out, `silenced`, `blocked`, `reaction_not_allowed`, `too_large`,
     * `conflict` for a deleted message and over a limit, `not_found` where the room or the message is not there for them.
     */
    add(userId: string, roomId: string, messageId: string, reaction: string): Promise<Reaction>
    /**
     * Who reacted to a message, oldest first.
     *
     * @throws `not_found` where the room or the message is not there for them, `forbidden` where the room is public and
     * they are not in it; `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, roomId: string, messageId: string, page?: PageRequest): Promise<Page<Reaction>>
    /**
     * Takes a reaction of one's own back.
     *
     * @throws `forbidden` for that of somebody else, `not_found` where there is none.
     */
    remove(userId: string, roomId: string, messageId: string, reactionId: string): Promise<void>
    /**
     * One's own reactions, newest first, in rooms that one is still in.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    mine(userId: string, page?: PageRequest): Promise<Page<Reaction>>
  }
  /** Files, as `userId` may see them. */
  media: {
    /**
     * Takes a file in as this user's, to be sent or shown as a picture of a person or a room.
     *
     * @throws `too_large` for the file, its name, its picture, or all files of theirs, `unsupported_media_type`,
     * `invalid_request` for an empty one, `rejected` by a hook of yours, `insufficient_storage`, `unavailable` where too
     * much is being uploaded.
     */
    upload(userId: string, file: Upload): Promise<Media>
    /**
     * What is known of a file: its name, type, size and URLs.
     *
     * @throws `not_found` where it is not there for them.
     */
    get(userId: string, mediaId: string): Promise<Media>
    /**
     * Its bytes, for whom it is there.
     *
     * @throws `not_found` where it is not there for them, or has no thumbnail.
     */
    read(userId: string, mediaId: string, part?: 'content' | 'thumbnail'): Promise<Readable>
  }
  /** People, as the chat knows them; without walls, since your own code asks. */
  users: {
    /**
     * Tells the chat of a user before that user was ever here, or of a new name.
     *
     * @throws `invalid_request` for an id that can be none. A `TypeError` where that id was of another tenant before.
     */
    save(user: HostUser): Promise<User>
    /**
     * Somebody whom the chat or your directory knows.
     *
     * @throws `not_found` where neither does.
     */
    get(userId: string): Promise<User>
    /**
     * People by a part of their name.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    search(options?: PageRequest & { q?: string }): Promise<Page<User>>
    /**
     * Changes what they say of themselves.
     *
     * @throws `invalid_request` for a picture that is not theirs, `too_large` for a description over its limit, `not_found`
     * where there is no such user.
     */
    update(userId: string, changes: UpdateUser): Promise<User>
  }
  /** Whom `userId` blocks. */
  blocks: {
    /**
     * Whom the user blocks, in the order of their ids.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, page?: PageRequest): Promise<Page<Block>>
    /**
     * From here on neither starts a private room with the other, adds the other to a room, or writes in their private room.
     *
     * @throws `conflict` for oneself and over `limits.blocksPerUser`, `not_found` where either is not there.
     */
    add(userId: string, blockedId: string): Promise<Block>
    /**
     * Blocks them no more; also where they were not blocked.
     *
     * @throws `invalid_request` for what can be no id.
     */
    remove(userId: string, blockedId: string): Promise<void>
  }
  /**
   * Messages of all rooms that somebody is in, newest first. A page may hold less than was asked for, or nothing, and still
   * have a `nextCursor`: a search goes through so much at a time, and then begins a page of its own.
   *
   * @throws `invalid_request` where nothing is looked for, and for a cursor that is not of this search, `not_found` where
   * the room that is named is not there for them, `forbidden` where it is public and they are not in it.
   */
  search(userId: string, options: SearchMessages): Promise<Page<FoundMessage<Data>>>
  /**
   * What changed in a room since a revision, in its order; 0 for all of it.
   *
   * @throws `invalid_request` for what is no whole number, `not_found` where the room is not there for them, `forbidden`
   * where it is public and they are not in it.
   */
  changes(userId: string, roomId: string, options: { since: number; limit?: number }): Promise<Changes<Data>>
  /** For moderators: any room. */
  moderation: ModerationApi<Data>
  /** The host itself acts: no membership and no permission is asked for, no `before` hook is called. */
  system: SystemApi<Data>
}

export function chatApi(core: Core): ChatApi {
  const { rooms, requests, members, bans, readMarkers, messages, search, reactions, users, media, blocks, reports } =
    core
  const { changes, pins, edits, readers, invites, threads, scheduled, erasures, exports } = core
  const asUser = acting(core)
  return {
    rooms: {
      list: async (userId, options = {}) => rooms.list(checked(userId), parse(roomsPage, options)),
      listPublic: async (userId, options = {}) => rooms.listPublic(checked(userId), parse(searchPage, options)),
      create: async (userId, room) => asUser.createRoom(checked(userId), room),
      get: async (userId, roomId) => rooms.get(checked(userId), checked(roomId)),
      update: async (userId, roomId, input) => asUser.updateRoom(checked(userId), roomId, input),
      delete: async (userId, roomId) => rooms.delete(checked(userId), checked(roomId)),
    },
    requests: {
      list: async (userId, options = {}) => requests.list(checked(userId), parse(pageOf, options)),
      accept: async (userId, roomId) => rooms.accept(checked(userId), checked(roomId)),
      refuse: async (userId, roomId) => requests.refuse(checked(userId), checked(roomId)),
    },
    members: {
      list: async (userId, roomId, options = {}) =>
        members.list(checked(userId), checked(roomId), parse(pageOf, options)),
      get: async (userId, roomId, memberId) => members.get(checked(userId), checked(roomId), checked(memberId)),
      add: async (userId, roomId, input) => asUser.addMember(checked(userId), roomId, input),
      update: async (userId, roomId, memberId, input) => asUser.updateMember(checked(userId), roomId, memberId, input),
      remove: async (userId, roomId, memberId, options = {}) =>
        members.remove(checked(userId), checked(roomId), checked(memberId), parse(removal, options)),
      markRead: async (userId, roomId, seq) => readMarkers.move(checked(userId), checked(roomId), parse(whole, seq)),
      markManyRead: async (userId, rooms) =>
        (await readMarkers.moveMany(checked(userId), parse(readMany, { rooms }).rooms)).rooms,
    },
    bans: {
      list: async (userId, roomId, options = {}) => bans.list(checked(userId), checked(roomId), parse(pageOf, options)),
      set: async (userId, roomId, memberId, input = {}) => asUser.setBan(checked(userId), roomId, memberId, input),
      remove: async (userId, roomId, memberId) => bans.remove(checked(userId), checked(roomId), checked(memberId)),
    },
    scheduled: {
      list: async (userId, roomId, options = {}) =>
        scheduled.list(checked(userId), roomId === undefined ? undefined : checked(roomId), parse(pageOf, options)),
      create: async (userId, roomId, input) => asUser.schedule(userId, roomId, input),
      update: async (userId, roomId, id, changes) => asUser.editScheduled(checked(userId), roomId, id, changes),
      cancel: async (userId, roomId, id) => scheduled.cancel(checked(userId), checked(roomId), checked(id)),
    },
    invites: {
      list: async (userId, roomId, options = {}) =>
        invites.list(checked(userId), checked(roomId), parse(pageOf, options)),
      create: async (userId, roomId, input = {}) => asUser.createInvite(checked(userId), roomId, input),
      remove: async (userId, roomId, inviteId) => invites.remove(checked(userId), checked(roomId), checked(inviteId)),
      get: async (userId, code) => invites.get(checked(userId), checked(code)),
      async join(userId, code) {
        const { roomId } = await invites.join(checked(userId), checked(code))
        return rooms.get(userId, roomId)
      },
    },
    messages: {
      list: async (userId, roomId, position = {}) =>
        messages.list(checked(userId), checked(roomId), parse(messagePosition, position)),
      search: async (userId, roomId, options) =>
        search.inRoom(checked(userId), checked(roomId), parse(messageSearch, options)),
      get: async (userId, roomId, messageId) => messages.get(checked(userId), checked(roomId), checked(messageId)),
      send: async (userId, roomId, input) => asUser.send(checked(userId), roomId, input),
      edit: async (userId, roomId, messageId, input) => asUser.edit(checked(userId), roomId, messageId, input),
      edits: async (userId, roomId, messageId, options = {}) =>
        edits.list(checked(userId), checked(roomId), checked(messageId), parse(pageOf, options)),
      readers: async (userId, roomId, messageId, options = {}) =>
        readers.list(checked(userId), checked(roomId), checked(messageId), parse(pageOf, options)),
      delete: async (userId, roomId, messageId) =>
        messages.delete(checked(userId), checked(roomId), checked(messageId)),
      async report(userId, roomId, messageId, input) {
        const given = parse(createReport, input)
        return (await reports.add(checked(userId), checked(roomId), checked(messageId), given)).report
      },
    },
    pins: {
      list: async (userId, roomId, options = {}) => pins.list(checked(userId), checked(roomId), parse(pageOf, options)),
      pin: async (userId, roomId, messageId) => asUser.pin(checked(userId), roomId, messageId),
      unpin: async (userId, roomId, messageId) => pins.unpin(checked(userId), checked(roomId), checked(messageId)),
    },
    threads: {
      list: async (userId, roomId, messageId, position = {}) =>
        threads.list(checked(userId), checked(roomId), checked(messageId), parse(messagePosition, position)),
      followed: async (userId, options = {}) => threads.followed(checked(userId), parse(threadsPage, options)),
      me: async (userId, roomId, messageId) => threads.me(checked(userId), checked(roomId), checked(messageId)),
      follow: async (userId, roomId, messageId) =>
        threads.follow(checked(userId), checked(roomId), checked(messageId), true),
      unfollow: async (userId, roomId, messageId) =>
        threads.follow(checked(userId), checked(roomId), checked(messageId), false),
      markRead: async (userId, roomId, messageId, seq) =>
        threads.markRead(checked(userId), checked(roomId), checked(messageId), parse(whole, seq)),
    },
    reactions: {
      async add(userId, roomId, messageId, asked) {
        const { reaction } = parse(addReaction, { reaction: asked })
        return (await reactions.add(checked(userId), checked(roomId), checked(messageId), reaction)).reaction
      },
      list: async (userId, roomId, messageId, options = {}) =>
        reactions.list(checked(userId), checked(roomId), checked(messageId), parse(pageOf, options)),
      remove: async (userId, roomId, messageId, reactionId) =>
        reactions.remove(checked(userId), checked(roomId), checked(messageId), checked(reactionId)),
      mine: async (userId, options = {}) => reactions.mine(checked(userId), parse(pageOf, options)),
    },
    media: {
      upload: async (userId, file) => media.upload(checked(userId), file),
      get: async (userId, mediaId) => media.get(checked(userId), checked(mediaId)),
      async read(userId, mediaId, part = 'content') {
        const { key } = await media.open(checked(userId), checked(mediaId), part)
        return media.read(key)
      },
    },
    users: {
      async save(user) {
        const { id } = parse(addressable, user)
        await users.welcome({ ...user, id })
        return users.get(id, null)
      },
      get: async (userId) => users.get(checked(userId), null),
      search: async (options = {}) => users.search(parse(searchPage, options), null),
      update: async (userId, input) => users.update(checked(userId), parse(updateUser, input)),
    },
    blocks: {
      list: async (userId, options = {}) => blocks.list(checked(userId), parse(pageOf, options)),
      add: async (userId, blockedId) => (await blocks.add(checked(userId), checked(blockedId))).block,
      remove: async (userId, blockedId) => blocks.remove(checked(userId), checked(blockedId)),
    },
    search: async (userId, options) => search.everywhere(checked(userId), parse(messagesEverywhere, options)),
    changes: async (userId, roomId, options) =>
      changes.since(checked(userId), checked(roomId), parse(sinceRevision, options)),
    eraseUser: async (userId, options) => erasures.request(checked(userId), parse(eraseUser, options).messages),
    exportUser: (userId) => exports.of(checked(userId)),
    moderation: moderationApi(core),
    system: systemApi(core),
  }
}
