import { components } from '../components.js'
import { made, route } from '../route.js'

export const reportRoutes = [
  route('POST /rooms/:roomId/messages/:messageId/reports', {
    name: 'reportMessage',
    summary: 'Report a message',
    description: "Tells the application's moderators of it, once: 200 if you did already. Not one of your own.",
    body: components.CreateReport,
    rate: 'reports',
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict'],
    response: components.OwnReport,
    async handle({ core, me, params: { roomId, messageId }, body }) {
      const { report, created } = await core.reports.add(me, roomId, messageId, body)
      return made(report, created)
    },
  }),
]
