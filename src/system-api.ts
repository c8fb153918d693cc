import type { Readable } from 'node:stream'
import { z } from 'zod'
import {
  acting,
  auditPage,
  checked,
  erasuresPage,
  messagePosition,
  messageSearch,
  pageOf,
  removal,
  reportsPage,
  sinceRevision,
} from './api-input.js'
import type { AuditEntry, AuditFilter } from './contract/audit.js'
import type { Ban, SetBan } from './contract/bans.js'
import type { AnyData, DataTypes } from './contract/data.js'
import type { MessageEdit } from './contract/edits.js'
import type { Erasure } from './contract/erasures.js'
import type { Changes } from './contract/events.js'
import { id, inputList, type Page, type PageRequest } from './contract/fields.js'
import type { CreateInvite, Invite, NewInvite } from './contract/invites.js'
import type { Media } from './contract/media.js'
import type { AddMember, HostMember, UpdateMember } from './contract/members.js'
import type { EditMessage, HostMessage, Message, MessagePage } from './contract/messages.js'
import { parse } from './contract/parse.js'
import { type Report, type ReportFilter, type UpdateReport, updateReport } from './contract/reports.js'
import { type HostRoom, hostRoom, type Room, roomKey, type UpdateRoom } from './contract/rooms.js'
import type { EditScheduled, HostScheduleMessage, ScheduledMessage } from './contract/scheduled.js'
import type { User } from './contract/users.js'
import { system } from './core/actor.js'
import type { Core } from './core/create-core.js'
import type { MessagePosition } from './core/history.js'
import { type RoomRetention, roomRetention } from './core/retention.js'
import type { Unread } from './core/room-states.js'
import { whereaboutsOf } from './core/whereabouts.js'

/** Whether somebody has a socket, on any server. */
export interface UserPresence {
  /** The id that was asked for. */
  userId: string
  /** Whether they have a socket on any server. */
  online: boolean
  /** When they last had one; null while they have one, and of those who never had. */
  lastSeenAt: string | null
}

/**
 * What the host's own code does and asks, as nobody in particular. Each rejects with `invalid_request`, `unavailable` and
 * `internal` as `ChatApi` does, beside the codes that it names.
 */
