import { z } from 'zod'
import { auditFilter } from '../../contract/audit.js'
import { pageInQuery } from '../../contract/fields.js'
import { reportFilter } from '../../contract/reports.js'
import { components } from '../components.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'
import { messagesQuery } from './messages.js'

const room = '/moderation/rooms/:roomId'

/** For those whom the host's `isModerator` says to be; for all others there is nothing here. */
export const moderationRoutes = [
  route('GET /moderation/audit', {
    name: 'listAudit',
    summary: 'Who did what',
    description: 'What was done to others, newest first.',
    isForModerators: true,
    query: z.object({ ...pageInQuery, ...auditFilter }),
    statuses: [200],
    refusals: ['not_found'],
    response: components.AuditEntryList,
    handle: ({ core, me, query }) => ok(core.moderation.audit(me, query)),
  }),
  route('GET /moderation/reports', {
    name: 'listReports',
    summary: 'Reported messages',
    description: 'Newest first, each with a copy of what was said.',
    isForModerators: true,
    query: z.object({ ...pageInQuery, ...reportFilter }),
    statuses: [200],
    refusals: ['not_found'],
    response: components.ReportList,
    handle: ({ core, me, query }) => ok(core.moderation.reports(me, query)),
  }),
  route('GET /moderation/reports/:reportId', {
    name: 'getReport',
    summary: 'A report',
    description: 'With a copy of what was said.',
    isForModerators: true,
    statuses: [200],
    response: components.Report,
    handle: ({ core, me, params: { reportId } }) => ok(core.moderation.report(me, reportId)),
  }),
  route('PATCH /moderation/reports/:reportId', {
    name: 'updateReport',
    summary: 'Handle a report',
    description: 'Says what was made of it, and remembers who said so.',
    isForModerators: true,
    body: components.UpdateReport,
    statuses: [200],
    response: components.Report,
    handle: ({ core, me, params: { reportId }, body }) => ok(core.moderation.updateReport(me, reportId, body)),
  }),
  route(`GET ${room}`, {
    name: 'readRoom',
    summary: 'Any room',
    description: 'As nobody in particular sees it. That it was read is audited, here and below.',
    isForModerators: true,
    statuses: [200],
    response: components.Room,
    handle: ({ core, me, params: { roomId } }) => ok(core.moderation.room(me, roomId)),
  }),
  route(`GET ${room}/members`, {
    name: 'readMembers',
    summary: 'Members of any room',
    description: 'In the order in which they joined.',
    isForModerators: true,
    query: pageQuery,
    statuses: [200],
    response: components.MemberList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.moderation.members(me, roomId, query)),
  }),
  route(`DELETE ${room}/members/:userId`, {
    name: 'expelMember',
    summary: 'Remove somebody from any room',
    description: 'An owner too.',
    isForModerators: true,
    statuses: [204],
    refusals: ['conflict'],
    handle: ({ core, me, params: { roomId, userId } }) => done(core.moderation.removeMember(me, roomId, userId)),
  }),
  route(`PATCH ${room}/members/:userId`, {
    name: 'silenceMember',
    summary: 'Silence somebody in any room',
    description: 'They read and do not write until then; null ends it.',
    isForModerators: true,
    body: components.SilenceMember,
    statuses: [200],
    refusals: ['conflict'],
    response: components.Member,
    handle: ({ core, me, params: { roomId, userId }, body }) => ok(core.moderation.silence(me, roomId, userId, body)),
  }),
  route(`GET ${room}/bans`, {
    name: 'readBans',
    summary: 'Who is kept out of any room',
    description: 'In the order of their ids. Bans that have ended are none.',
    isForModerators: true,
    query: pageQuery,
    statuses: [200],
    refusals: ['conflict'],
    response: components.BanList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.moderation.bans(me, roomId, query)),
  }),
  route(`PUT ${room}/bans/:userId`, {
    name: 'banFromRoom',
    summary: 'Ban somebody from any room',
    description: 'Removes somebody, if they are in, and keeps them out. 200 if they were banned already.',
    isForModerators: true,
    body: components.SetBan,
    statuses: [201, 200],
    refusals: ['conflict'],
    response: components.Ban,
    async handle({ core, me, params: { roomId, userId }, body }) {
      const { ban, created } = await core.moderation.ban(me, roomId, userId, body)
      return made(ban, created)
    },
  }),
  route(`DELETE ${room}/bans/:userId`, {
    name: 'endBanFromRoom',
    summary: 'End a ban from any room',
    description: 'They may come in again.',
    isForModerators: true,
    statuses: [204],
    refusals: ['conflict'],
    handle: ({ core, me, params: { roomId, userId } }) => done(core.moderation.unban(me, roomId, userId)),
  }),
  route(`GET ${room}/messages`, {
    name: 'readMessages',
    summary: 'Messages of any room',
    description: 'As members page through them, and search them.',
    isForModerators: true,
    query: messagesQuery,
    isSearch: ({ q }) => q !== undefined,
    statuses: [200],
    response: components.MessagePageOrList,
    handle: ({ core, me, params: { roomId }, query: { q, cursor, ...position }, signal }) =>
      q === undefined
        ? ok(core.moderation.messages(me, roomId, position))
        : ok(core.moderation.search(me, roomId, { q, cursor, limit: position.limit }, signal())),
  }),
  route(`DELETE ${room}/messages/:messageId`, {
    name: 'expungeMessage',
    summary: 'Delete a message of any room',
    description: 'A tombstone of it stays.',
    isForModerators: true,
    statuses: [204],
    handle: ({ core, me, params: { roomId, messageId } }) => done(core.moderation.deleteMessage(me, roomId, messageId)),
  }),
]
