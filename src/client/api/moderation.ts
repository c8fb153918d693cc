import type { AuditEntry, AuditFilter } from '../../contract/audit.js'
import type { Ban, SetBan } from '../../contract/bans.js'
import type { AnyData, DataTypes } from '../../contract/data.js'
import type { MessageEdit } from '../../contract/edits.js'
import type { Page, PageRequest } from '../../contract/fields.js'
import type { Member } from '../../contract/members.js'
import type { Message, MessagePage } from '../../contract/messages.js'
import type { Report, ReportFilter, UpdateReport } from '../../contract/reports.js'
import type { Room } from '../../contract/rooms.js'

/** What is asked for may be cancelled. */
type Asked = PageRequest & { signal?: AbortSignal | undefined }

/** For moderators: everybody else is answered with `not_found`, as if there were none of it. Nothing of it is kept. */
export interface Moderation<Data extends DataTypes = AnyData> {
  /**
   * Reported messages, newest first, each with a copy of what was said.
   *
   * @throws `not_found` for all but moderators; `invalid_request` for a cursor that is not of this list, and a limit that
   * is not 1 to 100.
   */
  reports(options?: ReportFilter & Asked): Promise<Page<Report>>
  /**
   * Says what is made of a report, which is audited.
   *
   * @throws `not_found` for all but moderators, and where there is no such report; `invalid_request` for changes that are
   * none.
   */
  updateReport(reportId: string, changes: UpdateReport): Promise<Report>
  /**
   * Who did what to whom, newest first.
   *
   * @throws `not_found` for all but moderators; `invalid_request` for a cursor that is not of this list, and a limit that
   * is not 1 to 100.
   */
  audit(options?: AuditFilter & Asked): Promise<Page<AuditEntry>>
  /** Any room, mine or not. That it was read is audited. */
  room(roomId: string): ModeratedRoom<Data>
}

/** Any room, as a moderator sees it and acts in it. */
export interface ModeratedRoom<Data extends DataTypes = AnyData> {
  /**
   * The room, as nobody in particular sees it.
   *
   * @throws `not_found` for all but moderators, and where there is no such room.
   */
  get(): Promise<Room<Data>>
  /**
   * The newest page, or the one before, after or around a `seq`.
   *
   * @throws `not_found` for all but moderators, and where there is no such room; `invalid_request` for more than one place
   * to begin.
   */
  messages(position?: { before?: number; after?: number; around?: number; limit?: number }): Promise<MessagePage<Data>>
  /**
   * Messages of people that contain `q`, newest first.
   *
   * @throws `not_found` for all but moderators, and where there is no such room; `invalid_request` for a cursor that is not
   * of this list, and a limit that is not 1 to 100.
   */
  search(q: string, options?: Asked): Promise<Page<Message<Data>>>
  /**
   * Who is in it, in the order in which they joined.
   *
   * @throws `not_found` for all but moderators, and where there is no such room; `invalid_request` for a cursor that is not
   * of this list, and a limit that is not 1 to 100.
   */
  members(options?: Asked): Promise<Page<Member>>
  /**
   * What a message said before it was edited, newest first.
   *
   * @throws `not_found` for all but moderators, where there is no such room or message, and where the host keeps nothing;
   * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  edits(messageId: string, options?: Asked): Promise<Page<MessageEdit<Data>>>
  /**
   * Deletes a message; a tombstone stays.
   *
   * @throws `not_found` for all but moderators, and where there is no such room or message.
   */
  deleteMessage(messageId: string): Promise<void>
  /**
   * Removes somebody, an owner too.
   *
   * @throws `not_found` for all but moderators, and where they are not in it; `conflict` in a private room.
   */
  removeMember(userId: string): Promise<void>
  /**
   * They read and do not write until then; null ends it.
   *
   * @throws `not_found` for all but moderators, and where they never were in it; `conflict` in a private room,
   * `invalid_request` for an end that has passed.
   */
  silence(userId: string, until: string | null): Promise<Member>
  /**
   * Who is kept out of it, in the order of their ids.
   *
   * @throws `not_found` for all but moderators, and where there is no such room; `conflict` for a private room;
   * `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  bans(options?: Asked): Promise<Page<Ban>>
  /**
   * Removes somebody, if they are in, and keeps them out.
   *
   * @throws `not_found` for all but moderators, and where there is no such room or person; `conflict` for an owner and in a
   * private room, `invalid_request` for an end that has passed.
   */
  ban(userId: string, ban?: SetBan): Promise<Ban>
  /**
   * Lets them in again.
   *
   * @throws `not_found` for all but moderators, and where they are not banned; `conflict` in a private room.
   */
  unban(userId: string): Promise<void>
}
