import { listOf } from '../../contract/fields.js'
import { createInvite, type Invite, invite, invitedRoom, newInvite } from '../../contract/invites.js'
import type { Counted } from '../../core/rates.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'
import { roomComponents } from './rooms.js'

const invitesPath = '/rooms/:roomId/invites'

const { roomId, inviteId, code, alice, at } = examples

const kitchenLink: Invite = {
  ...{ id: inviteId, roomId, createdBy: { ...alice, lastSeenAt: null } },
  ...{ expiresAt: '2026-08-26T09:30:00.000Z', maxUses: 10, uses: 2, createdAt: at },
}

export const inviteComponents = {
  Invite: component(invite, 'A link that lets people into a room. Its code was told to who made it.', kitchenLink),
  InviteList: component(listOf(invite), 'A page of links.', list(kitchenLink)),
  NewInvite: component(newInvite, 'A link that was just made, with its code, which is told this once.', {
    ...kitchenLink,
    ...{ uses: 0, code },
  }),
  CreateInvite: component(createInvite, 'How long a link is good, and for how many; without end unless it says so.', {
    expiresAt: '2026-08-26T09:30:00.000Z',
    maxUses: 10,
  }),
  InvitedRoom: component(invitedRoom, 'What somebody sees of a room who has a link into it.', {
    ...{ name: 'Kitchen', avatarUrl: null, memberCount: 2 },
  }),
}

export const inviteRoutes = [
  route(`GET ${invitesPath}`, {
    name: 'listInvites',
    summary: 'Links into a room',
    description: 'Newest first, without their codes; needs `canAddUsers`. Links that have ended are none.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: inviteComponents.InviteList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.invites.list(me, roomId, query)),
  }),
  route(`POST ${invitesPath}`, {
    name: 'createInvite',
    summary: 'Make a link into a room',
    description:
      'For groups and channels; needs `canAddUsers`. The code is told this once. The link ends with the right of who made it to add people.',
    body: inviteComponents.CreateInvite,
    statuses: [201],
    refusals: ['forbidden', 'conflict'],
    response: inviteComponents.NewInvite,
    handle: async ({ core, me, params: { roomId }, body }) => made(await core.invites.create(me, roomId, body)),
  }),
  route(`DELETE ${invitesPath}/:inviteId`, {
    name: 'removeInvite',
    summary: 'Revoke a link',
    description: 'One of your own; that of somebody else needs `canRemoveUsers`.',
    statuses: [204],
    refusals: ['forbidden', 'conflict'],
    handle: ({ core, me, params: { roomId, inviteId } }) => done(core.invites.remove(me, roomId, inviteId)),
  }),
  route('GET /invites/:code', {
    name: 'getInvite',
    summary: 'Where a link leads',
    description: 'The name and the picture of the room, and how many are in it.',
    rate: 'searches',
    statuses: [200],
    response: inviteComponents.InvitedRoom,
    handle: ({ core, me, params: { code } }) => ok(core.invites.get(me, code)),
  }),
  route('POST /invites/:code/join', {
    name: 'joinByInvite',
    summary: 'Join by a link',
    description: '200 if I am in the room already. A use of the link is who was never in the room.',
    rate: 'searches',
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict', 'rejected'],
    response: roomComponents.Room,
    async handle({ core, me, params: { code }, rates }) {
      const { joins, brings } = await core.invites.actingFor(me, code)
      const taken: [Counted, string][] = []
      let isIn = false
      try {
        for (const [name, userId] of [
          ['adds', joins],
          ['invites', brings],
        ] as const) {
          if (userId === undefined) continue
          await rates.take(name, userId)
          taken.push([name, userId])
        }
        const { roomId, created } = await core.invites.join(me, code)
        isIn = created
        return made(await core.rooms.get(me, roomId), created)
      } finally {
        if (!isIn) for (const [name, userId] of taken) await rates.giveBack(name, userId)
      }
    },
  }),
]
