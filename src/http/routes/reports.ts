import { createReport, ownReport } from '../../contract/reports.js'
import { component } from '../component.js'
import { examples } from '../examples.js'
import { made, route } from '../route.js'

export const reportComponents = {
  CreateReport: component(
    createReport,
    'Why a message is reported, in a word of the application’s, as `spam`, and what else there is to say.',
    { reason: 'spam', text: 'The third today' },
  ),
  OwnReport: component(ownReport, 'A report as the one who made it sees it.', examples.ownReport),
}

export const reportRoutes = [
  route('POST /rooms/:roomId/messages/:messageId/reports', {
    name: 'reportMessage',
    summary: 'Report a message',
    description: "Tells the application's moderators of it, once: 200 if you did already. Not one of your own.",
    body: reportComponents.CreateReport,
    rate: 'reports',
    statuses: [201, 200],
    refusals: ['forbidden', 'conflict'],
    response: reportComponents.OwnReport,
    async handle({ core, me, params: { roomId, messageId }, body }) {
      const { report, created } = await core.reports.add(me, roomId, messageId, body)
      return made(report, created)
    },
  }),
]
