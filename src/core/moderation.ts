import type { AuditEntry, AuditFilter } from '../contract/audit.js'
import type { Ban, SetBan } from '../contract/bans.js'
import type { MessageEdit } from '../contract/edits.js'
import type { Page, PageRequest } from '../contract/fields.js'
import type { Member, SilenceMember } from '../contract/members.js'
import type { Message, MessagePage } from '../contract/messages.js'
import { notFound } from '../contract/problems.js'
import type { Report, ReportFilter, UpdateReport } from '../contract/reports.js'
import type { Room } from '../contract/rooms.js'
import { isOfOneTenant, roomsOfTenant, tenantOf } from '../store/tenants.js'
import { Moderator, system } from './actor.js'
import { type Audit, writeAudit } from './audit.js'
import type { Bans } from './bans.js'
import type { Context } from './context.js'
import type { Edits } from './edits.js'
import type { MessagePosition } from './history.js'
import type { Members } from './members.js'
import type { Messages } from './messages.js'
import { Newest } from './newest.js'
import type { Reports } from './reports.js'
import type { Rooms } from './rooms.js'
import type { Search } from './search.js'
import type { Threads } from './threads.js'

/** One who reads on in a room leaves one entry in this time, on each server. */
const sameReadMs = 15 * 60_000
/** How many of these readings are remembered. */
const mostReads = 10_000

/** What moderators do in rooms that are not theirs. Whoever calls this has seen that they are. */
export class Moderation {
  /** When somebody's reading of a room was audited last. */
  readonly #reads = new Newest<number>(mostReads)

  constructor(
    readonly context: Context,
    readonly dependencies: {
      audit: Audit
      rooms: Rooms
      members: Members
      bans: Bans
      messages: Messages
      edits: Edits
      threads: Threads
      search: Search
      reports: Reports
    },
  ) {}

  /** Who did what to whom, newest first. What is of other tenants is left out, so a page may hold less than was asked for. */
  async audit(userId: string, asked: PageRequest & AuditFilter): Promise<Page<AuditEntry>> {
    return this.#ofTenant(userId, await this.dependencies.audit.list(asked))
  }

  /** Reported messages, newest first; likewise. */
  async reports(userId: string, asked: PageRequest & ReportFilter): Promise<Page<Report>> {
    return this.#ofTenant(userId, await this.dependencies.reports.list(asked))
  }

  async report(userId: string, reportId: string): Promise<Report> {
    const report = await this.dependencies.reports.get(reportId)
    await this.#admit(userId, report.roomId)
    return report
  }

  async updateReport(userId: string, reportId: string, changes: UpdateReport): Promise<Report> {
    await this.report(userId, reportId)
    return this.dependencies.reports.update(new Moderator(userId), reportId, changes)
  }

  async room(userId: string, roomId: string): Promise<Room> {
    await this.#admit(userId, roomId)
    const room = await this.dependencies.rooms.get(system, roomId)
    await this.#audit(userId, roomId)
    return room
  }

  async messages(userId: string, roomId: string, position: MessagePosition): Promise<MessagePage> {
    await this.room(userId, roomId)
    return this.dependencies.messages.list(system, roomId, position)
  }

  async thread(userId: string, roomId: string, messageId: string, position: MessagePosition): Promise<MessagePage> {
    await this.#admit(userId, roomId)
    const replies = await this.dependencies.threads.list(system, roomId, messageId, position)
    await this.#audit(userId, roomId)
    return replies
  }

  async search(
    userId: string,
    roomId: string,
    asked: PageRequest & { q: string },
    signal?: AbortSignal,
  ): Promise<Page<Message>> {
    await this.room(userId, roomId)
    return this.dependencies.search.inRoom(system, roomId, asked, signal)
  }

  async edits(userId: string, roomId: string, messageId: string, page: PageRequest): Promise<Page<MessageEdit>> {
    await this.#admit(userId, roomId)
    const edits = await this.dependencies.edits.list(system, roomId, messageId, page)
    await this.#audit(userId, roomId)
    return edits
  }

  async members(userId: string, roomId: string, page: PageRequest): Promise<Page<Member>> {
    await this.room(userId, roomId)
    return this.dependencies.members.list(system, roomId, page)
  }

  async deleteMessage(userId: string, roomId: string, messageId: string): Promise<void> {
    await this.#admit(userId, roomId)
    return this.dependencies.messages.delete(new Moderator(userId), roomId, messageId)
  }

  async removeMember(userId: string, roomId: string, memberId: string): Promise<void> {
    await this.#admit(userId, roomId)
    return this.dependencies.members.remove(new Moderator(userId), roomId, memberId)
  }

  async silence(userId: string, roomId: string, memberId: string, { silencedUntil }: SilenceMember): Promise<Member> {
    await this.#admit(userId, roomId)
    await this.dependencies.members.silence(new Moderator(userId), roomId, memberId, silencedUntil)
    return this.dependencies.members.getSilenced(roomId, memberId)
  }

  async bans(userId: string, roomId: string, page: PageRequest): Promise<Page<Ban>> {
    await this.room(userId, roomId)
    return this.dependencies.bans.list(system, roomId, page)
  }

  async ban(userId: string, roomId: string, bannedId: string, input: SetBan): Promise<{ ban: Ban; created: boolean }> {
    await this.#admit(userId, roomId)
    return this.dependencies.bans.set(new Moderator(userId), roomId, bannedId, input)
  }

  async unban(userId: string, roomId: string, bannedId: string): Promise<void> {
    await this.#admit(userId, roomId)
    return this.dependencies.bans.remove(new Moderator(userId), roomId, bannedId)
  }

  /** To people of one tenant no room of another exists. */
  async #admit(userId: string, roomId: string): Promise<void> {
    if (!(await isOfOneTenant(this.context.work.db, roomId, userId))) throw notFound()
  }

  async #ofTenant<Of extends { roomId: string | null }>(userId: string, page: Page<Of>): Promise<Page<Of>> {
    const { db } = this.context.work
    const ids = page.items.flatMap(({ roomId }) => roomId ?? [])
    const own = await roomsOfTenant(db, ids, await tenantOf(db, userId))
    return { ...page, items: page.items.filter(({ roomId }) => roomId !== null && own.has(roomId)) }
  }

  /** Written before anything is shown: nobody reads unseen. */
  async #audit(userId: string, roomId: string): Promise<void> {
    const { work, clock } = this.context
    const now = clock()
    const key = JSON.stringify([userId, roomId])
    if ((this.#reads.get(key) ?? 0) > now.getTime() - sameReadMs) return
    await work.write((db) => writeAudit(db, now, new Moderator(userId), { action: 'moderator.read', roomId }))
    this.#reads.set(key, now.getTime())
  }
}
