import type { CommandName } from '../contract/frames.js'
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
