import { auditPage, checked, messagePosition, messageSearch, pageOf, reportsPage } from './api-input.js'
import type { AuditEntry, AuditFilter } from './contract/audit.js'
import { type Ban, type SetBan, setBan } from './contract/bans.js'
import type { AnyData, DataTypes } from './contract/data.js'
import type { MessageEdit } from './contract/edits.js'
import type { Page, PageRequest } from './contract/fields.js'
import { type Member, silenceMember } from './contract/members.js'
import type { Message, MessagePage } from './contract/messages.js'
import { parse } from './contract/parse.js'
import { type Report, type ReportFilter, type UpdateReport, updateReport } from './contract/reports.js'
import type { Room } from './contract/rooms.js'
import type { Core } from './core/create-core.js'
import type { MessagePosition } from './core/history.js'

/**
 * What a moderator does, who is `userId`: that they are one is for the host's own code to know, and is not asked here. Each
 * rejects with `invalid_request`, `unavailable` and `internal` as `ChatApi` does, beside the codes that it names.
 */
export interface ModerationApi<Data extends DataTypes = AnyData> {
  /**
   * Who did what to whom, newest first.
   *
   * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
   */
  audit(userId: string, options?: PageRequest & AuditFilter): Promise<Page<AuditEntry>>
  /** Reported messages, and what is made of them. */
  reports: {
    /**
     * Reported messages, newest first, each with a copy of what was said.
     *
     * @throws `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, options?: PageRequest & ReportFilter): Promise<Page<Report>>
    /**
     * A reported message, with a copy of what was said.
     *
     * @throws `not_found` where there is none, or it is of another tenant than the moderator.
     */
    get(userId: string, reportId: string): Promise<Report>
    /**
     * Says what is made of it, which is audited.
     *
     * @throws `not_found` where there is none, or it is of another tenant than the moderator; `invalid_request` for changes
     * that are none.
     */
    update(userId: string, reportId: string, changes: UpdateReport): Promise<Report>
  }
  /** Any room. */
  rooms: {
    /**
     * Any room, as nobody in particular sees it. That it was read is audited, here and below.
     *
     * @throws `not_found` where there is none, or it is of another tenant than the moderator.
     */
    get(userId: string, roomId: string): Promise<Room<Data>>
  }
  /** The people of any room. */
  members: {
    /**
     * The people of any room, in the order in which they joined.
     *
     * @throws `not_found` where there is none, or it is of another tenant than the moderator; `invalid_request` for a
     * cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, roomId: string, page?: PageRequest): Promise<Page<Member>>
    /**
     * Removes somebody, an owner too.
     *
     * @throws `not_found` where the room or the person is not there, `conflict` in a private room.
     */
    remove(userId: string, roomId: string, memberId: string): Promise<void>
    /**
     * They read and do not write until then; null ends it.
     *
     * @throws `invalid_request` for an end that has passed, `not_found` where the room is not there or they never were in
     * it, `conflict` in a private room.
     */
    silence(userId: string, roomId: string, memberId: string, until: string | null): Promise<Member>
  }
  /** Who is kept out of any room. */
  bans: {
    /**
     * Who is kept out of any room, in the order of their ids; bans that have ended are none.
     *
     * @throws `not_found` where there is none, or it is of another tenant than the moderator, `conflict` for a private
     * room; `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    list(userId: string, roomId: string, page?: PageRequest): Promise<Page<Ban>>
    /**
     * Removes somebody, if they are in, and keeps them out; said again, it changes until when and why.
     *
     * @throws `invalid_request` for an end that has passed, `not_found` where the room or the person is not there,
     * `conflict` for an owner and in a private room.
     */
    set(userId: string, roomId: string, bannedId: string, ban?: SetBan): Promise<Ban>
    /**
     * Lets them in again.
     *
     * @throws `not_found` where the room is not there or they are not banned, `conflict` in a private room.
     */
    remove(userId: string, roomId: string, bannedId: string): Promise<void>
  }
  /** What is said in any room. That it was read is audited. */
  messages: {
    /**
     * A page of the history of any room, ascending; the newest unless `position` says otherwise.
     *
     * @throws `not_found` where there is none, or it is of another tenant than the moderator, `invalid_request` for more
     * than one of before, after and around.
     */
    list(userId: string, roomId: string, position?: MessagePosition): Promise<MessagePage<Data>>
    /**
     * Messages of people that contain `q`, newest first.
     *
     * @throws `not_found` where there is none, or it is of another tenant than the moderator; `invalid_request` for a
     * cursor that is not of this list, and a limit that is not 1 to 100.
     */
    search(userId: string, roomId: string, options: PageRequest & { q: string }): Promise<Page<Message<Data>>>
    /**
     * What a message said before it was edited, newest first.
     *
     * @throws `not_found` where there is no such room or message, it is of another tenant than the moderator, or nothing is
     * kept (`options.editHistory`); `invalid_request` for a cursor that is not of this list, and a limit that is not 1 to 100.
     */
    edits(userId: string, roomId: string, messageId: string, page?: PageRequest): Promise<Page<MessageEdit<Data>>>
    /**
     * The replies to a message of any room in its thread, ascending, by `threadSeq`.
     *
     * @throws `not_found` where there is none, or it is of another tenant than the moderator, `invalid_request` for more
     * than one of before, after and around.
     */
    thread(userId: string, roomId: string, messageId: string, position?: MessagePosition): Promise<MessagePage>
    /**
     * Deletes it; a tombstone stays.
     *
     * @throws `not_found` where the room or the message is not there.
     */
    delete(userId: string, roomId: string, messageId: string): Promise<void>
  }
}

