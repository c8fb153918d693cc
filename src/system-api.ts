import type { Readable } from 'node:stream'
import {
  acting,
  auditPage,
  checked,
  messagePosition,
  messageSearch,
  pageOf,
  removal,
  reportsPage,
  sinceRevision,
} from './api-input.js'
import type { AuditEntry, AuditFilter } from './contract/audit.js'
import type { Ban, SetBan } from './contract/bans.js'
import type { Changes } from './contract/events.js'
import { id, inputList, type Page, type PageRequest } from './contract/fields.js'
import type { Media } from './contract/media.js'
import type { AddMember, HostMember, UpdateMember } from './contract/members.js'
import type { EditMessage, Message, MessagePage, SendMessage } from './contract/messages.js'
import { parse } from './contract/parse.js'
import { type Report, type ReportFilter, type UpdateReport, updateReport } from './contract/reports.js'
import { type CreateRoom, createRoom, type Room, type UpdateRoom } from './contract/rooms.js'
import { system } from './core/actor.js'
import type { Core } from './core/create-core.js'
import type { MessagePosition } from './core/history.js'
import type { Unread } from './core/rooms.js'
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

/** What the host's own code does and asks, as nobody in particular. */
export interface SystemApi {
  /** Every room. */
  rooms: {
    /** Every room there is, last active first. */
    list(page?: PageRequest): Promise<Page<Room>>
    /**
     * The first of `userIds` becomes the owner. A private room takes both its people. A group or channel made without people
     * is nobody's: who joins is a member of it, nobody inherits it, and it outlives its members. All are of one tenant, whose
     * the room is then; `tenantId` says whose it is where nobody is in it yet.
     */
    create(room: CreateRoom & { tenantId?: string | undefined }): Promise<Room>
    /** One of them; `not_found` where it is not there for who asks. */
    get(roomId: string): Promise<Room>
    /** Changes name, description, picture or settings. */
    update(roomId: string, changes: UpdateRoom): Promise<Room>
    /** Ends the room for everyone. */
    delete(roomId: string): Promise<void>
  }
  /** The people of every room, and whether they are here. */
  members: {
    /** With whether they have muted the room, which nobody else is told: whom to notify. */
    list(roomId: string, page?: PageRequest): Promise<Page<HostMember>>
    /** One of them; `not_found` where it is not there for who asks. */
    get(roomId: string, memberId: string): Promise<HostMember>
    /** Adds somebody, whom nobody asks first. */
    add(roomId: string, member: AddMember): Promise<HostMember>
    /** Changes role, permissions or silence. */
    update(
      roomId: string,
      memberId: string,
      changes: Pick<UpdateMember, 'role' | 'permissions' | 'silencedUntil'>,
    ): Promise<HostMember>
    /** Who is removed from a public room is banned from it unless `ban` is false. */
    remove(roomId: string, memberId: string, options?: { ban?: boolean }): Promise<void>
    /**
     * Who has a socket now, on any server, in the order of `userIds`, of which there may be 1,000. Read from the database,
     * which knows within a moment that somebody came, within two seconds that somebody went, and within 30 that a server
     * was killed. Ids of nobody are not present.
     */
    presence(userIds: string[]): Promise<UserPresence[]>
  }
  /** Who is kept out of a room. */
  bans: {
    /** A page of them; `not_found` where there is no such thing for who asks. */
    list(roomId: string, page?: PageRequest): Promise<Page<Ban>>
    /** Removes somebody, if they are in, and keeps them out: users do not add them again, `chat.system` may. */
    set(roomId: string, memberId: string, ban?: SetBan): Promise<Ban>
    /** Lets them in again. */
    remove(roomId: string, memberId: string): Promise<void>
  }
  /** What is said in every room, and what you say there. */
  messages: {
    /** A page of them; `not_found` where there is no such thing for who asks. */
    list(roomId: string, position?: MessagePosition): Promise<MessagePage>
    /** Messages of people that contain `q`, newest first. */
    search(roomId: string, options: PageRequest & { q: string }): Promise<Page<Message>>
    /** One of them; `not_found` where it is not there for who asks. */
    get(roomId: string, messageId: string): Promise<Message>
    /** A message of kind `system`, by nobody. */
    send(roomId: string, message: SendMessage): Promise<Message>
    /** Changes the text, the mentions or both; what is left out stays. */
    edit(roomId: string, messageId: string, changes: EditMessage): Promise<Message>
    /** Deletes it; a tombstone stays. */
    delete(roomId: string, messageId: string): Promise<void>
  }
  /** Every file. */
  media: {
    /** One of them; `not_found` where it is not there for who asks. */
    get(mediaId: string): Promise<Media>
    /** The bytes of a file, or of its thumbnail. */
    read(mediaId: string, part?: 'content' | 'thumbnail'): Promise<Readable>
  }
  /** What those did who may do things to others. */
  audit: {
    /** Who did what to whom in the chat's rooms, newest first; all of it, or of one room, one person, one actor or one action. */
    list(options?: PageRequest & AuditFilter): Promise<Page<AuditEntry>>
  }
  /** Reported messages, and what is made of them. */
  reports: {
    /** Reported messages, newest first. */
    list(options?: PageRequest & ReportFilter): Promise<Page<Report>>
    /** One of them; `not_found` where it is not there for who asks. */
    get(reportId: string): Promise<Report>
    /** Says what is made of it, which is audited. */
    update(reportId: string, changes: UpdateReport): Promise<Report>
  }
  /** What somebody has to read, for a badge or an e-mail: exact, and without a count over any history. */
  unread(userId: string): Promise<Unread>
  /** What changed in a room since a revision, as the events of the socket; for a copy that you keep up to date. */
  changes(roomId: string, options: { since: number; limit?: number }): Promise<Changes>
}

const people = inputList(id)

export function systemApi(core: Core): SystemApi {
  const { rooms, members, bans, messages, search, media, changes, audit, reports, context } = core
  const asUser = acting(core)
  const member = (roomId: string, memberId: string) => members.getForHost(checked(roomId), checked(memberId))
  return {
    rooms: {
      list: async (options = {}) => rooms.all(parse(pageOf, options)),
      async create(input) {
        const { tenantId, ...room } = parse(createRoom.extend({ tenantId: id.optional() }), input)
        return (await rooms.create(system, room, tenantId)).room
      },
      get: async (roomId) => rooms.get(system, checked(roomId)),
      update: async (roomId, input) => asUser.updateRoom(system, roomId, input),
      delete: async (roomId) => rooms.delete(system, checked(roomId)),
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
    messages: {
      list: async (roomId, position = {}) => messages.list(system, checked(roomId), parse(messagePosition, position)),
      search: async (roomId, options) => search.inRoom(system, checked(roomId), parse(messageSearch, options)),
      get: async (roomId, messageId) => messages.get(system, checked(roomId), checked(messageId)),
      send: async (roomId, input) => asUser.send(system, roomId, input),
      edit: async (roomId, messageId, input) => asUser.edit(system, roomId, messageId, input),
      delete: async (roomId, messageId) => messages.delete(system, checked(roomId), checked(messageId)),
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
    reports: {
      list: async (options = {}) => reports.list(parse(reportsPage, options)),
      get: async (reportId) => reports.get(checked(reportId)),
      update: async (reportId, input) => reports.update(system, checked(reportId), parse(updateReport, input)),
    },
    unread: async (userId) => rooms.unread(checked(userId)),
    changes: async (roomId, options) => changes.since(system, checked(roomId), parse(sinceRevision, options)),
  }
}
