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
} from './api-input.js'
import type { Ban, SetBan } from './contract/bans.js'
import type { Block } from './contract/blocks.js'
import type { Changes } from './contract/events.js'
import { type Page, type PageRequest, whole } from './contract/fields.js'
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
import type { RoomType } from './contract/permissions.js'
import { addReaction, type Reaction } from './contract/reactions.js'
import { type CreateReport, createReport, type OwnReport } from './contract/reports.js'
import type { CreateRoom, Room, UpdateRoom } from './contract/rooms.js'
import type { FoundMessage, SearchMessages } from './contract/search.js'
import { type UpdateUser, type User, updateUser } from './contract/users.js'
import type { Core } from './core/create-core.js'
import type { MessagePosition } from './core/history.js'
import type { HostUser } from './core/hooks.js'
import type { Upload } from './core/media/media.js'
import { type ModerationApi, moderationApi } from './moderation-api.js'
import { type SystemApi, systemApi } from './system-api.js'

/**
 * The use-cases for the host's own code, with the same rules and the same errors (`ChatError`) as for clients. `userId`
 * is who acts. Limits hold here too, rates do not.
 */
export interface ChatApi {
  /** Rooms, as `userId` sees and changes them. */
  rooms: {
    /** Rooms that they are in, last active first. */
    list(userId: string, options?: PageRequest & { type?: RoomType }): Promise<Page<Room>>
    /** Public rooms of their tenant; `q` is a part of the name or the description. */
    listPublic(userId: string, options?: PageRequest & { q?: string }): Promise<Page<Room>>
    /** Makes a room; the private room of two people is one, and is given again. */
    create(userId: string, room: CreateRoom): Promise<Room>
    /** One of them; `not_found` where it is not there for who asks. */
    get(userId: string, roomId: string): Promise<Room>
    /** Changes name, description, picture or settings; needs `canEditRoom`. */
    update(userId: string, roomId: string, changes: UpdateRoom): Promise<Room>
    /** Ends the room for everyone; needs `canDeleteRoom`. */
    delete(userId: string, roomId: string): Promise<void>
  }
  /** Where `contact` says that people are asked first. */
  requests: {
    /** Rooms that somebody is asked into, the last one first; `request` tells who asks. */
    list(userId: string, page?: PageRequest): Promise<Page<Room>>
    /** Comes into a room that somebody asks them into; `not_found` where nobody does. */
    accept(userId: string, roomId: string): Promise<Room>
    /** It stays refused; whoever asked is not told. */
    refuse(userId: string, roomId: string): Promise<void>
  }
  /** Who is in a room, with which role and permissions, and how far they have read. */
  members: {
    /** A page of them; `not_found` where there is no such thing for who asks. */
    list(userId: string, roomId: string, page?: PageRequest): Promise<Page<Member>>
    /** One of them; `not_found` where it is not there for who asks. */
    get(userId: string, roomId: string, memberId: string): Promise<Member>
    /** Adds somebody; with one's own id, joins a public room. Of who is asked first, `isAsked` is true. */
    add(userId: string, roomId: string, member: AddMember): Promise<Member>
    /** Changes what one has set for oneself, or the role, permissions and silence of another. */
    update(userId: string, roomId: string, memberId: string, changes: UpdateMember): Promise<Member>
    /** Removes somebody; with one's own id, leaves. Who is removed from a public room is banned from it unless `ban` is false. */
    remove(userId: string, roomId: string, memberId: string, options?: { ban?: boolean }): Promise<void>
    /** Marks the room as read up to a message; the marker never moves back. */
    markRead(userId: string, roomId: string, seq: number): Promise<Me>
    /** The same of up to 500 rooms at once; gives the user's side of each that is theirs. */
    markManyRead(userId: string, rooms: ReadMany['rooms']): Promise<ReadManyAnswer['rooms']>
  }
  /** Who is kept out of a room; for who holds `canRemoveUsers`. */
  bans: {
    /** A page of them; `not_found` where there is no such thing for who asks. */
    list(userId: string, roomId: string, page?: PageRequest): Promise<Page<Ban>>
    /** Removes somebody, if they are in, and keeps them out. */
    set(userId: string, roomId: string, memberId: string, ban?: SetBan): Promise<Ban>
    /** Lets them in again. */
    remove(userId: string, roomId: string, memberId: string): Promise<void>
  }
  /** What is said in a room. */
  messages: {
    /** A page of the history, ascending; the newest unless `position` says otherwise. */
    list(userId: string, roomId: string, position?: MessagePosition): Promise<MessagePage>
    /** Messages of people that contain `q`, newest first. */
    search(userId: string, roomId: string, options: PageRequest & { q: string }): Promise<Page<Message>>
    /** One of them; `not_found` where it is not there for who asks. */
    get(userId: string, roomId: string, messageId: string): Promise<Message>
    /** Resolves once it is committed. With a `clientId` it may be called again without becoming two messages. */
    send(userId: string, roomId: string, message: SendMessage): Promise<Message>
    /** Changes the text, the mentions or both; what is left out stays. */
    edit(userId: string, roomId: string, messageId: string, changes: EditMessage): Promise<Message>
    /** Deletes it; a tombstone stays. */
    delete(userId: string, roomId: string, messageId: string): Promise<void>
    /** Tells the host's moderators of a message, once. */
    report(userId: string, roomId: string, messageId: string, report: CreateReport): Promise<OwnReport>
  }
  /** What people answer to a message with one sign. */
  reactions: {
    /** Reacts; one that stands already is given again. */
    add(userId: string, roomId: string, messageId: string, reaction: string): Promise<Reaction>
    /** Who reacted to a message, oldest first. */
    list(userId: string, roomId: string, messageId: string, page?: PageRequest): Promise<Page<Reaction>>
    /** Takes a reaction of one's own back. */
    remove(userId: string, roomId: string, messageId: string, reactionId: string): Promise<void>
    /** One's own reactions, newest first, in rooms that one is still in. */
    mine(userId: string, page?: PageRequest): Promise<Page<Reaction>>
  }
  /** Files, as `userId` may see them. */
  media: {
    /** Takes a file in as this user's, to be sent or shown as a picture of a person or a room. */
    upload(userId: string, file: Upload): Promise<Media>
    /** One of them; `not_found` where it is not there for who asks. */
    get(userId: string, mediaId: string): Promise<Media>
    /** Its bytes, for whom it is there. */
    read(userId: string, mediaId: string, part?: 'content' | 'thumbnail'): Promise<Readable>
  }
  /** People, as the chat knows them; without walls, since your own code asks. */
  users: {
    /** Tells the chat of a user before that user was ever here, or of a new name. */
    save(user: HostUser): Promise<User>
    /** One of them; `not_found` where it is not there for who asks. */
    get(userId: string): Promise<User>
    /** People by a part of their name. */
    search(options?: PageRequest & { q?: string }): Promise<Page<User>>
    /** Changes what they say of themselves. */
    update(userId: string, changes: UpdateUser): Promise<User>
  }
  /** Whom `userId` blocks. */
  blocks: {
    /** Whom the user blocks. */
    list(userId: string, page?: PageRequest): Promise<Page<Block>>
    /** From here on neither starts a private room with the other, adds the other to a room, or writes in their private room. */
    add(userId: string, blockedId: string): Promise<Block>
    /** Blocks them no more. */
    remove(userId: string, blockedId: string): Promise<void>
  }
  /**
   * Messages of all rooms that somebody is in, newest first. A page may hold less than was asked for, or nothing, and still
   * have a `nextCursor`: a search goes through so much at a time, and then begins a page of its own.
   */
  search(userId: string, options: SearchMessages): Promise<Page<FoundMessage>>
  /** What changed in a room since a revision, in its order; 0 for all of it. */
  changes(userId: string, roomId: string, options: { since: number; limit?: number }): Promise<Changes>
  /** For moderators: any room. */
  moderation: ModerationApi
  /** The host itself acts: no membership and no permission is asked for, no `before` hook is called. */
  system: SystemApi
}

export function chatApi(core: Core): ChatApi {
  const { rooms, requests, members, bans, readMarkers, messages, search, reactions, users, media, blocks, reports } =
    core
  const { changes } = core
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
    messages: {
      list: async (userId, roomId, position = {}) =>
        messages.list(checked(userId), checked(roomId), parse(messagePosition, position)),
      search: async (userId, roomId, options) =>
        search.inRoom(checked(userId), checked(roomId), parse(messageSearch, options)),
      get: async (userId, roomId, messageId) => messages.get(checked(userId), checked(roomId), checked(messageId)),
      send: async (userId, roomId, input) => asUser.send(checked(userId), roomId, input),
      edit: async (userId, roomId, messageId, input) => asUser.edit(checked(userId), roomId, messageId, input),
      delete: async (userId, roomId, messageId) =>
        messages.delete(checked(userId), checked(roomId), checked(messageId)),
      async report(userId, roomId, messageId, input) {
        const given = parse(createReport, input)
        return (await reports.add(checked(userId), checked(roomId), checked(messageId), given)).report
      },
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
    moderation: moderationApi(core),
    system: systemApi(core),
  }
}
