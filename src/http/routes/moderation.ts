import { z } from 'zod'
import { type AuditEntry, auditEntry, auditFilter } from '../../contract/audit.js'
import { listOf, pageInQuery } from '../../contract/fields.js'
import { type Report, report, reportFilter, updateReport } from '../../contract/reports.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'
import { banComponents } from './bans.js'
import { editComponents } from './edits.js'
import { memberComponents } from './members.js'
import { messageComponents, messagesQuery } from './messages.js'
import { roomComponents } from './rooms.js'
import { threadParameters, threadQuery } from './threads.js'

const roomPath = '/moderation/rooms/:roomId'

const { roomId, at, ownReport, message, media } = examples
const { id, filename, contentType, byteSize, url } = media

const reported: Report = {
  ...ownReport,
  reporterId: 'bob',
  authorId: 'alice',
  copy: {
    ...{ seq: 7, userName: 'Alice', text: message.text, data: message.data, createdAt: at, editedAt: null },
    media: [{ id, filename, contentType, byteSize, url }],
  },
  ...{ status: 'resolved', note: 'Talked to her', handledById: 'carol', handledAt: at },
}

const roleGiven: AuditEntry = {
  ...{ id: '0198c5a7-6e80-7b72-9d66-90b253748106', action: 'member.role', actorId: 'alice', roomId, userId: 'bob' },
  ...{ messageId: null, reason: null, details: { from: 'member', to: 'admin' }, createdAt: at },
}

export const moderationComponents = {
  Report: component(
    report,
    'A report as moderators see it. `copy` is what was said, whatever became of it since.',
    reported,
  ),
  ReportList: component(listOf(report), 'A page of reports.', list(reported)),
  UpdateReport: component(updateReport, 'What is made of a report. A note that is left out stays.', {
    status: 'resolved',
    note: 'Talked to her',
  }),
  AuditEntry: component(
    auditEntry,
    'Who did what to whom, where, when and why; `actorId` is null where the application did.',
    roleGiven,
  ),
  AuditEntryList: component(listOf(auditEntry), 'A page of the audit.', list(roleGiven)),
}

