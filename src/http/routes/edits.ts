import { type MessageEdit, messageEdit } from '../../contract/edits.js'
import { listOf } from '../../contract/fields.js'
import { component } from '../component.js'
import { examples, list } from '../examples.js'
import { pageQuery } from '../parameters.js'
import { ok, route } from '../route.js'

const edit: MessageEdit = { text: 'Soup is redy, @Bob', mentions: ['bob'], data: null, at: examples.at }

export const editComponents = {
  MessageEdit: component(messageEdit, 'What a message said before it was edited, and since when.', edit),
  MessageEditList: component(listOf(messageEdit), 'A page of what a message said before, newest first.', list(edit)),
}

export const editRoutes = [
  route('GET /rooms/:roomId/messages/:messageId/edits', {
    name: 'listEdits',
    summary: 'What a message said before',
    description:
      'Newest first. For members, or for moderators in their own rooms, as the application says; where it keeps nothing, there is nothing.',
    query: pageQuery,
    statuses: [200],
    refusals: ['forbidden'],
    response: editComponents.MessageEditList,
    handle: ({ core, me, params: { roomId, messageId }, query, isModerator }) =>
      ok(core.edits.list(me, roomId, messageId, query, isModerator)),
  }),
]
