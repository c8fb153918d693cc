import { components } from '../components.js'
import { pageQuery } from '../parameters.js'
import { done, made, ok, route } from '../route.js'

const bans = '/rooms/:roomId/bans'
const ban = `${bans}/:userId` as const

export const banRoutes = [
  route(`GET ${bans}`, {
    name: 'listBans',
    summary: 'Who is kept out of a room',
    description: 'In the order of their ids; needs `canRemoveUsers`. Bans that have ended are none.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden', 'conflict'],
    response: components.BanList,
    handle: ({ core, me, params: { roomId }, query }) => ok(core.bans.list(me, roomId, query)),
  }),
  route(`PUT ${ban}`, {
    name: 'setBan',
    summary: 'Ban somebody',
    description:
      'Removes somebody, if they are in, and keeps them from joining and from being added; needs `canRemoveUsers`. 200 if they were banned already: until when and why are changed.',
    body: components.SetBan,
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict'],
    response: components.Ban,
    async handle({ core, me, params: { roomId, userId }, body }) {
      const { ban, created } = await core.bans.set(me, roomId, userId, body)
      return made(ban, created)
    },
  }),
  route(`DELETE ${ban}`, {
    name: 'removeBan',
    summary: 'End a ban',
    description: 'They may come in again; needs `canRemoveUsers`.',
    statuses: [204],
    refusals: ['forbidden', 'conflict'],
    handle: ({ core, me, params: { roomId, userId } }) => done(core.bans.remove(me, roomId, userId)),
  }),
]
