import type { DurableEvent, EphemeralEvent, PersonalEvent } from '../contract/events.js'
import type { CommandName, ControlFrame } from '../contract/frames.js'
import { exampleIds } from './examples.js'
import type { ParameterDescription } from './parameters.js'

/** Parts of the API: the first whose pattern fits a route's path is the route's. */
export const tags = [
  {
    name: 'Moderation',
    paths: /^\/moderation/,
    description: 'For those whom the application trusts with every room; for all others there is nothing here.',
  },
  {
    name: 'Media',
    paths: /^\/media/,
    description: 'Files: uploaded once, then carried by a message or shown as a picture.',
  },
  { name: 'Threads', paths: /\/thread/, description: 'Replies to a message, in a thread of their own.' },
  { name: 'Reactions', paths: /\/reactions/, description: 'What people answer to a message with one sign.' },
  { name: 'Messages', paths: /\/messages/, description: 'What is said in a room, numbered without a hole by `seq`.' },
  { name: 'Scheduled', paths: /\/scheduled/, description: 'Messages that are kept, and sent later.' },
  { name: 'Members', paths: /\/members/, description: 'Who is in a room, with which role and permissions.' },
  { name: 'Pins', paths: /\/pins/, description: 'Messages that a room keeps in sight.' },
  { name: 'Bans', paths: /\/bans/, description: 'Who is kept out of a room.' },
  { name: 'Invites', paths: /\/invites/, description: 'Links that let people into a room.' },
  { name: 'Rooms', paths: /^\/rooms/, description: 'Private (two people), groups, and channels.' },
  { name: 'Users', paths: /^\/users/, description: 'People, as the application knows them.' },
  { name: 'Socket', paths: /^\/ws-ticket/, description: 'The way to the socket, of which asyncapi.json tells.' },
] as const

/** The parameters of paths, queries and headers that mean the same on several routes; a row describes what is its own. */
export const parameterDescriptions: Record<string, ParameterDescription> = {
  roomId: { description: 'The id of a room.', example: exampleIds.roomId },
  messageId: { description: 'The id of a message of the room.', example: exampleIds.messageId },
  reactionId: { description: 'The id of a reaction to the message.', example: exampleIds.reactionId },
  mediaId: { description: 'The id of a file.', example: exampleIds.mediaId },
  userId: { description: 'The id of a user; `me` stands for the caller.', example: 'me' },
  inviteId: { description: 'The id of a link into the room.', example: exampleIds.inviteId },
  code: { description: 'What a link says.', example: exampleIds.code },
  reportId: { description: 'The id of a report.', example: exampleIds.reportId },
  limit: { description: 'At most so many items; 50 unless given.', example: 20 },
  cursor: { description: 'The `nextCursor` of the page before.', example: 'WyIyMDI2LTA4LTE5Il0.c2lnbmVk' },
  q: { description: 'What to search for, in any case.', example: 'lunch' },
  before: { description: 'Messages with a `seq` below this one.', example: 120 },
  after: { description: 'Messages with a `seq` above this one.', example: 120 },
  around: { description: 'Messages on both sides of this `seq`.', example: 120 },
}

/** What a client asks for over the socket. */
export const commandDescriptions: Record<CommandName, string> = {
  'message.send':
    'Sends a message; the same `clientId` again is the same message. With `sendAt` it is kept, and sent then.',
  'message.edit': 'Changes the text of a message, whom it mentions, or its data; what is left out stays.',
  'message.delete': 'Deletes a message, of which a tombstone stays.',
  'message.pin': 'Pins a message.',
  'message.unpin': 'Takes a message from those that are pinned.',
  'reaction.add': 'Reacts to a message.',
  'reaction.remove': 'Takes a reaction of one’s own back.',
  read: 'Marks a room as read up to a message.',
  'read.many': 'Marks rooms as read, each up to a message.',
  'presence.set':
    'Says whether the user looks at this client; so it is taken to be until then. Stored where the server notifies people (`welcome.asksInFront`).',
  typing: 'Says that one types, or has stopped; others forget it after a few seconds.',
  'presence.watch': 'Watches whether these people are here, in place of those watched before.',
}

type FrameType = (ControlFrame | DurableEvent | PersonalEvent | EphemeralEvent)['type']

/** What a client is told over the socket. */
export const frameDescriptions: Record<FrameType, string> = {
  welcome: 'The answer to `hello`: who I am, the limits, and how each of my rooms stands.',
  ready: 'All that was missed has come. From here on everything is live.',
  'room.reset': 'Too much was missed in this room: read it again over HTTP.',
  ok: 'The command with this `id` was done, and is committed. `result` is what the command answers with.',
  error: 'The command with this `id` was refused, and nothing was done. `problem` says why.',
  'message.created': 'Somebody wrote a message.',
  'message.updated': 'A message was edited, pinned or reacted to, or somebody replied to it; `cause` says which.',
  'message.deleted': 'A message was deleted. What comes is its tombstone.',
  'message.hidden': 'A message changed that I may not read. There is nothing to show.',
  'member.added': 'Somebody came into the room.',
  'member.updated': 'A role, a permission or a silence changed.',
  'member.removed': 'Somebody left, or was removed.',
  'room.updated': 'The name, the picture or a setting of the room changed.',
  'room.deleted': 'The room is gone.',
  'room.joined': 'I am in a room that I was not in before.',
  'room.requested': 'Somebody asks me into a room.',
  'room.left': 'I am no longer in this room, and hear nothing more of it.',
  'block.changed': 'I block somebody, or no longer do, on this or another device.',
  'thread.updated': 'I follow a thread, or no longer do, or have read on in it.',
  'me.updated': 'I have read, muted or pinned a room, on this or another device.',
  typing: 'Who is typing in a room now. The list replaces the one before.',
  read: 'Somebody has read on in a room.',
  presence: 'Somebody whom I watch came or went.',
  'user.updated': 'The name, the description or the picture of somebody changed.',
}
