import type { AuditEntry, AuditFilter } from '../../contract/audit.js'
import type { Ban, SetBan } from '../../contract/bans.js'
import type { Page, PageRequest } from '../../contract/fields.js'
import type { Member } from '../../contract/members.js'
import type { Message, MessagePage } from '../../contract/messages.js'
import type { Report, ReportFilter, UpdateReport } from '../../contract/reports.js'
import type { Room } from '../../contract/rooms.js'

/** What is asked for may be cancelled. */
type Asked = PageRequest & { signal?: AbortSignal | undefined }

/** For moderators: everybody else is answered with `not_found`, as if there were none of it. Nothing of it is kept. */
export interface Moderation {
  /** Reported messages, newest first. */
  reports(options?: ReportFilter & Asked): Promise<Page<Report>>
  /** Says what is made of a report, which is audited. */
  updateReport(reportId: string, changes: UpdateReport): Promise<Report>
  /** Who did what to whom, newest first. */
  audit(options?: AuditFilter & Asked): Promise<Page<AuditEntry>>
  /** Any room, mine or not. That it was read is audited. */
  room(roomId: string): ModeratedRoom
}

/** Any room, as a moderator sees it and acts in it. */
export interface ModeratedRoom {
  /** One of them; `not_found` where it is not there for who asks. */
  get(): Promise<Room>
  /** The newest page, or the one before, after or around a `seq`. */
  messages(position?: { before?: number; after?: number; around?: number; limit?: number }): Promise<MessagePage>
  /** Messages of people that contain `q`, newest first. */
  search(q: string, options?: Asked): Promise<Page<Message>>
  /** Who is in it, in the order in which they joined. */
  members(options?: Asked): Promise<Page<Member>>
  /** Deletes a message; a tombstone stays. */
  deleteMessage(messageId: string): Promise<void>
  /** Removes somebody, an owner too. */
  removeMember(userId: string): Promise<void>
  /** They read and do not write until then; null ends it. */
  silence(userId: string, until: string | null): Promise<Member>
  /** Who is kept out of it. */
  bans(options?: Asked): Promise<Page<Ban>>
  /** Removes somebody, if they are in, and keeps them out. */
  ban(userId: string, ban?: SetBan): Promise<Ban>
  /** Lets them in again. */
  unban(userId: string): Promise<void>
}
