import { components } from '../components.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const members = '/rooms/:roomId/members'
const member = `${members}/:userId` as const

export const memberRoutes = [
  route(`GET ${members}`, {
    name: 'listMembers',
    summary: 'Who is in a room, in the order in which they joined',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden'],
    response: components.MemberList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.members.list(me, roomId, query)),
  }),
  route(`POST ${members}`, {
    name: 'addMember',
    summary: 'Add somebody (needs canAddUsers), or join a public room by your own id or "me"; 200 if already in',
    body: components.AddMember,
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict', 'rejected'],
    response: components.Member,
    async handle({ core, me, params: { roomId }, body }) {
      const userId = body.userId === 'me' ? me : body.userId
      const { member, created } = await core.members.add(me, roomId, { ...body, userId })
      return made(member, created)
    },
  }),
  route(`GET ${member}`, {
    name: 'getMember',
    summary: 'A member of a room',
    statuses: [200],
    refusals: ['forbidden'],
    response: components.Member,
    handle: ({ core, me, params: { roomId, userId } }) => ok(core.members.get(me, roomId, userId)),
  }),
  route(`PATCH ${member}`, {
    name: 'updateMember',
    summary: 'Of oneself muted and lastReadSeq; of others, for owners, role and permissions',
    body: components.UpdateMember,
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: components.Member,
    handle: ({ core, me, params: { roomId, userId }, body }) => ok(core.members.update(me, roomId, userId, body)),
  }),
  route(`DELETE ${member}`, {
    name: 'removeMember',
    summary: 'Remove somebody (needs canRemoveUsers), or leave',
    statuses: [204],
    refusals: ['forbidden', 'conflict'],
    handle: ({ core, me, params: { roomId, userId } }) => done(core.members.remove(me, roomId, userId)),
  }),
]
