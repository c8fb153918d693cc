import { z } from 'zod'
import { flagInQuery, listOf } from '../../contract/fields.js'
import { addMember, me, member, silenceMember, updateMember } from '../../contract/members.js'
import { permissions, role, somePermissions } from '../../contract/permissions.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const removalQuery = z.object({ ban: flagInQuery.optional() })

const membersPath = '/rooms/:roomId/members'
const memberPath = `${membersPath}/:userId` as const

export const memberComponents = {
  Me: component(me, "The caller's own side of a room.", examples.me),
  Member: component(member, 'A person in a room.', examples.member),
  MemberList: component(listOf(member), 'A page of members.', list(examples.member)),
  Role: component(role, 'What a member is in a room; `owner` is the most.', 'member'),
  Permissions: component(
    permissions,
    'The nine things that a member may or may not do in a room.',
    examples.permissions,
  ),
  SomePermissions: component(somePermissions, 'Some of the nine; the others stay as they are.', { canAddUsers: false }),
  AddMember: component(
    addMember,
    'Owners and admins may give a role and permissions, never more than they hold; everyone else adds with the preset.',
    { userId: 'bob' },
  ),
  UpdateMember: component(
    updateMember,
    'Of oneself `muted`, `mutedUntil`, `notify`, `isPinned`, `isArchived`, `isMarkedUnread` and `lastReadSeq`; of others, for owners, `role` (its preset follows) and `permissions`, and with `canRemoveUsers` `silencedUntil`.',
    { mutedUntil: examples.at, lastReadSeq: 7 },
  ),
  SilenceMember: component(silenceMember, 'Until when somebody reads and does not write; null ends that.', {
    silencedUntil: examples.at,
  }),
}

export const memberRoutes = [
  route(`GET ${membersPath}`, {
    name: 'listMembers',
    summary: 'Members of a room',
    description: 'In the order in which they joined.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden'],
    response: memberComponents.MemberList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.members.list(me, roomId, query)),
  }),
  route(`POST ${membersPath}`, {
    name: 'addMember',
    summary: 'Add somebody, or join',
    description:
      "Adding needs `canAddUsers`; a public room is joined by one's own id or `me`. 200 if they are in already; 202 if they are asked first, and so not in it yet.",
    body: memberComponents.AddMember,
    statuses: [201, 200, 202],
    adds: ({ userId }, me) => (userId === 'me' || userId === me ? 0 : 1),
    refusals: ['forbidden', 'conflict', 'rejected'],
    response: memberComponents.Member,
    async handle({ core, me, params: { roomId }, body }) {
      const userId = body.userId === 'me' ? me : body.userId
      const { member, created } = await core.members.add(me, roomId, { ...body, userId }, 'client')
      return member.isAsked ? { status: 202, body: member } : made(member, created)
    },
  }),
  route(`GET ${memberPath}`, {
    name: 'getMember',
    summary: 'A member of a room',
    description: 'With the role, the permissions and the read marker.',
    statuses: [200],
    refusals: ['forbidden'],
    response: memberComponents.Member,
    handle: ({ core, me, params: { roomId, userId } }) => ok(core.members.get(me, roomId, userId)),
  }),
  route(`PATCH ${memberPath}`, {
    name: 'updateMember',
    summary: 'Change a member',
    description:
      'Of oneself how the room is kept, and `lastReadSeq`; of others, for owners, `role` and `permissions`, and with `canRemoveUsers` `silencedUntil`.',
    body: memberComponents.UpdateMember,
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: memberComponents.Member,
    handle: ({ core, me, params: { roomId, userId }, body }) => ok(core.members.update(me, roomId, userId, body)),
  }),
  route(`DELETE ${memberPath}`, {
    name: 'removeMember',
    summary: 'Remove somebody, or leave',
    description:
      "Removing needs `canRemoveUsers`; leaving is by one's own id or `me`. Who is removed from a public room is banned from it unless `ban=false` is given.",
    query: removalQuery,
    parameters: {
      ban: { description: 'Whether who is removed is kept out; in public rooms unless it is `false`.', example: true },
    },
    statuses: [204],
    refusals: ['forbidden', 'conflict', 'rejected'],
    handle: ({ core, me, params: { roomId, userId }, query: { ban } }) =>
      done(core.members.remove(me, roomId, userId, { ban })),
  }),
]
