import { z } from 'zod'
import { auditEntry } from '../contract/audit.js'
import { ban, setBan } from '../contract/bans.js'
import { block } from '../contract/blocks.js'
import { changes, durableEvent } from '../contract/events.js'
import { listOf } from '../contract/fields.js'
import { ticket } from '../contract/frames.js'
import { media } from '../contract/media.js'
import { addMember, me, member, readMany, readManyAnswer, silenceMember, updateMember } from '../contract/members.js'
import { editMessage, message, messagePage, sendMessage } from '../contract/messages.js'
import { permissions, role, roomType, somePermissions } from '../contract/permissions.js'
import { problem } from '../contract/problems.js'
import { addReaction, reaction, reactionCount } from '../contract/reactions.js'
import { createReport, ownReport, report, updateReport } from '../contract/reports.js'
import { createRoom, room, updateRoom } from '../contract/rooms.js'
import { foundMessage } from '../contract/search.js'
import { updateUser, user } from '../contract/users.js'

const messageList = listOf(message)

/** The schemas of the contract under the names that the API's documents give them. */
export const components = {
  User: user,
  UserList: listOf(user),
  UpdateUser: updateUser,
  Block: block,
  BlockList: listOf(block),
  Room: room,
  RoomList: listOf(room),
  RoomType: roomType,
  CreateRoom: createRoom,
  UpdateRoom: updateRoom,
  Me: me,
  Member: member,
  MemberList: listOf(member),
  Role: role,
  Permissions: permissions,
  SomePermissions: somePermissions,
  AddMember: addMember,
  UpdateMember: updateMember,
  SilenceMember: silenceMember,
  Ban: ban,
  BanList: listOf(ban),
  SetBan: setBan,
  ReadMany: readMany,
  ReadManyAnswer: readManyAnswer,
  Message: message,
  MessageList: messageList,
  MessagePage: messagePage,
  MessagePageOrList: z.union([messagePage, messageList]),
  FoundMessage: foundMessage,
  FoundMessageList: listOf(foundMessage),
  SendMessage: sendMessage,
  EditMessage: editMessage,
  Media: media,
  Reaction: reaction,
  ReactionCount: reactionCount,
  ReactionList: listOf(reaction),
  AddReaction: addReaction,
  CreateReport: createReport,
  OwnReport: ownReport,
  Report: report,
  ReportList: listOf(report),
  UpdateReport: updateReport,
  AuditEntry: auditEntry,
  AuditEntryList: listOf(auditEntry),
  DurableEvent: durableEvent,
  Changes: changes,
  Ticket: ticket,
  Problem: problem,
} as const satisfies Record<string, z.ZodType>

export type JsonSchema = z.core.JSONSchema.JSONSchema

export const refTo = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` })

/** What the documents say of a schema beside what it accepts. */
interface Said {
  description?: string | undefined
  example?: unknown
}

/** As JSON Schema, each naming the others. In a registry of our own: a host's schemas have ids of theirs in the global one. */
export function jsonSchemasOf(
  named: Record<string, z.ZodType>,
  target: 'draft-2020-12' | 'draft-7',
  saidOf: (name: string) => Said,
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { target, uri: (id) => refTo(id).$ref, override })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => {
      const { description, example } = saidOf(name)
      return [name, { ...(description ? { description } : {}), ...schema, examples: [example] }]
    }),
  )
}

/** Leaves out what zod adds of its own: it says nothing that the format or type does not. */
export function override({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}
