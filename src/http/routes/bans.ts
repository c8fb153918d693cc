import { type Ban, ban, setBan } from '../../contract/bans.js'
import { listOf } from '../../contract/fields.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const bansPath = '/rooms/:roomId/bans'
const banPath = `${bansPath}/:userId` as const

const kitchenBan: Ban = {
  ...{ roomId: examples.roomId, user: examples.bob, until: '2026-08-26T09:30:00.000Z', reason: 'Advertises' },
  ...{ bannedById: 'alice', createdAt: examples.at },
}

export const banComponents = {
  Ban: component(ban, 'Somebody who is kept out of a room.', kitchenBan),
  BanList: component(listOf(ban), 'A page of bans.', list(kitchenBan)),
  SetBan: component(
    setBan,
    'Until when somebody is kept out, for good unless it says so, and why, for those who may do the same.',
    { until: '2026-08-26T09:30:00.000Z', reason: 'Advertises' },
  ),
}

export const banRoutes = [
  route(`GET ${bansPath}`, {
    name: 'listBans',
    summary: 'Who is kept out of a room',
    description: 'In the order of their ids; needs `canRemoveUsers`. Bans that have ended are none.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: banComponents.BanList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.bans.list(me, roomId, query)),
  }),
  route(`PUT ${banPath}`, {
    name: 'setBan',
    summary: 'Ban somebody',
    description:
      'Removes somebody, if they are in, and keeps them from joining and from being added; needs `canRemoveUsers`. 200 if they were banned already: until when and why are changed.',
    body: banComponents.SetBan,
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict'],
    response: banComponents.Ban,
    async handle({ core, me, params: { roomId, userId }, body }) {
      const { ban, created } = await core.bans.set(me, roomId, userId, body)
      return made(ban, created)
    },
  }),
  route(`DELETE ${banPath}`, {
    name: 'removeBan',
    summary: 'End a ban',
    description: 'They may come in again; needs `canRemoveUsers`.',
    statuses: [204],
    refusals: ['forbidden', 'conflict'],
    handle: ({ core, me, params: { roomId, userId } }) => done(core.bans.remove(me, roomId, userId)),
  }),
]
