import { readFileSync } from 'node:fs'
import * as library from 'express-chat'
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
