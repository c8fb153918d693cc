export { memoryBus } from './bus/memory.js'
export { type PostgresBusOptions, type PostgresClient, postgresBus } from './bus/postgres.js'
export { type RedisBusOptions, type RedisClient, redisBus } from './bus/redis.js'
export type { ChatApi } from './chat-api.js'
export type { AuditAction, AuditEntry, AuditFilter } from './contract/audit.js'
export type { Ban, SetBan } from './contract/bans.js'
export type { Block } from './contract/blocks.js'
export type { AnyData, DataTypes, JsonObject, JsonValue, Typed } from './contract/data.js'
export type { MessageEdit } from './contract/edits.js'
export type { EraseUser, Erasure } from './contract/erasures.js'
export type {
  Changes,
  DurableEvent,
  EphemeralEvent,
  MessageCause,
  PersonalEvent,
  PinCause,
  ReactionCause,
  RoomLeftReason,
  ThreadCause,
} from './contract/events.js'
export type { ExportedFile, UserExport } from './contract/exports.js'
export type { Page, PageRequest } from './contract/fields.js'
export type { FollowedThread } from './contract/followed-threads.js'
export type { ControlFrame, Ticket, Welcome, WelcomeRoom } from './contract/frames.js'
export type { ImportMessage, ImportReaction, ImportResult } from './contract/imports.js'
export type { CreateInvite, Invite, InvitedRoom, NewInvite } from './contract/invites.js'
export type { Media } from './contract/media.js'
export type {
  AddMember,
  HostMember,
  Me,
  Member,
  Notify,
  ReadMany,
  ReadManyAnswer,
  UpdateMe,
  UpdateMember,
} from './contract/members.js'
export type {
  EditMessage,
  Forward,
  ForwardedFrom,
  HostMessage,
  Message,
  MessagePage,
  ReplyTo,
  SaidAs,
  SendMessage,
  SpeakAs,
  SystemMessage,
  SystemMessageType,
} from './contract/messages.js'
export type { Permission, Permissions, Role, RoomType, SomePermissions } from './contract/permissions.js'
export { ChatError, type Problem, type ProblemCode, type ProblemPart } from './contract/problems.js'
export type { AddReaction, Reaction, ReactionCount } from './contract/reactions.js'
export type {
  CreateReport,
  OwnReport,
  Report,
  ReportedMedia,
  ReportedMessage,
  ReportFilter,
  ReportStatus,
  UpdateReport,
} from './contract/reports.js'
export type { CreateRoom, HistoryFrom, HostRoom, Room, RoomFilter, RoomRequest, UpdateRoom } from './contract/rooms.js'
export type {
  EditScheduled,
  HostScheduleMessage,
  ScheduledFailure,
  ScheduledMessage,
  ScheduleMessage,
} from './contract/scheduled.js'
export type { FoundMessage, SearchMessages } from './contract/search.js'
export type { Thread, ThreadMe } from './contract/threads.js'
export type { UpdateUser, User } from './contract/users.js'
export type { Bus, EndSubscription } from './core/bus.js'
export type { ContactPolicy, ContactVerdict } from './core/contact-policy.js'
export type { DataSchema, DataSchemas } from './core/data-schema.js'
export type { EditHistory } from './core/edit-history.js'
export type { MessagePosition } from './core/history.js'
export type { CanSee } from './core/hooks.js'
export {
  type BeforeHooks,
  type Directory,
  type EventObserver,
  type HostUser,
  type ObservedEvent,
  type PermissionCheck,
  type RoomCreated,
  reject,
  type UploadedFile,
  type Viewer,
} from './core/hooks.js'
export type { HostRequest, IsModerator, ResolvedUser, ResolveUser } from './core/identity.js'
export { defaultLimits, type LimitOptions, type Limits, type Rate } from './core/limits.js'
export type { Logger } from './core/logger.js'
export type { Upload } from './core/media/media.js'
export { defaultMediaTypes } from './core/media/media-types.js'
export type { ByteRange, ChatStorage, SignedUrlOptions } from './core/media/storage.js'
export type { SweepResult } from './core/media/sweep.js'
export type { Middleware } from './core/middleware.js'
export type { PurgeResult } from './core/purging.js'
export {
  anyText,
  emoji,
  likeDislike,
  type ReactionContext,
  type ReactionPolicy,
  type WhoReacts,
} from './core/reaction-policies.js'
export type { RetentionOptions, RoomRetention } from './core/retention.js'
export { type RoomPreset, type RoomPresets, roomPresets } from './core/room-presets.js'
export type { Unread, UnreadRoom } from './core/room-states.js'
export type { IsStillWelcome } from './core/still-welcome.js'
export type { SystemText } from './core/system-text.js'
export { type Chat, createChatRouter } from './create-chat-router.js'
export type { Docs, SecurityScheme, SecuritySchemes } from './http/openapi.js'
export type { ModerationApi } from './moderation-api.js'
export type {
  NotificationBatch,
  NotificationContext,
  NotifiedRoom,
  NotifiedThread,
  NotifyOptions,
} from './notifications/notify-options.js'
export type { FailedPerson } from './notifications/put-aside.js'
export type {
  BusCheck,
  DatabaseCheck,
  Health,
  HealthCheck,
  HealthStatus,
  OverdueCheck,
  SocketsCheck,
  SubscriptionsCheck,
  WritesCheck,
} from './operating/health.js'
export type { MetricsRegistry } from './operating/registry.js'
export type { SubscriptionLag } from './operating/subscription-lag.js'
export type { ChatOptions } from './options.js'
export { type DiskStorageOptions, diskStorage } from './storage/disk.js'
export type { ChatPrismaClient, InTransaction } from './store/client.js'
export { SetupError } from './store/setup-error.js'
export { statementName } from './store/statement-names.js'
export type {
  SubscribedEvent,
  SubscribedRooms,
  SubscribedType,
  SubscribeOptions,
  Subscription,
  SubscriptionContext,
  SubscriptionHandler,
} from './subscriptions/subscribe-options.js'
export type { FailedRoom, SubscriptionState } from './subscriptions/subscriptions.js'
export type { SubscriptionsApi } from './subscriptions-api.js'
export type { SystemApi, UserPresence } from './system-api.js'
export { type Algorithm, type JwtHeader, type JwtPayload, type JwtUserOptions, jwtUser } from './users/jwt.js'
export type { WebhookOptions } from './webhooks/webhook-options.js'
