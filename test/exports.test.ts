import { readFileSync } from 'node:fs'
import * as library from 'express-chat'
import * as client from 'express-chat/client'
import * as hooks from 'express-chat/react'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

// What is listed here is a promise: taking a name away is a major version.
describe('the library exports', () => {
  it('these values', () => {
    expect(Object.keys(library).sort()).toMatchInlineSnapshot(`
      [
        "ChatError",
        "SetupError",
        "anyText",
        "createChatRouter",
        "defaultLimits",
        "defaultMediaTypes",
        "diskStorage",
        "emoji",
        "jwtUser",
        "likeDislike",
        "memoryBus",
        "postgresBus",
        "redisBus",
        "reject",
        "roomPresets",
        "statementName",
      ]
    `)
  })

  it('these types', () => {
    expect(typesExportedBy('src/index.ts')).toMatchInlineSnapshot(`
      [
        "AddMember",
        "AddReaction",
        "Algorithm",
        "AuditAction",
        "AuditEntry",
        "AuditFilter",
        "Ban",
        "BeforeHooks",
        "Block",
        "Bus",
        "ByteRange",
        "CanSee",
        "Changes",
        "Chat",
        "ChatApi",
        "ChatOptions",
        "ChatPrismaClient",
        "ChatStorage",
        "ContactPolicy",
        "ContactVerdict",
        "ControlFrame",
        "CreateReport",
        "CreateRoom",
        "Directory",
        "DiskStorageOptions",
        "Docs",
        "DurableEvent",
        "EditMessage",
        "EndSubscription",
        "EphemeralEvent",
        "EventObserver",
        "FoundMessage",
        "HostMember",
        "HostUser",
        "InTransaction",
        "IsModerator",
        "IsStillWelcome",
        "JwtHeader",
        "JwtPayload",
        "JwtUserOptions",
        "Limits",
        "Logger",
        "Me",
        "Media",
        "Member",
        "Message",
        "MessagePage",
        "MessagePosition",
        "Middleware",
        "ModerationApi",
        "ObservedEvent",
        "OwnReport",
        "Page",
        "PageRequest",
        "Permission",
        "Permissions",
        "PersonalEvent",
        "PostgresBusOptions",
        "PostgresClient",
        "Problem",
        "ProblemCode",
        "ProblemPart",
        "Question",
        "Rate",
        "Reaction",
        "ReactionCause",
        "ReactionContext",
        "ReactionCount",
        "ReactionPolicy",
        "ReadMany",
        "ReadManyAnswer",
        "RedisBusOptions",
        "RedisClient",
        "ReplyTo",
        "Report",
        "ReportFilter",
        "ReportStatus",
        "ReportedMedia",
        "ReportedMessage",
        "ResolveUser",
        "ResolvedUser",
        "Role",
        "Room",
        "RoomCreated",
        "RoomLeftReason",
        "RoomPreset",
        "RoomPresets",
        "RoomRequest",
        "RoomType",
        "SearchMessages",
        "SecurityScheme",
        "SecuritySchemes",
        "SendMessage",
        "SetBan",
        "SignedUrlOptions",
        "SomeLimits",
        "SomePermissions",
        "SweepResult",
        "SystemApi",
        "SystemMessage",
        "SystemMessageType",
        "SystemText",
        "Ticket",
        "Unread",
        "UnreadRoom",
        "UpdateMember",
        "UpdateReport",
        "UpdateRoom",
        "UpdateUser",
        "Upload",
        "UploadedFile",
        "User",
        "UserPresence",
        "Viewer",
        "Welcome",
        "WelcomeRoom",
        "WhoReacts",
      ]
    `)
  })
})

describe('the client exports', () => {
  it('these values', () => {
    expect(Object.keys(client).sort()).toMatchInlineSnapshot(`
      [
        "ChatClientError",
        "createChatClient",
      ]
    `)
  })

  it('these types', () => {
    expect(typesExportedBy('src/client/index.ts')).toMatchInlineSnapshot(`
      [
        "AddMember",
        "AuditAction",
        "AuditEntry",
        "AuditFilter",
        "Ban",
        "Bans",
        "Block",
        "BlockList",
        "Blocks",
        "Changes",
        "ChatClient",
        "ChatClientErrorCode",
        "ChatClientErrorDetails",
        "ChatClientOptions",
        "ChatClientStorage",
        "ChatEvent",
        "ConnectionState",
        "ConnectionStatus",
        "CreateReport",
        "CreateRoom",
        "Credentials",
        "Draft",
        "DurableEvent",
        "EditMessage",
        "EphemeralEvent",
        "FoundMessage",
        "Me",
        "Media",
        "MediaFiles",
        "Member",
        "MemberList",
        "Members",
        "Message",
        "MessageWindow",
        "Messages",
        "ModeratedRoom",
        "Moderation",
        "MyProfile",
        "NativeFile",
        "OwnReport",
        "Page",
        "PageRequest",
        "Permission",
        "Permissions",
        "PersonalEvent",
        "Presence",
        "PresenceState",
        "Problem",
        "ProblemCode",
        "ProblemPart",
        "Rate",
        "Reaction",
        "ReactionCause",
        "ReactionCount",
        "ReplyTo",
        "Report",
        "ReportFilter",
        "ReportStatus",
        "ReportedMedia",
        "ReportedMessage",
        "RequestList",
        "Requests",
        "Role",
        "Room",
        "RoomHandle",
        "RoomLeftReason",
        "RoomList",
        "RoomRequest",
        "RoomState",
        "RoomType",
        "Rooms",
        "SearchMessages",
        "SetBan",
        "ShownMessage",
        "SomePermissions",
        "SystemMessage",
        "SystemMessageType",
        "Topic",
        "Typing",
        "UnreadTotal",
        "UpdateReport",
        "UpdateRoom",
        "UpdateUser",
        "UploadOptions",
        "User",
        "Users",
        "WebSocketLike",
        "WelcomeLimits",
      ]
    `)
  })
})

describe('the hooks export', () => {
  it('these values', () => {
    expect(Object.keys(hooks).sort()).toMatchInlineSnapshot(`
      [
        "ChatProvider",
        "useAudit",
        "useBans",
        "useBlocks",
        "useChatClient",
        "useConnection",
        "useMe",
        "useMediaSource",
        "useMembers",
        "useMessageSearch",
        "useMessages",
        "usePresence",
        "usePublicRooms",
        "useReports",
        "useRequests",
        "useRoom",
        "useRooms",
        "useSearch",
        "useTopic",
        "useTyping",
        "useUnread",
        "useUpload",
        "useUser",
        "useUserSearch",
      ]
    `)
  })

  it('these types', () => {
    expect(typesExportedBy('src/react/index.ts')).toMatchInlineSnapshot(`
      [
        "ChatProviderProps",
        "Listing",
        "Uploading",
        "Uploads",
      ]
    `)
  })
})

function typesExportedBy(path: string): string[] {
  const { statements } = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  const names = statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause)) {
      throw new Error(`${path} exports by name only`)
    }
    const { elements } = statement.exportClause
    return elements.filter(({ isTypeOnly }) => isTypeOnly || statement.isTypeOnly).map(({ name }) => name.text)
  })
  return names.sort()
}
