import { z } from 'zod'
import { flagInQuery } from '../../contract/fields.js'
import { components } from '../components.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const removalQuery = z.object({ ban: flagInQuery.optional() })

const members = '/rooms/:roomId/members'
const member = `${members}/:userId` as const

export const memberRoutes = [
  route(`GET ${members}`, {
    name: 'listMembers',
    summary: 'Members of a room',
    description: 'In the order in which they joined.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden'],
    response: components.MemberList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.members.list(me, roomId, query)),
  }),
  route(`POST ${members}`, {
    name: 'addMember',
    summary: 'Add somebody, or join',
    description:
      "Adding needs `canAddUsers`; a public room is joined by one's own id or `me`. 200 if they are in already; 202 if they are asked first, and so not in it yet.",
    body: components.AddMember,
    statuses: [201, 200, 202],
    adds: ({ userId }, me) => (userId === 'me' || userId === me ? 0 : 1),
    refusals: ['forbidden', 'conflict', 'rejected'],
    response: components.Member,
    async handle({ core, me, params: { roomId }, body }) {
      const userId = body.userId === 'me' ? me : body.userId
      const { member, created } = await core.members.add(me, roomId, { ...body, userId })
      return member.isAsked ? { status: 202, body: member } : made(member, created)
    },
  }),
  route(`GET ${member}`, {
    name: 'getMember',
    summary: 'A member of a room',
    description: 'With the role, the permissions and the read marker.',
    statuses: [200],
    refusals: ['forbidden'],
    response: components.Member,
    handle: ({ core, me, params: { roomId, userId } }) => ok(core.members.get(me, roomId, userId)),
  }),
  route(`PATCH ${member}`, {
    name: 'updateMember',
    summary: 'Change a member',
    description:
      'Of oneself `muted` and `lastReadSeq`; of others, for owners, `role` and `permissions`, and with `canRemoveUsers` `silencedUntil`.',
    body: components.UpdateMember,
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: components.Member,
    handle: ({ core, me, params: { roomId, userId }, body }) => ok(core.members.update(me, roomId, userId, body)),
  }),
  route(`DELETE ${member}`, {
    name: 'removeMember',
    summary: 'Remove somebody, or leave',
    description:
      "Removing needs `canRemoveUsers`; leaving is by one's own id or `me`. Who is removed from a public room is banned from it unless `ban=false` is given.",
    query: removalQuery,
    statuses: [204],
    refusals: ['forbidden', 'conflict', 'rejected'],
    handle: ({ core, me, params: { roomId, userId }, query: { ban } }) =>
      done(core.members.remove(me, roomId, userId, { ban })),
  }),
]