export interface SystemApi<Data extends DataTypes = AnyData> {
  /** Every room. */
  rooms: {
    /**
     * Every room there is, last active first.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(page?: PageRequest): Promise<Page<Room<Data>>>
    /**
     * The first of `userIds` becomes the owner. A private room takes both its people. A group or channel made without people
     * is nobody's: who joins is a member of it, nobody inherits it, and it outlives its members. All are of one tenant, whose
     * the room is then; `tenantId` says whose it is where nobody is in it yet.
     *
     * @throws `invalid_request` for what does not fit the type, and for people of several tenants, `too_large` for a text or
     * data over its limit, `not_found` for people whom neither the chat nor your directory knows, `conflict` where there is a
     * room with this key.
     */
    create(room: HostRoom<Data>): Promise<Room<Data>>
    /**
     * The room that you call `key`: made if there is none (`created`), else as it is, whatever else you say of it. Called by
     * several at once, on any server, it is made once; inside of `chat.transaction` too, which then waits for another
     * transaction that is making it.
     *
     * @throws `invalid_request` for what does not fit the type, and for people of several tenants, `too_large` for a text or
     * data over its limit, `not_found` for people whom neither the chat nor your directory knows, and it says whom.
     */
    ensure(room: HostRoom<Data> & { key: string }): Promise<{ room: Room<Data>; created: boolean }>
    /**
     * The room that you call so, of this tenant; null where there is none.
     *
     * @throws `invalid_request` for what can be no key.
     */
    find(of: { key: string; tenantId?: string | undefined }): Promise<Room<Data> | null>
    /**
     * A room as nobody in particular sees it.
     *
     * @throws `not_found` where there is no such room.
     */
    get(roomId: string): Promise<Room<Data>>
    /**
     * Changes name, description, picture, settings or data.
     *
     * @throws `not_found` where there is no such room, `too_large` for a text over its limit, `forbidden` for a private
     * room, of which only the data and whether it tells who has read what can be changed.
     */
    update(roomId: string, changes: UpdateRoom<Data>): Promise<Room<Data>>
    /**
     * Ends the room for everyone.
     *
     * @throws `not_found` where there is no such room.
     */
    delete(roomId: string): Promise<void>
    /**
     * How long this room keeps messages, whatever `retention` says: `{ days: 30 }` (1 to 36500), `{ days: null }` for ever, null as
     * `retention` says. It counts with the next `chat.purge`, which is done by itself where the option is given, be it `{}`.
     *
     * @throws `invalid_request` for other days, `not_found` where there is no such room.
     */
    setRetention(roomId: string, retention: RoomRetention | null): Promise<void>
  }
  /** The people of every room, and whether they are here. */
  members: {
    /**
     * The people of a room in the order in which they joined, with whether they have muted it, which nobody else is told:
     * whom to notify.
     *
     * @throws `not_found` where there is no such room; `invalid_request` for a cursor that is not of this list, and a limit
     * that is not 1 to 100.
     */
    list(roomId: string, page?: PageRequest): Promise<Page<HostMember>>
    /**
     * One of the people of a room, with whether they have muted it.
     *
     * @throws `not_found` where there is no such room, or they are not in it.
     */
    get(roomId: string, memberId: string): Promise<HostMember>
    /**
     * Adds somebody, whom nobody asks first.
     *
     * @throws `not_found` where there is no such room, or nobody of its tenant with that id, `conflict` for a private room
     * and one that is full.
     */
    add(roomId: string, member: AddMember): Promise<HostMember>
    /**
     * Changes role, permissions or silence.
     *
     * @throws `not_found` where there is no such room, or they are not in it, `invalid_request` for an end of silence that
     * has passed, `conflict` for the last owner who would be none, and in a private room.
     */
    update(
      roomId: string,
      memberId: string,
      changes: Pick<UpdateMember, 'role' | 'permissions' | 'silencedUntil'>,
    ): Promise<HostMember>
    /**
     * Who is removed from a public room is banned from it unless `ban` is false.
     *
     * @throws `not_found` where there is no such room, or they are not in it, `conflict` in a private room.
     */
    remove(roomId: string, memberId: string, options?: { ban?: boolean }): Promise<void>
    /**
     * Who has a socket now, on any server, in the order of `userIds`, of which there may be 1,000. Read from the database,
     * which knows within a moment that somebody came, within two seconds that somebody went, and within 30 that a server
     * was killed. Ids of nobody are not present.
     *
     * @throws `invalid_request` for more than 1,000, and for what can be no id.
     */
    presence(userIds: string[]): Promise<UserPresence[]>
  }
  /** Who is kept out of a room. */
  bans: {
    /**
     * Who is kept out of a room, in the order of their ids; bans that have ended are none.
     *
     * @throws `not_found` where there is no such room, `conflict` for a private one; `invalid_request` for a cursor that is
     * not of this list, and a limit that is not 1 to 100.
     */
    list(roomId: string, page?: PageRequest): Promise<Page<Ban>>
    /**
     * Removes somebody, if they are in, and keeps them out: users do not add them again, `chat.system` may.
     *
     * @throws `invalid_request` for an end that has passed, `not_found` where there is no such room or person, `conflict`
     * for an owner and in a private room.
     */
    set(roomId: string, memberId: string, ban?: SetBan): Promise<Ban>
    /**
     * Lets them in again.
     *
     * @throws `not_found` where there is no such room, or they are not banned, `conflict` in a private room.
     */
    remove(roomId: string, memberId: string): Promise<void>
  }
  /** Links that let people into groups and channels. */
  invites: {
    /**
     * The links of a room, newest first, without their codes; those that have ended are none.
     *
     * @throws `not_found` where there is no such room, `conflict` for a private one; `invalid_request` for a cursor that is
     * not of this list, and a limit that is not 1 to 100.
     */
    list(roomId: string, page?: PageRequest): Promise<Page<Invite>>
    /**
     * Makes a link that is nobody's; its code is told this once.
     *
     * @throws `invalid_request` for an end that has passed, `not_found` where there is no such room, `conflict` for a private
     * one, and where `limits.invitesPerRoom` stand.
     */
    create(roomId: string, invite?: CreateInvite): Promise<NewInvite>
    /**
     * Revokes any link.
     *
     * @throws `not_found` where there is no such room or link, `conflict` for a private room.
     */
    remove(roomId: string, inviteId: string): Promise<void>
  }
  /** What is said in every room, and what you say there. */
  messages: {
    /**
     * A page of the history, ascending; the newest unless `position` says otherwise.
     *
     * @throws `not_found` where there is no such room, `invalid_request` for more than one of before, after and around.
     */
    list(roomId: string, position?: MessagePosition): Promise<MessagePage<Data>>
    /**
     * Messages of people that contain `q`, newest first.
     *
     * @throws `not_found` where there is no such room; `invalid_request` for a cursor that is not of this list, and a limit
     * that is not 1 to 100.
     */
    search(roomId: string, options: PageRequest & { q: string }): Promise<Page<Message<Data>>>
    /**
     * A message as it is now; one that was deleted is a tombstone.
     *
     * @throws `not_found` where there is no such room or message.
     */
    get(roomId: string, messageId: string): Promise<Message<Data>>
    /**
     * A message of kind `system`, by nobody; or, with `as`, one under a name and a picture of its own: a bot's, say.
     *
     * @throws `invalid_request` for nothing to say, and for a quote, a mention or media that do not fit, `too_large`,
     * `conflict` where what it answers or forwards is gone, `idempotency_conflict` for the same `clientId` with another body,
     * `not_found` where there is no such room, or nothing of what is to be forwarded.
     */
    send(roomId: string, message: HostMessage<Data>): Promise<Message<Data>>
    /**
     * Changes the text, whom it mentions, or the data; what is left out stays.
     *
     * @throws `invalid_request` for nothing to say, and for a mention that does not fit, `too_large`, `conflict` for a
     * deleted message, `not_found` where there is no such room or message.
     */
    edit(roomId: string, messageId: string, changes: EditMessage<Data>): Promise<Message<Data>>
    /**
     * What a message said before it was edited, newest first.
     *
     * @throws `not_found` where there is no such room or message, and where nothing is kept (`options.editHistory`);
     * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    edits(roomId: string, messageId: string, page?: PageRequest): Promise<Page<MessageEdit<Data>>>
    /**
     * Who has read a message, the latest reader first, without its author, and without those who came later; also where the
     * room has no `readReceipts`.
     *
     * @throws `not_found` where there is no such room or message; `invalid_request` for a cursor that is not of this list,
     * and a limit that is not 1 to 100.
     */
    readers(roomId: string, messageId: string, page?: PageRequest): Promise<Page<HostMember>>
    /**
     * Deletes it; a tombstone stays.
     *
     * @throws `not_found` where there is no such room or message.
     */
    delete(roomId: string, messageId: string): Promise<void>
  }
  /** What you say in rooms later; it is sent once, by whichever server is there. What people are to say stays theirs alone. */
  scheduled: {
    /**
     * Yours in a room: those that are yet to be sent, and those that could not be when it was time, in the order of `sendAt`.
     *
     * @throws `not_found` where there is no such room, and none of yours; `invalid_request` for a cursor that is not of this list,
     * and a limit that is not 1 to 100.
     */
    list(roomId: string, page?: PageRequest): Promise<Page<ScheduledMessage<Data>>>
    /**
     * Keeps a message until `sendAt`: one of kind `system`, or, with `as`, one under a name and a picture of its own. There may be
     * as many as you like. With a `clientId` it may be called again.
     *
     * @throws `invalid_request` for a time that has passed or is more than `limits.scheduledDays` ahead, and for nothing to say,
     * `too_large`, `idempotency_conflict` for the same `clientId` with another body, `not_found` where there is no such room.
     */
    create(roomId: string, message: HostScheduleMessage<Data>): Promise<ScheduledMessage<Data>>
    /**
     * Changes what it says, or when it is sent; with a new time one that failed is sent after all.
     *
     * @throws `invalid_request` for a time as of a new one, and for nothing to say, `too_large`, `not_found` once it was sent.
     */
    update(roomId: string, id: string, changes: EditScheduled<Data>): Promise<ScheduledMessage<Data>>
    /**
     * It is never sent.
     *
     * @throws `not_found` once it was sent.
     */
    cancel(roomId: string, id: string): Promise<void>
  }
  /** Messages that a room keeps in sight. */
  pins: {
    /**
     * The pinned messages of a room, newest pin first.
     *
     * @throws `not_found` where there is no such room; `invalid_request` for a cursor that is not of this list, and a limit
     * that is not 1 to 100.
     */
    list(roomId: string, page?: PageRequest): Promise<Page<Message<Data>>>
    /**
     * Pins a message, and says so in the room. One that is pinned already stays as it is.
     *
     * @throws `conflict` for a deleted message, one in which the chat says what happened, and where `limits.pinsPerRoom` are
     * pinned, `not_found` where there is no such room or message.
     */
    pin(roomId: string, messageId: string): Promise<Message<Data>>
    /**
     * Unpins a message; also where it is not pinned.
     *
     * @throws `not_found` where there is no such room or message.
     */
    unpin(roomId: string, messageId: string): Promise<void>
  }
  /** The replies to messages, each in the thread of its message; `messages.send` with a `threadId` sends one of yours. */
  threads: {
    /**
     * The replies to a message in its thread, ascending; the newest unless `position` says otherwise, by `threadSeq`.
     *
     * @throws `not_found` where there is no such room or message, and for a message that is a reply in a thread itself,
     * `invalid_request` for more than one of before, after and around.
     */
    list(roomId: string, messageId: string, position?: MessagePosition): Promise<MessagePage>
    /**
     * Who follows a thread and is in its room, in the order of their ids: whom to notify of a reply.
     *
     * @throws `not_found` where there is no such room or message, and for one that can have no thread; `invalid_request` for a
     * cursor that is not of this list, and a limit that is not 1 to 100.
     */
    followers(roomId: string, messageId: string, page?: PageRequest): Promise<Page<User>>
  }
  /** Every file. */
  media: {
    /**
     * What is known of a file: its name, type, size and URLs.
     *
     * @throws `not_found` where there is no such file.
     */
    get(mediaId: string): Promise<Media>
    /**
     * The bytes of a file, or of its thumbnail.
     *
     * @throws `not_found` where there is no such file, or it has no thumbnail.
     */
    read(mediaId: string, part?: 'content' | 'thumbnail'): Promise<Readable>
  }
  /** What those did who may do things to others. */
  audit: {
    /**
     * Who did what to whom in the chat's rooms, newest first; all of it, or of one room, one person, one actor or one
     * action.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(options?: PageRequest & AuditFilter): Promise<Page<AuditEntry>>
  }
  /** Of whom everything is being erased (`chat.eraseUser`), and was. */
  erasures: {
    /**
     * Newest first; with `unfinished` those alone that are not done.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(options?: PageRequest & { unfinished?: boolean }): Promise<Page<Erasure>>
    /**
     * How far one is.
     *
     * @throws `not_found` where there is no such erasure.
     */
    get(erasureId: string): Promise<Erasure>
  }
  /** Reported messages, and what is made of them. */
  reports: {
    /**
     * Reported messages, newest first, each with a copy of what was said.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(options?: PageRequest & ReportFilter): Promise<Page<Report>>
    /**
     * A reported message, with a copy of what was said.
     *
     * @throws `not_found` where there is no such report.
     */
    get(reportId: string): Promise<Report>
    /**
     * Says what is made of it, which is audited.
     *
     * @throws `not_found` where there is no such report, `invalid_request` for changes that are none.
     */
    update(reportId: string, changes: UpdateReport): Promise<Report>
  }
  /**
   * What somebody has to read, for a badge or an e-mail: exact, and without a count over any history.
   *
   * @throws `invalid_request` for what can be no id. Of nobody there is nothing to read.
   */
  unread(userId: string): Promise<Unread>
  /**
   * What changed in a room since a revision, as the events of the socket; for a copy that you keep up to date.
   *
   * @throws `not_found` where there is no such room, `invalid_request` for what is no whole number.
   */
  changes(roomId: string, options: { since: number; limit?: number }): Promise<Changes<Data>>
}

const people = inputList(id)
const keyedRoom = hostRoom.extend({ key: roomKey })
const keyOfTenant = z.object({ key: roomKey, tenantId: id.optional() })

export function systemApi(core: Core): SystemApi {
  const { rooms, roomStates, members, bans, messages, pins, search, media, changes, audit, reports, context } = core
  const { edits, readers, invites, threads, scheduled, erasures } = core
  const asUser = acting(core)
  const member = (roomId: string, memberId: string) => members.getForHost(checked(roomId), checked(memberId))
  return {
    rooms: {
      list: async (options = {}) => rooms.all(parse(pageOf, options)),
      create: async (input) => (await rooms.create(system, parse(hostRoom, input), 'host')).room,
      ensure: async (input) => rooms.ensure(parse(keyedRoom, input)),
      async find(of) {
        const { key, tenantId } = parse(keyOfTenant, of)
        return rooms.find(key, tenantId)
      },
      get: async (roomId) => rooms.get(system, checked(roomId)),
      update: async (roomId, input) => asUser.updateRoom(system, roomId, input),
      delete: async (roomId) => rooms.delete(system, checked(roomId)),
      setRetention: async (roomId, of) => rooms.setRetention(checked(roomId), parse(roomRetention, of)),
    },
    members: {
      list: async (roomId, options = {}) => members.listForHost(checked(roomId), parse(pageOf, options)),
      get: async (roomId, memberId) => member(roomId, memberId),
      async add(roomId, input) {
        const { user } = await asUser.addMember(system, roomId, input)
        return member(roomId, user.id)
      },
      async update(roomId, memberId, input) {
        await asUser.updateMember(system, roomId, memberId, input)
        return member(roomId, memberId)
      },
      remove: async (roomId, memberId, options = {}) =>
        members.remove(system, checked(roomId), checked(memberId), parse(removal, options)),
      async presence(userIds) {
        const found = await whereaboutsOf(context, parse(people, userIds))
        return found.map(({ userId, isPresent, lastSeenAt }) => {
          return { userId, online: isPresent, lastSeenAt: isPresent ? null : (lastSeenAt?.toISOString() ?? null) }
        })
      },
    },
    bans: {
      list: async (roomId, options = {}) => bans.list(system, checked(roomId), parse(pageOf, options)),
      set: async (roomId, memberId, input = {}) => asUser.setBan(system, roomId, memberId, input),
      remove: async (roomId, memberId) => bans.remove(system, checked(roomId), checked(memberId)),
    },
    invites: {
      list: async (roomId, options = {}) => invites.list(system, checked(roomId), parse(pageOf, options)),
      create: async (roomId, input = {}) => asUser.createInvite(system, roomId, input),
      remove: async (roomId, inviteId) => invites.remove(system, checked(roomId), checked(inviteId)),
    },
    messages: {
      list: async (roomId, position = {}) => messages.list(system, checked(roomId), parse(messagePosition, position)),
      search: async (roomId, options) => search.inRoom(system, checked(roomId), parse(messageSearch, options)),
      get: async (roomId, messageId) => messages.get(system, checked(roomId), checked(messageId)),
      send: async (roomId, input) => asUser.sendAsHost(roomId, input),
      edit: async (roomId, messageId, input) => asUser.edit(system, roomId, messageId, input),
      edits: async (roomId, messageId, options = {}) =>
        edits.list(system, checked(roomId), checked(messageId), parse(pageOf, options)),
      readers: async (roomId, messageId, options = {}) =>
        readers.listForHost(checked(roomId), checked(messageId), parse(pageOf, options)),
      delete: async (roomId, messageId) => messages.delete(system, checked(roomId), checked(messageId)),
    },
    scheduled: {
      list: async (roomId, options = {}) => scheduled.list(system, checked(roomId), parse(pageOf, options)),
      create: async (roomId, input) => asUser.scheduleAsHost(roomId, input),
      update: async (roomId, id, changes) => asUser.editScheduled(system, roomId, id, changes),
      cancel: async (roomId, id) => scheduled.cancel(system, checked(roomId), checked(id)),
    },
    pins: {
      list: async (roomId, options = {}) => pins.list(system, checked(roomId), parse(pageOf, options)),
      pin: async (roomId, messageId) => asUser.pin(system, roomId, messageId),
      unpin: async (roomId, messageId) => pins.unpin(system, checked(roomId), checked(messageId)),
    },
    threads: {
      list: async (roomId, messageId, position = {}) =>
        threads.list(system, checked(roomId), checked(messageId), parse(messagePosition, position)),
      followers: async (roomId, messageId, options = {}) =>
        threads.followers(checked(roomId), checked(messageId), parse(pageOf, options)),
    },
    media: {
      get: async (mediaId) => media.get(system, checked(mediaId)),
      async read(mediaId, part = 'content') {
        const { key } = await media.open(system, checked(mediaId), part)
        return media.read(key)
      },
    },
    audit: {
      list: async (options = {}) => audit.list(parse(auditPage, options)),
    },
    erasures: {
      list: async (options = {}) => erasures.list(parse(erasuresPage, options)),
      get: async (erasureId) => erasures.get(checked(erasureId)),
    },
    reports: {
      list: async (options = {}) => reports.list(parse(reportsPage, options)),
      get: async (reportId) => reports.get(checked(reportId)),
      update: async (reportId, input) => reports.update(system, checked(reportId), parse(updateReport, input)),
    },
    unread: async (userId) => roomStates.unread(checked(userId)),
    changes: async (roomId, options) => changes.since(system, checked(roomId), parse(sinceRevision, options)),
  }
}