/** Routes for users whom the host's `isModerator` accepts; everybody else gets `not_found`. */
export const moderationRoutes = [
  route('GET /moderation/audit', {
    name: 'listAudit',
    summary: 'Who did what',
    description: 'What was done to others, newest first.',
    isForModerators: true,
    query: z.object({ ...pageInQuery, ...auditFilter }),
    parameters: {
      actorId: { description: 'What this person did alone.', example: 'alice' },
      action: { description: 'What was done alone.', example: 'member.removed' },
    },
    statuses: [200],
    refusals: ['not_found'],
    response: moderationComponents.AuditEntryList,
    handle: ({ core, me, query }) => ok(core.moderation.audit(me, query)),
  }),
  route('GET /moderation/reports', {
    name: 'listReports',
    summary: 'Reported messages',
    description: 'Newest first, each with a copy of what was said.',
    isForModerators: true,
    query: z.object({ ...pageInQuery, ...reportFilter }),
    parameters: {
      status: { description: 'Reports in this state alone.', example: 'open' },
    },
    statuses: [200],
    refusals: ['not_found'],
    response: moderationComponents.ReportList,
    handle: ({ core, me, query }) => ok(core.moderation.reports(me, query)),
  }),
  route('GET /moderation/reports/:reportId', {
    name: 'getReport',
    summary: 'A report',
    description: 'With a copy of what was said.',
    isForModerators: true,
    statuses: [200],
    response: moderationComponents.Report,
    handle: ({ core, me, params: { reportId } }) => ok(core.moderation.report(me, reportId)),
  }),
  route('PATCH /moderation/reports/:reportId', {
    name: 'updateReport',
    summary: 'Handle a report',
    description: 'Says what was made of it, and remembers who said so.',
    isForModerators: true,
    body: moderationComponents.UpdateReport,
    statuses: [200],
    response: moderationComponents.Report,
    handle: ({ core, me, params: { reportId }, body }) => ok(core.moderation.updateReport(me, reportId, body)),
  }),
  route(`GET ${roomPath}`, {
    name: 'readRoom',
    summary: 'Any room',
    description: 'As nobody in particular sees it. That it was read is audited, here and below.',
    isForModerators: true,
    statuses: [200],
    response: roomComponents.Room,
    handle: ({ core, me, params: { roomId } }) => ok(core.moderation.room(me, roomId)),
  }),
  route(`GET ${roomPath}/members`, {
    name: 'readMembers',
    summary: 'Members of any room',
    description: 'In the order in which they joined.',
    isForModerators: true,
    query: pageQuery,
    statuses: [200],
    response: memberComponents.MemberList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.moderation.members(me, roomId, query)),
  }),
  route(`DELETE ${roomPath}/members/:userId`, {
    name: 'expelMember',
    summary: 'Remove somebody from any room',
    description: 'An owner too.',
    isForModerators: true,
    statuses: [204],
    refusals: ['conflict'],
    handle: ({ core, me, params: { roomId, userId } }) => done(core.moderation.removeMember(me, roomId, userId)),
  }),
  route(`PATCH ${roomPath}/members/:userId`, {
    name: 'silenceMember',
    summary: 'Silence somebody in any room',
    description: 'They read and do not write until then; null ends it.',
    isForModerators: true,
    body: memberComponents.SilenceMember,
    statuses: [200],
    refusals: ['conflict'],
    response: memberComponents.Member,
    handle: ({ core, me, params: { roomId, userId }, body }) => ok(core.moderation.silence(me, roomId, userId, body)),
  }),
  route(`GET ${roomPath}/bans`, {
    name: 'readBans',
    summary: 'Who is kept out of any room',
    description: 'In the order of their ids. Bans that have ended are none.',
    isForModerators: true,
    query: pageQuery,
    statuses: [200],
    refusals: ['conflict'],
    response: banComponents.BanList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.moderation.bans(me, roomId, query)),
  }),
  route(`PUT ${roomPath}/bans/:userId`, {
    name: 'banFromRoom',
    summary: 'Ban somebody from any room',
    description: 'Removes somebody, if they are in, and keeps them out. 200 if they were banned already.',
    isForModerators: true,
    body: banComponents.SetBan,
    statuses: [201, 200],
    refusals: ['conflict'],
    response: banComponents.Ban,
    async handle({ core, me, params: { roomId, userId }, body }) {
      const { ban, created } = await core.moderation.ban(me, roomId, userId, body)
      return made(ban, created)
    },
  }),
  route(`DELETE ${roomPath}/bans/:userId`, {
    name: 'endBanFromRoom',
    summary: 'End a ban from any room',
    description: 'They may come in again.',
    isForModerators: true,
    statuses: [204],
    refusals: ['conflict'],
    handle: ({ core, me, params: { roomId, userId } }) => done(core.moderation.unban(me, roomId, userId)),
  }),
  route(`GET ${roomPath}/messages`, {
    name: 'readMessages',
    summary: 'Messages of any room',
    description: 'As members page through them, and search them.',
    isForModerators: true,
    query: messagesQuery,
    isSearch: ({ q }) => q !== undefined,
    statuses: [200],
    response: messageComponents.MessagePageOrList,
    handle: ({ core, me, params: { roomId }, query: { q, cursor, ...position }, signal }) =>
      q === undefined
        ? ok(core.moderation.messages(me, roomId, position))
        : ok(core.moderation.search(me, roomId, { q, cursor, limit: position.limit }, signal())),
  }),
  route(`GET ${roomPath}/messages/:messageId/edits`, {
    name: 'readEdits',
    summary: 'What a message of any room said before',
    description: 'Newest first; nothing where the application does not keep it.',
    isForModerators: true,
    query: pageQuery,
    statuses: [200],
    response: editComponents.MessageEditList,
    handle: ({ core, me, params: { roomId, messageId }, query }) =>
      ok(core.moderation.edits(me, roomId, messageId, query)),
  }),
  route(`GET ${roomPath}/messages/:messageId/thread`, {
    name: 'readThread',
    summary: 'Replies to a message of any room',
    description: 'As members page through them.',
    isForModerators: true,
    query: threadQuery,
    parameters: threadParameters,
    statuses: [200],
    response: messageComponents.MessagePage,
    handle: ({ core, me, params: { roomId, messageId }, query }) =>
      ok(core.moderation.thread(me, roomId, messageId, query)),
  }),
  route(`DELETE ${roomPath}/messages/:messageId`, {
    name: 'expungeMessage',
    summary: 'Delete a message of any room',
    description: 'A tombstone of it stays.',
    isForModerators: true,
    statuses: [204],
    handle: ({ core, me, params: { roomId, messageId } }) => done(core.moderation.deleteMessage(me, roomId, messageId)),
  }),
]
