import type { SystemMessage } from 'express-chat/client'
import { expect, it } from 'vitest'
import { systemText } from '../../examples/demo/page/messages/system-text.js'

const names: Record<string, string> = { me: 'you', bob: 'Bob', carol: 'Carol', dora: 'Dora' }
const say = (system: SystemMessage | null) => systemText({ system }, (id) => names[id])

it.each<[SystemMessage, string]>([
  [{ type: 'room.created', actorId: 'me' }, 'You created the room'],
  [{ type: 'room.renamed', actorId: 'bob', name: 'Trip' }, 'Bob renamed the room to “Trip”'],
  [{ type: 'member.added', actorId: 'me', userIds: ['bob'] }, 'You added Bob'],
  [{ type: 'member.added', actorId: 'bob', userIds: ['me', 'carol', 'dora'] }, 'Bob added you, Carol, and Dora'],
  [{ type: 'member.joined', actorId: 'me' }, 'You joined'],
  [{ type: 'member.joined', actorId: 'bob', userIds: ['bob'] }, 'Bob joined'],
  [{ type: 'member.left', actorId: 'bob' }, 'Bob left'],
  [{ type: 'member.removed', actorId: 'bob', userIds: ['me'] }, 'Bob removed you'],
  [{ type: 'member.banned', actorId: 'me', userIds: ['bob'] }, 'You banned Bob'],
  [{ type: 'owner.changed', actorId: 'bob', userIds: ['me'] }, 'Bob made you an owner'],
  [{ type: 'owner.changed', actorId: null, userIds: ['me'] }, 'You are now an owner'],
  [{ type: 'message.pinned', actorId: 'bob' }, 'Bob pinned a message'],
])('the page says of %o: %s', (system, sentence) => {
  expect(say(system)).toBe(sentence)
})

it.each<[string, SystemMessage | null]>([
  ['a name is not known here', { type: 'member.left', actorId: 'stranger' }],
  ['one of several names is not', { type: 'member.added', actorId: 'me', userIds: ['bob', 'stranger'] }],
  ['nobody of the chat did it', { type: 'member.added', actorId: null, userIds: ['bob'] }],
  ['the words are the host’s', { type: 'host', actorId: null }],
  ['the message was deleted', null],
])('the page leaves the words to the server where %s', (_, system) => {
  expect(say(system)).toBeUndefined()
})
