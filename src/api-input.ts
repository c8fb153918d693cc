import { z } from 'zod'
import { auditFilter } from './contract/audit.js'
import { type SetBan, setBan } from './contract/bans.js'
import { id, page, searchText, whole } from './contract/fields.js'
import { type CreateInvite, createInvite } from './contract/invites.js'
import { type AddMember, addMember, type UpdateMember, updateMember } from './contract/members.js'
import {
  type EditMessage,
  editMessage,
  type HostMessage,
  hostMessage,
  type SendMessage,
  sendMessage,
} from './contract/messages.js'
import { parse } from './contract/parse.js'
import { roomType } from './contract/permissions.js'
import { reportFilter } from './contract/reports.js'
import { type CreateRoom, createRoom, roomKey, type UpdateRoom, updateRoom } from './contract/rooms.js'
import {
  type EditScheduled,
  editScheduled,
  type HostScheduleMessage,
  hostScheduleMessage,
  type ScheduleMessage,
  scheduleMessage,
} from './contract/scheduled.js'
import { lookForSomething, looksForSomething, messageFilter } from './contract/search.js'
import { type Actor, system } from './core/actor.js'
import type { Core } from './core/create-core.js'

export const removal = z.object({ ban: z.boolean().optional() })
export const pageOf = z.object(page)
export const roomsPage = pageOf.extend({
  type: roomType.optional(),
  key: roomKey.optional(),
  pinned: z.boolean().optional(),
  archived: z.boolean().optional(),
})
export const auditPage = pageOf.extend(auditFilter)
export const reportsPage = pageOf.extend(reportFilter)
export const erasuresPage = pageOf.extend({ unfinished: z.boolean().optional() })
export const threadsPage = pageOf.extend({ unread: z.boolean().optional() })
export const searchPage = pageOf.extend({ q: searchText.optional() })
export const messageSearch = pageOf.extend({ q: searchText })
export const messagesEverywhere = pageOf.extend(messageFilter).refine(looksForSomething, lookForSomething)
export const messagePosition = z.object({
  before: whole.optional(),
  after: whole.optional(),
  around: whole.optional(),
  limit: page.limit,
})
export const sinceRevision = z.object({ since: whole, limit: page.limit })
export const addressable = z.object({ id: id.refine((value) => value !== 'me', 'stands for the caller in paths') })

/** Prisma takes `{ id: undefined }` for "any": what JavaScript hosts give is checked like what clients send. */
export const checked = (value: string): string => parse(id, value)

/** What takes an input, by a user or by the host itself. */
export const acting = ({ rooms, members, bans, invites, messages, pins, scheduled }: Core) => ({
  createRoom: async (actor: Actor, room: CreateRoom) =>
    (await rooms.create(actor, parse(createRoom, room), 'host')).room,
  updateRoom: (actor: Actor, roomId: string, input: UpdateRoom) =>
    rooms.update(actor, checked(roomId), parse(updateRoom, input), 'host'),
  addMember: async (actor: Actor, roomId: string, input: AddMember) =>
    (await members.add(actor, checked(roomId), parse(addMember, input), 'host')).member,
  updateMember: (actor: Actor, roomId: string, memberId: string, input: UpdateMember) =>
    members.update(actor, checked(roomId), checked(memberId), parse(updateMember, input)),
  setBan: async (actor: Actor, roomId: string, memberId: string, input: SetBan) =>
    (await bans.set(actor, checked(roomId), checked(memberId), parse(setBan, input))).ban,
  createInvite: (actor: Actor, roomId: string, input: CreateInvite) =>
    invites.create(actor, checked(roomId), parse(createInvite, input)),
  send: async (actor: Actor, roomId: string, input: SendMessage) =>
    (await messages.send(actor, checked(roomId), parse(sendMessage, input), 'host')).message,
  sendAsHost: async (roomId: string, input: HostMessage) =>
    (await messages.send(system, checked(roomId), parse(hostMessage, input), 'host')).message,
  edit: (actor: Actor, roomId: string, messageId: string, input: EditMessage) =>
    messages.edit(actor, checked(roomId), checked(messageId), parse(editMessage, input), 'host'),
  schedule: (userId: string, roomId: string, input: ScheduleMessage) =>
    scheduled.create(checked(userId), checked(roomId), parse(scheduleMessage, input), 'host'),
  scheduleAsHost: (roomId: string, input: HostScheduleMessage) =>
    scheduled.create(system, checked(roomId), parse(hostScheduleMessage, input), 'host'),
  editScheduled: (actor: Actor, roomId: string, id: string, input: EditScheduled) =>
    scheduled.update(actor, checked(roomId), checked(id), parse(editScheduled, input), 'host'),
  pin: async (actor: Actor, roomId: string, messageId: string) =>
    (await pins.pin(actor, checked(roomId), checked(messageId))).message,
})
