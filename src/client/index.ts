export type { AuditAction, AuditEntry, AuditFilter } from '../contract/audit.js'
export type { Ban, SetBan } from '../contract/bans.js'
export type { Block } from '../contract/blocks.js'
export type { AnyData, DataOf, DataSource, DataTypes, JsonObject, JsonValue, Typed } from '../contract/data.js'
export type { MessageEdit } from '../contract/edits.js'
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
} from '../contract/events.js'
export type { Page, PageRequest } from '../contract/fields.js'
export type { FollowedThread } from '../contract/followed-threads.js'
export type { Rate, WelcomeLimits } from '../contract/frames.js'
export type { CreateInvite, Invite, InvitedRoom, NewInvite } from '../contract/invites.js'
export type { Media } from '../contract/media.js'
export type { AddMember, Me, Member, Notify, UpdateMe } from '../contract/members.js'
export type {
  EditMessage,
  Forward,
  ForwardedFrom,
  Message,
  MessagePage,
  ReplyTo,
  SaidAs,
  SystemMessage,
  SystemMessageType,
} from '../contract/messages.js'
export type { Permission, Permissions, Role, RoomType, SomePermissions } from '../contract/permissions.js'
export type { Problem, ProblemCode, ProblemPart } from '../contract/problems.js'
export type { Reaction, ReactionCount } from '../contract/reactions.js'
export type {
  CreateReport,
  OwnReport,
  Report,
  ReportedMedia,
  ReportedMessage,
  ReportFilter,
  ReportStatus,
  UpdateReport,
} from '../contract/reports.js'
export type { CreateRoom, HistoryFrom, Room, RoomRequest, UpdateRoom } from '../contract/rooms.js'
export type { EditScheduled, ScheduledFailure, ScheduledMessage, ScheduleMessage } from '../contract/scheduled.js'
export type { FoundMessage, SearchMessages } from '../contract/search.js'
export type { Thread, ThreadMe } from '../contract/threads.js'
export type { UpdateUser, User } from '../contract/users.js'
export type { Bans } from './api/bans.js'
export type { BlockList, Blocks } from './api/blocks.js'
export type { ChatClient, ChatEvent } from './api/chat-client.js'
export type { ConnectionState, ConnectionStatus } from './api/connection.js'
export type { DraftText } from './api/drafts.js'
export { ChatClientError, type ChatClientErrorCode, type ChatClientErrorDetails } from './api/errors.js'
export type { Invites, RoomInvites } from './api/invites.js'
export type { FileUpload, FileUploadState, MediaFiles, NativeFile, UploadOptions } from './api/media.js'
export type { MemberList, Members } from './api/members.js'
export type { Draft, Messages, MessageWindow, ShownMessage, ShownMutation } from './api/messages.js'
export type { ModeratedRoom, Moderation } from './api/moderation.js'
export type { Observable } from './api/observable.js'
export type { ChatClientOptions, ChatClientStorage, Credentials, WebSocketLike } from './api/options.js'
export type { PinList, Pins } from './api/pins.js'
export type { RequestList, Requests } from './api/requests.js'
export type { ArchivedRooms, RoomHandle, RoomList, RoomState, Rooms, Typing, UnreadTotal } from './api/rooms.js'
export type { AllScheduled, ScheduledMessages } from './api/scheduled.js'
export type { ThreadHandle, ThreadList, Threads } from './api/threads.js'
export type { MyProfile, Presence, PresenceState, Users } from './api/users.js'
export { createChatClient } from './create-chat-client.js'
