export { memoryBus } from './bus/memory.js'
export { type PostgresBusOptions, type PostgresClient, postgresBus } from './bus/postgres.js'
export { type RedisBusOptions, type RedisClient, redisBus } from './bus/redis.js'
export type { ChatApi } from './chat-api.js'
export type {
  Changes,
  DurableEvent,
  EphemeralEvent,
  PersonalEvent,
  ReactionCause,
  RoomLeftReason,
} from './contract/events.js'
export type { List, Page } from './contract/fields.js'
export type { ControlFrame, Ticket, Welcome, WelcomeRoom } from './contract/frames.js'
export type { Media } from './contract/media.js'
export type { AddMember, Me, Member, UpdateMember } from './contract/members.js'
export type { EditMessage, Message, MessagePage, ReplyTo, SendMessage } from './contract/messages.js'
export type { Permission, Permissions, Role, RoomType, SomePermissions } from './contract/permissions.js'
export { ChatError, type Problem, type ProblemCode, type ProblemPart } from './contract/problems.js'
export type { AddReaction, Reaction, ReactionCount } from './contract/reactions.js'
export type { CreateRoom, Room, UpdateRoom } from './contract/rooms.js'
export type { UpdateUser, User } from './contract/users.js'
export type { Bus, EndSubscription } from './core/bus.js'
export type { MessagePosition } from './core/history.js'
export {
  type BeforeHooks,
  type Directory,
  type EventObserver,
  type HostUser,
  type Question,
  reject,
  type UploadedFile,
} from './core/hooks.js'
export type { ResolvedUser, ResolveUser } from './core/identity.js'
export type { Swept } from './core/janitor.js'
export { defaultLimits, type Limits, type Rate, type SomeLimits } from './core/limits.js'
export type { Logger } from './core/logger.js'
export type { Upload } from './core/media.js'
export { defaultMediaTypes } from './core/media-types.js'
export type { Middleware } from './core/middleware.js'
export { anyText, emoji, likeDislike, type ReactionContext, type ReactionPolicy } from './core/reaction-policies.js'
export { type RoomPresets, roomPresets } from './core/room-presets.js'
export type { ByteRange, ChatStorage, SignedUrlOptions } from './core/storage.js'
export { type Chat, createChatRouter } from './create-chat-router.js'
export type { ChatOptions } from './options.js'
export { type DiskStorageOptions, diskStorage } from './storage/disk.js'
export type { ChatPrismaClient, InTransaction } from './store/client.js'
export { statementName } from './store/dialects/postgresql.js'
export { SetupError } from './store/start-check.js'
export { type Algorithm, type JwtHeader, type JwtPayload, type JwtUserOptions, jwtUser } from './users/jwt.js'