export function moderationApi({ moderation }: Core): ModerationApi {
  return {
    audit: async (userId, options = {}) => moderation.audit(checked(userId), parse(auditPage, options)),
    reports: {
      list: async (userId, options = {}) => moderation.reports(checked(userId), parse(reportsPage, options)),
      get: async (userId, reportId) => moderation.report(checked(userId), checked(reportId)),
      update: async (userId, reportId, changes) =>
        moderation.updateReport(checked(userId), checked(reportId), parse(updateReport, changes)),
    },
    rooms: {
      get: async (userId, roomId) => moderation.room(checked(userId), checked(roomId)),
    },
    members: {
      list: async (userId, roomId, options = {}) =>
        moderation.members(checked(userId), checked(roomId), parse(pageOf, options)),
      remove: async (userId, roomId, memberId) =>
        moderation.removeMember(checked(userId), checked(roomId), checked(memberId)),
      silence: async (userId, roomId, memberId, silencedUntil) =>
        moderation.silence(
          checked(userId),
          checked(roomId),
          checked(memberId),
          parse(silenceMember, { silencedUntil }),
        ),
    },
    bans: {
      list: async (userId, roomId, options = {}) =>
        moderation.bans(checked(userId), checked(roomId), parse(pageOf, options)),
      set: async (userId, roomId, bannedId, ban = {}) =>
        (await moderation.ban(checked(userId), checked(roomId), checked(bannedId), parse(setBan, ban))).ban,
      remove: async (userId, roomId, bannedId) => moderation.unban(checked(userId), checked(roomId), checked(bannedId)),
    },
    messages: {
      list: async (userId, roomId, position = {}) =>
        moderation.messages(checked(userId), checked(roomId), parse(messagePosition, position)),
      search: async (userId, roomId, options) =>
        moderation.search(checked(userId), checked(roomId), parse(messageSearch, options)),
      edits: async (userId, roomId, messageId, options = {}) =>
        moderation.edits(checked(userId), checked(roomId), checked(messageId), parse(pageOf, options)),
      thread: async (userId, roomId, messageId, position = {}) =>
        moderation.thread(checked(userId), checked(roomId), checked(messageId), parse(messagePosition, position)),
      delete: async (userId, roomId, messageId) =>
        moderation.deleteMessage(checked(userId), checked(roomId), checked(messageId)),
    },
  }
}
