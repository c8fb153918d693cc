import type { Readable } from 'node:stream'
import { z } from 'zod'
import type { Changes } from './contract/events.js'
import { id, type List, type Page, page, searchText, whole } from './contract/fields.js'
import type { Media } from './contract/media.js'
import { type AddMember, addMember, type Me, type Member, type UpdateMember, updateMember } from './contract/members.js'
import { editMessage, type Message, type MessagePage, type SendMessage, sendMessage } from './contract/messages.js'
import { parse } from './contract/parse.js'
import { type RoomType, roomType } from './contract/permissions.js'
import { addReaction, type Reaction } from './contract/reactions.js'
import { type CreateRoom, createRoom, type Room, type UpdateRoom, updateRoom } from './contract/rooms.js'
import { type UpdateUser, type User, updateUser } from './contract/users.js'
import { type Actor, system } from './core/actor.js'
import type { Core } from './core/create-core.js'
import type { MessagePosition } from './core/history.js'
import type { HostUser } from './core/hooks.js'
import type { Upload } from './core/media.js'

/**
 * The use-cases for the host's own code, with the same rules and the same errors (`ChatError`) as for clients. `userId`
 * is who acts. Limits hold here too, rates do not.
 */
export interface ChatApi {
  rooms: {
    list(userId: string, options?: Page & { type?: RoomType }): Promise<List<Room>>
    listPublic(userId: string, options?: Page & { q?: string }): Promise<List<Room>>
    create(userId: string, room: CreateRoom): Promise<Room>
    get(userId: string, roomId: string): Promise<Room>
    update(userId: string, roomId: string, changes: UpdateRoom): Promise<Room>
    delete(userId: string, roomId: string): Promise<void>
  }
  members: {
    list(userId: string, roomId: string, page?: Page): Promise<List<Member>>
    get(userId: string, roomId: string, memberId: string): Promise<Member>
    /** Adds somebody; with one's own id, joins a public room. */
    add(userId: string, roomId: string, member: AddMember): Promise<Member>
    update(userId: string, roomId: string, memberId: string, changes: UpdateMember): Promise<Member>
    /** Removes somebody; with one's own id, leaves. */
    remove(userId: string, roomId: string, memberId: string): Promise<void>
    markRead(userId: string, roomId: string, seq: number): Promise<Me>
  }
  messages: {
    list(userId: string, roomId: string, position?: MessagePosition): Promise<MessagePage>
    search(userId: string, roomId: string, options: Page & { q: string }): Promise<List<Message>>
    get(userId: string, roomId: string, messageId: string): Promise<Message>
    /** Resolves once it is committed. With a `clientId` it may be called again without becoming two messages. */
    send(userId: string, roomId: string, message: SendMessage): Promise<Message>
    edit(userId: string, roomId: string, messageId: string, changes: { text: string }): Promise<Message>
    delete(userId: string, roomId: string, messageId: string): Promise<void>
  }
  reactions: {
    add(userId: string, roomId: string, messageId: string, reaction: string): Promise<Reaction>
    list(userId: string, roomId: string, messageId: string, page?: Page): Promise<List<Reaction>>
    remove(userId: string, roomId: string, messageId: string, reactionId: string): Promise<void>
    mine(userId: string, page?: Page): Promise<List<Reaction>>
  }
  media: {
    /** Takes a file in as this user's, to be sent or shown as a picture of a person or a room. */
    upload(userId: string, file: Upload): Promise<Media>
    get(userId: string, mediaId: string): Promise<Media>
    /** Its bytes, for whom it is there. */
    read(userId: string, mediaId: string, part?: 'content' | 'thumbnail'): Promise<Readable>
  }
  users: {
    /** Tells the chat of a user before that user was ever here, or of a new name. */
    save(user: HostUser): Promise<User>
    get(userId: string): Promise<User>
    search(options?: Page & { q?: string }): Promise<List<User>>
    update(userId: string, changes: UpdateUser): Promise<User>
  }
  changes(userId: string, roomId: string, options: { since: number; limit?: number }): Promise<Changes>
  /** The host itself acts: no membership and no permission is asked for, no `before` hook is called. */
  system: {
    rooms: {
      /** Every room there is, last active first. */
      list(page?: Page): Promise<List<Room>>
      /** The first of `userIds` becomes the owner. A private room takes both its people. */
      create(room: CreateRoom): Promise<Room>
      get(roomId: string): Promise<Room>
      update(roomId: string, changes: UpdateRoom): Promise<Room>
      delete(roomId: string): Promise<void>
    }
    members: {
      list(roomId: string, page?: Page): Promise<List<Member>>
      add(roomId: string, member: AddMember): Promise<Member>
      update(roomId: string, memberId: string, changes: Pick<UpdateMember, 'role' | 'permissions'>): Promise<Member>
      remove(roomId: string, memberId: string): Promise<void>
    }
    messages: {
      list(roomId: string, position?: MessagePosition): Promise<MessagePage>
      /** A message of kind `system`, by nobody. */
      send(roomId: string, message: SendMessage): Promise<Message>
      edit(roomId: string, messageId: string, changes: { text: string }): Promise<Message>
      delete(roomId: string, messageId: string): Promise<void>
    }
  }
}

