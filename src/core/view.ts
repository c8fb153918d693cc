import type { Ban } from '../contract/bans.js'
import type { JsonObject } from '../contract/data.js'
import type { Invite } from '../contract/invites.js'
import type { Media } from '../contract/media.js'
import type { HostMember, Me, Member, Notify } from '../contract/members.js'
import type { ForwardedFrom, HostMessage, Message, ReplyTo, SaidAs, SystemMessage } from '../contract/messages.js'
import type { Reaction, ReactionCount } from '../contract/reactions.js'
import type { Room } from '../contract/rooms.js'
import type { ScheduledFailure, ScheduledMessage } from '../contract/scheduled.js'
import type { User } from '../contract/users.js'
import type { BanRow } from '../store/bans.js'
import type { InviteRow } from '../store/invites.js'
import type { MediaRow } from '../store/media.js'
import type { MemberRow } from '../store/members.js'
import { type MessageRow, mentionsOf, type ReplyRow } from '../store/messages.js'
import { isArchived, isMuted } from '../store/own-side.js'
import type { ReactionRow } from '../store/reactions.js'
import { hiddenUpTo } from '../store/readable.js'
import type { RoomRow, SeenRoom } from '../store/rooms.js'
import type { ScheduledRow } from '../store/scheduled.js'
import { isApart, shownSeq, threadOf } from '../store/threads.js'
import type { UserRow } from '../store/users.js'
import { avatarAddress } from './avatars.js'
import { permissionsOf } from './permissions.js'
import { rememberHistory, rememberPlace } from './readable.js'
import { Signer } from './signatures.js'

const iso = (date: Date): string => date.toISOString()
const isoOrNull = (date: Date | null): string | null => date?.toISOString() ?? null

const replyLength = 280

/** What belongs to a message beside its row. */
export interface MessageRelations {
  user: UserRow | undefined
  reply: ReplyRow | undefined
  media: MediaRow[]
}

/** Messages of the host have no more than words; nor have those of before 0.2, of which nobody knows what they said. */
function systemOf({ kind, system, userId, deletedAt }: MessageRow): SystemMessage | null {
  if (kind === 'user' || deletedAt !== null) return null
  return system === null ? { type: 'host', actorId: userId } : (JSON.parse(system) as SystemMessage)
}

/** What is stored as JSON, as it was given. */
const parsed = <T>(stored: string | null): T | null => (stored === null ? null : (JSON.parse(stored) as T))

/** Rows as clients see them. */
export class View {
  readonly #signer: Signer

  constructor(
    secret: string,
    readonly path: string,
    readonly clock: () => Date,
    /** How long a signed URL is good. */
    readonly urlSeconds: number,
    /** The host says who may see whom: when somebody was here is told only where it is known who looks. */
    readonly hidesLastSeen = false,
  ) {
    this.#signer = new Signer(secret, 'media')
  }

  /** When somebody was here is told of those alone of whom who looks may know it. */
  user(row: UserRow, isSeen = false): User {
    return {
      id: row.id,
      name: row.name,
      description: row.description,
      avatarUrl:
        row.avatarMediaId === null ? avatarAddress(row.hostAvatarUrl) : this.mediaUrl(row.avatarMediaId, 'thumbnail'),
      lastSeenAt: isSeen ? isoOrNull(row.lastSeenAt) : null,
    }
  }

  /** A user whose row is gone, or was never made: their messages and memberships stay readable. */
  userOr(row: UserRow | undefined, id: string, isSeen = false): User {
    return row ? this.user(row, isSeen) : { id, name: id, description: '', avatarUrl: null, lastSeenAt: null }
  }

  /** The part of a room that is the same for everyone. */
  room(row: RoomRow): Room {
    const shown: Room = {
      id: row.id,
      key: row.key,
      type: row.type,
      name: row.name,
      description: row.description,
      avatarUrl: row.avatarMediaId === null ? null : this.mediaUrl(row.avatarMediaId, 'thumbnail'),
      data: parsed<JsonObject>(row.data),
      isPublic: row.isPublic,
      isBlocked: row.isBlocked,
      slowModeSeconds: row.slowModeSeconds,
      readReceipts: row.readReceipts,
      historyFrom: row.historyRevision === null ? 'start' : 'joined',
      createdById: row.createdById,
      createdAt: iso(row.createdAt),
      updatedAt: iso(row.updatedAt),
      // Whether the other one has accepted is theirs to tell.
      memberCount: row.type === 'private' ? 2 : row.memberCount,
      lastMessageSeq: row.lastMessageSeq,
      firstSeq: row.purgedSeq + 1,
      revision: row.revision,
    }
    return rememberHistory(shown, row)
  }

