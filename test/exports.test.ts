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
        "BeforeHooks",
        "Bus",
        "ByteRange",
        "Changes",
        "Chat",
        "ChatApi",
        "ChatOptions",
        "ChatPrismaClient",
        "ChatStorage",
        "ControlFrame",
        "CreateRoom",
        "Directory",
        "DiskStorageOptions",
        "DurableEvent",
        "EditMessage",
        "EndSubscription",
        "EphemeralEvent",
        "EventObserver",
        "HostUser",
        "InTransaction",
        "JwtHeader",
        "JwtPayload",
        "JwtUserOptions",
        "Limits",
        "List",
        "Logger",
        "Me",
        "Media",
        "Member",
        "Message",
        "MessagePage",
        "MessagePosition",
        "Middleware",
        "Page",
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
        "RedisBusOptions",
        "RedisClient",
        "ReplyTo",
        "ResolveUser",
        "ResolvedUser",
        "Role",
        "Room",
        "RoomLeftReason",
        "RoomPresets",
        "RoomType",
        "SendMessage",
        "SignedUrlOptions",
        "SomeLimits",
        "SomePermissions",
        "Swept",
        "Ticket",
        "UpdateMember",
        "UpdateRoom",
        "UpdateUser",
        "Upload",
        "UploadedFile",
        "User",
        "Welcome",
        "WelcomeRoom",
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
        "Changes",
        "ChatClient",
        "ChatClientErrorCode",
        "ChatClientErrorDetails",
        "ChatClientOptions",
        "ChatClientStorage",
        "ChatEvent",
        "ConnectionState",
        "ConnectionStatus",
        "CreateRoom",
        "Credentials",
        "Draft",
        "DurableEvent",
        "EphemeralEvent",
        "List",
        "Me",
        "Media",
        "MediaFiles",
        "Member",
        "MemberList",
        "Members",
        "Message",
        "MessageWindow",
        "Messages",
        "MyProfile",
        "Page",
        "Permission",
        "Permissions",
        "PersonalEvent",
        "Presence",
        "PresenceState",
        "Problem",
        "ProblemCode",
        "ProblemPart",
        "Reaction",
        "ReactionCause",
        "ReactionCount",
        "ReplyTo",
        "Role",
        "Room",
        "RoomHandle",
        "RoomLeftReason",
        "RoomList",
        "RoomState",
        "RoomType",
        "Rooms",
        "ShownMessage",
        "SomePermissions",
        "Topic",
        "Typing",
        "UnreadTotal",
        "UpdateRoom",
        "UpdateUser",
        "UploadOptions",
        "User",
        "Users",
        "WebSocketLike",
      ]
    `)
  })
})

describe('the hooks export', () => {
  it('these values', () => {
    expect(Object.keys(hooks).sort()).toMatchInlineSnapshot(`
      [
        "ChatProvider",
        "useChatClient",
        "useConnection",
        "useMe",
        "useMediaSource",
        "useMembers",
        "useMessageSearch",
        "useMessages",
        "usePresence",
        "usePublicRooms",
        "useRoom",
        "useRooms",
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