const pageOf = z.object(page)
const roomsPage = pageOf.extend({ type: roomType.optional() })
const searchPage = pageOf.extend({ q: searchText.optional() })
const messageSearch = pageOf.extend({ q: searchText })
const messagePosition = z.object({
  before: whole.optional(),
  after: whole.optional(),
  around: whole.optional(),
  limit: page.limit,
})
const sinceRevision = z.object({ since: whole, limit: page.limit })
const addressable = z.object({ id: id.refine((value) => value !== 'me', 'stands for the caller in paths') })

export function chatApi(core: Core): ChatApi {
  const { rooms, members, messages, reactions, users, media, changes } = core
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
    members: {
      list: async (userId, roomId, options = {}) =>
        members.list(checked(userId), checked(roomId), parse(pageOf, options)),
      get: async (userId, roomId, memberId) => members.get(checked(userId), checked(roomId), checked(memberId)),
      add: async (userId, roomId, input) => asUser.addMember(checked(userId), roomId, input),
      update: async (userId, roomId, memberId, input) => asUser.updateMember(checked(userId), roomId, memberId, input),
      remove: async (userId, roomId, memberId) => members.remove(checked(userId), checked(roomId), checked(memberId)),
      markRead: async (userId, roomId, seq) => members.markRead(checked(userId), checked(roomId), parse(whole, seq)),
    },
    messages: {
      list: async (userId, roomId, position = {}) =>
        messages.list(checked(userId), checked(roomId), parse(messagePosition, position)),
      search: async (userId, roomId, options) =>
        messages.search(checked(userId), checked(roomId), parse(messageSearch, options)),
      get: async (userId, roomId, messageId) => messages.get(checked(userId), checked(roomId), checked(messageId)),
      send: async (userId, roomId, input) => asUser.send(checked(userId), roomId, input),
      edit: async (userId, roomId, messageId, input) => asUser.edit(checked(userId), roomId, messageId, input),
      delete: async (userId, roomId, messageId) =>
        messages.delete(checked(userId), checked(roomId), checked(messageId)),
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
        return users.get(id)
      },
      get: async (userId) => users.get(checked(userId)),
      search: async (options = {}) => users.search(parse(searchPage, options)),
      update: async (userId, input) => users.update(checked(userId), parse(updateUser, input)),
    },
    changes: async (userId, roomId, options) =>
      changes.since(checked(userId), checked(roomId), parse(sinceRevision, options)),
    system: {
      rooms: {
        list: async (options = {}) => rooms.all(parse(pageOf, options)),
        create: async (room) => asUser.createRoom(system, room),
        get: async (roomId) => rooms.get(system, checked(roomId)),
        update: async (roomId, input) => asUser.updateRoom(system, roomId, input),
        delete: async (roomId) => rooms.delete(system, checked(roomId)),
      },
      members: {
        list: async (roomId, options = {}) => members.list(system, checked(roomId), parse(pageOf, options)),
        add: async (roomId, input) => asUser.addMember(system, roomId, input),
        update: async (roomId, memberId, input) => asUser.updateMember(system, roomId, memberId, input),
        remove: async (roomId, memberId) => members.remove(system, checked(roomId), checked(memberId)),
      },
      messages: {
        list: async (roomId, position = {}) => messages.list(system, checked(roomId), parse(messagePosition, position)),
        send: async (roomId, input) => asUser.send(system, roomId, input),
        edit: async (roomId, messageId, input) => asUser.edit(system, roomId, messageId, input),
        delete: async (roomId, messageId) => messages.delete(system, checked(roomId), checked(messageId)),
      },
    },
  }
}

/** Prisma takes `{ id: undefined }` for "any": what JavaScript hosts give is checked like what clients send. */
const checked = (value: string): string => parse(id, value)

/** What takes an input, by a user or by the host itself. */
const acting = ({ rooms, members, messages }: Core) => ({
  createRoom: async (actor: Actor, room: CreateRoom) => (await rooms.create(actor, parse(createRoom, room))).room,
  updateRoom: (actor: Actor, roomId: string, input: UpdateRoom) =>
    rooms.update(actor, checked(roomId), parse(updateRoom, input)),
  addMember: async (actor: Actor, roomId: string, input: AddMember) =>
    (await members.add(actor, checked(roomId), parse(addMember, input))).member,
  updateMember: (actor: Actor, roomId: string, memberId: string, input: UpdateMember) =>
    members.update(actor, checked(roomId), checked(memberId), parse(updateMember, input)),
  send: async (actor: Actor, roomId: string, input: SendMessage) =>
    (await messages.send(actor, checked(roomId), parse(sendMessage, input))).message,
  edit: (actor: Actor, roomId: string, messageId: string, input: { text: string }) =>
    messages.edit(actor, checked(roomId), checked(messageId), parse(editMessage, input)),
})