  me(row: MemberRow, seen: Pick<SeenRoom, 'room' | 'unreadCount' | 'mentionCount' | 'isWrittenTo'>): Me {
    return {
      role: row.role,
      permissions: permissionsOf(row),
      silencedUntil: this.#ifFuture(row.silencedUntil),
      ...this.#muting(row),
      isPinned: row.isPinned,
      isArchived: isArchived(row, seen, this.clock()),
      isMarkedUnread: row.isMarkedUnread,
      lastReadSeq: row.lastReadSeq,
      unreadCount: seen.unreadCount,
      mentionCount: seen.mentionCount,
      lastSeenAt: isoOrNull(row.lastSeenAt),
      joinedAt: iso(row.joinedAt),
      firstSeq: hiddenUpTo(seen.room, row) + 1,
      scheduledRevision: row.scheduledRevision,
    }
  }

  /**
   * For the people of the room, unless it is known who looks; of who has left they know no more. How far somebody has read is
   * told where the room has read receipts.
   */
  member(
    row: MemberRow,
    user: UserRow | undefined,
    { readReceipts }: Pick<RoomRow, 'readReceipts'>,
    isSeen = !this.hidesLastSeen && row.leftAt === null,
  ): Member {
    return {
      roomId: row.roomId,
      user: this.userOr(user, row.userId, isSeen),
      role: row.role,
      permissions: permissionsOf(row),
      addedById: row.addedById,
      joinedAt: iso(row.joinedAt),
      silencedUntil: this.#ifFuture(row.silencedUntil),
      lastReadSeq: readReceipts ? row.lastReadSeq : 0,
      lastSeenAt: isSeen && readReceipts ? isoOrNull(row.lastSeenAt) : null,
      revision: row.revision,
    }
  }

  ban(row: BanRow, user: UserRow | undefined): Ban {
    return {
      roomId: row.roomId,
      user: this.userOr(user, row.userId),
      until: isoOrNull(row.until),
      reason: row.reason,
      bannedById: row.bannedById,
      createdAt: iso(row.createdAt),
    }
  }

  invite(row: InviteRow, createdBy: UserRow | undefined): Invite {
    return {
      id: row.id,
      roomId: row.roomId,
      createdBy: row.createdById === null ? null : this.userOr(createdBy, row.createdById),
      expiresAt: isoOrNull(row.expiresAt),
      maxUses: row.usesLeft === null ? null : row.uses + row.usesLeft,
      uses: row.uses,
      createdAt: iso(row.createdAt),
    }
  }

  /** What is over is not so any more. */
  #ifFuture(until: Date | null): string | null {
    return until && until > this.clock() ? iso(until) : null
  }

  /** A room that was muted until a time that has passed is not muted. */
  #muting(row: MemberRow): { muted: boolean; mutedUntil: string | null; notify: Notify } {
    const muted = isMuted(row, this.clock())
    return { muted, mutedUntil: muted ? isoOrNull(row.mutedUntil) : null, notify: row.notify as Notify }
  }

  /** For the host's own code alone: whether somebody muted a room is nobody else's to know. */
  memberForHost(row: MemberRow, user: UserRow | undefined): HostMember {
    return { ...this.member(row, user, { readReceipts: true }, true), ...this.#muting(row) }
  }

  message(row: MessageRow, { user, reply, media }: MessageRelations): Message {
    const shown: Message = {
      id: row.id,
      roomId: row.roomId,
      seq: shownSeq(row),
      revision: row.revision,
      clientId: row.clientId,
      kind: row.kind,
      user: row.userId === null ? null : this.userOr(user, row.userId),
      as: parsed<SaidAs>(row.saidAs),
      text: row.text,
      system: systemOf(row),
      data: parsed<JsonObject>(row.data),
      media: media.map((item) => this.media(item)),
      forwardedFrom: parsed<ForwardedFrom>(row.forwardedFrom),
      replyTo: reply ? this.#reply(reply) : null,
      threadId: row.threadId,
      threadSeq: row.threadSeq,
      alsoInRoom: row.threadId !== null && !isApart(row),
      thread: threadOf(row),
      mentions: mentionsOf(row),
      mentionsEveryone: row.mentionsEveryone,
      reactions: row.reactions === '[]' ? [] : (JSON.parse(row.reactions) as ReactionCount[]),
      createdAt: iso(row.createdAt),
      editedAt: isoOrNull(row.editedAt),
      deletedAt: isoOrNull(row.deletedAt),
      pinnedAt: isoOrNull(row.pinnedAt),
      pinnedById: row.pinnedById,
    }
    return rememberPlace(shown, row)
  }

  /** A message that is to be sent later; what was deleted of its media meanwhile is missing. */
  scheduled(row: ScheduledRow, draft: HostMessage, media: ReadonlyMap<string, MediaRow>): ScheduledMessage {
    const { text = '', mediaIds = [], replyToId = null, threadId = null, alsoInRoom = false, forward = null } = draft
    const { mentions = [], mentionsEveryone = false, data = null, as } = draft
    return {
      ...{ id: row.id, roomId: row.roomId, clientId: row.clientId },
      ...{ as: as ? { name: as.name, avatarUrl: avatarAddress(as.avatarUrl ?? null) } : null, text },
      media: mediaIds.flatMap((id) => media.get(id) ?? []).map((item) => this.media(item)),
      ...{ replyToId, threadId, alsoInRoom, mentions, mentionsEveryone, data, forward },
      ...{ sendAt: iso(row.sendAt), createdAt: iso(row.createdAt) },
      failure: parsed<ScheduledFailure>(row.failure),
    }
  }

  reaction(row: ReactionRow, user: UserRow | undefined): Reaction {
    return {
      id: row.id,
      messageId: row.messageId,
      roomId: row.roomId,
      user: this.userOr(user, row.userId),
      reaction: row.reaction,
      createdAt: iso(row.createdAt),
    }
  }

  media(row: MediaRow): Media {
    return {
      id: row.id,
      filename: row.filename,
      contentType: row.contentType,
      byteSize: row.byteSize,
      width: row.width,
      height: row.height,
      durationMs: row.durationMs,
      url: this.mediaUrl(row.id, 'content'),
      thumbnailUrl: row.thumbnailKey === null ? null : this.mediaUrl(row.id, 'thumbnail'),
      uploadedById: row.uploadedById,
      createdAt: iso(row.createdAt),
    }
  }

  /** Expiry goes in steps, so that a picture keeps its URL, and a browser its copy, for some minutes. */
  mediaUrl(id: string, part: 'content' | 'thumbnail'): string {
    const step = Math.floor((this.urlSeconds * 1000) / 3)
    const expires = Math.ceil(this.clock().getTime() / step + 2) * step
    return `${this.path}/media/${id}/${part}?expires=${expires}&signature=${this.#signer.sign(`${id}/${part}/${expires}`)}`
  }

  /** When the URL ends that has this query; undefined where it has ended, or is not one of ours. */
  mediaUrlEnd(id: string, part: 'content' | 'thumbnail', expires: string, signature: string): Date | undefined {
    if (!/^\d{1,15}$/.test(expires) || !this.#signer.verify(`${id}/${part}/${expires}`, signature)) return undefined
    const end = new Date(Number(expires))
    return end > this.clock() ? end : undefined
  }

  #reply(row: ReplyRow): ReplyTo {
    const text = row.deletedAt === null ? row.text : ''
    const shown = text.length <= replyLength ? text : [...text].slice(0, replyLength).join('')
    const threadId = isApart(row) ? row.threadId : null
    const as = parsed<SaidAs>(row.saidAs)
    const reply: ReplyTo = {
      ...{ id: row.id, seq: shownSeq(row), threadId, userId: row.userId, userName: row.userName ?? row.userId, as },
      text: shown,
      firstMedia: row.firstMedia ? this.media(row.firstMedia) : null,
    }
    return rememberPlace(reply, row)
  }
}
