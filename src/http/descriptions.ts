import type { CommandName } from '../contract/frames.js'
import type { components } from './components.js'
import { exampleIds } from './examples.js'

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
  { name: 'Reactions', paths: /\/reactions/, description: 'What people answer to a message with one sign.' },
  { name: 'Messages', paths: /\/messages/, description: 'What is said in a room, numbered without a hole by `seq`.' },
  { name: 'Members', paths: /\/members/, description: 'Who is in a room, with which role and permissions.' },
  { name: 'Bans', paths: /\/bans/, description: 'Who is kept out of a room.' },
  { name: 'Rooms', paths: /^\/rooms/, description: 'Private (two people), groups, and channels.' },
  { name: 'Users', paths: /^\/users/, description: 'People, as the application knows them.' },
  { name: 'Socket', paths: /^\/ws-ticket/, description: 'The way to the socket, of which asyncapi.json tells.' },
] as const

/** What a parameter of a path, a query or a header is, by its name, which means the same on every route. */
export const parameterDescriptions: Record<string, { description: string; example: string | number | boolean }> = {
  roomId: { description: 'The id of a room.', example: exampleIds.roomId },
  messageId: { description: 'The id of a message of the room.', example: exampleIds.messageId },
  reactionId: { description: 'The id of a reaction to the message.', example: exampleIds.reactionId },
  mediaId: { description: 'The id of a file.', example: exampleIds.mediaId },
  userId: { description: 'The id of a user; `me` stands for the caller.', example: 'me' },
  reportId: { description: 'The id of a report.', example: exampleIds.reportId },
  status: { description: 'Reports in this state alone.', example: 'open' },
  actorId: { description: 'What this person did alone.', example: 'alice' },
  action: { description: 'What was done alone.', example: 'member.removed' },
  ban: { description: 'Whether who is removed is kept out; in public rooms unless it is `false`.', example: true },
  limit: { description: 'At most so many items; 50 unless given.', example: 20 },
  cursor: { description: 'The `nextCursor` of the page before.', example: 'WyIyMDI2LTA4LTE5Il0.c2lnbmVk' },
  q: { description: 'What to search for, in any case.', example: 'lunch' },
  type: { description: 'Rooms of this type alone.', example: 'group' },
  requests: { description: 'With `true` the rooms that I am asked into, in place of mine.', example: false },
  before: { description: 'Messages with a `seq` below this one.', example: 120 },
  after: { description: 'Messages with a `seq` above this one.', example: 120 },
  'before a time': { description: 'Messages from before this time.', example: '2026-08-20T00:00:00.000Z' },
  'after a time': { description: 'Messages from after this time.', example: '2026-08-19T00:00:00.000Z' },
  has: { description: 'With `media`, messages that carry some.', example: 'media' },
  around: { description: 'Messages on both sides of this `seq`.', example: 120 },
  since: { description: 'The revision up to which the caller knows the room; 0 for all of it.', example: 4_711 },
  expires: { description: 'Part of a signed URL: when it ends.', example: '1790000000' },
  signature: { description: 'Part of a signed URL: what it was signed with.', example: 'mZ0x7dJxkq3vYw2b' },
  'Idempotency-Key': {
    description: 'The same as `clientId` in the body: sent again with it, a message stays one message.',
    example: exampleIds.clientId,
  },
}

export const schemaDescriptions: Record<keyof typeof components, string> = {
  User: 'A person, as others see them.',
  UserList: 'A page of people.',
  UpdateUser: 'What people may change of their own profile. What is left out stays; null takes the picture away.',
  Block: 'Somebody whom the caller blocks.',
  BlockList: 'A page of those whom the caller blocks.',
  Room: 'A room. `lastMessage`, `peer`, `me` and `request` depend on who looks, and are absent in events, which many people receive.',
  RoomList: 'A page of rooms.',
  RoomType: '`private`: exactly two people. `group`: everybody writes. `channel`: only those who may.',
  CreateRoom: 'A new room. `private` takes exactly one other user and no name; `group` and `channel` need a name.',
  UpdateRoom: 'What is to be changed of a room. What is left out stays; null takes the picture away.',
  Me: "The caller's own side of a room.",
  Member: 'A person in a room.',
  MemberList: 'A page of members.',
  Role: 'What a member is in a room; `owner` is the most.',
  Permissions: 'The nine things that a member may or may not do in a room.',
  SomePermissions: 'Some of the nine; the others stay as they are.',
  Ban: 'Somebody who is kept out of a room.',
  BanList: 'A page of bans.',
  SetBan: 'Until when somebody is kept out, for good unless it says so, and why, for those who may do the same.',
  AddMember:
    'Owners and admins may give a role and permissions, never more than they hold; everyone else adds with the preset.',
  UpdateMember:
    'Of oneself `muted` and `lastReadSeq`; of others, for owners, `role` (its preset follows) and `permissions`, and with `canRemoveUsers` `silencedUntil`.',
  SilenceMember: 'Until when somebody reads and does not write; null ends that.',
  ReadMany: 'Rooms that are read, each up to a message.',
  ReadManyAnswer: "The caller's side of the rooms that were named and are the caller's.",
  Message: 'A message as it is now. One that was deleted stays as a tombstone: text, media and reactions are empty.',
  MessageList: 'A page of what a search found, newest first.',
  FoundMessage: 'A message that was found, its room, and where in its text what was looked for is.',
  FoundMessageList:
    'A page of what was found, newest first; it may hold less than was asked for, or nothing, though there is more.',
  MessagePage: "A page of a room's history, ascending by `seq`.",
  MessagePageOrList: 'A page of the history, or with `q` a page of what was found.',
  SendMessage: 'A new message: text, media or both.',
  EditMessage: 'What is to be changed of a message: text, mentions or both. What is left out stays.',
  Media: 'A file that was uploaded. The URLs are signed, expire, and go into an `<img src>` as they are.',
  Reaction: "One person's reaction to one message.",
  ReactionCount: 'All reactions of one kind to a message, with the first 20 who reacted so.',
  ReactionList: 'A page of reactions.',
  AddReaction: 'A reaction, one that the application allows.',
  CreateReport: 'Why a message is reported, in a word of the application’s, as `spam`, and what else there is to say.',
  OwnReport: 'A report as the one who made it sees it.',
  Report: 'A report as moderators see it. `copy` is what was said, whatever became of it since.',
  ReportList: 'A page of reports.',
  UpdateReport: 'What is made of a report. A note that is left out stays.',
  AuditEntry: 'Who did what to whom, where, when and why; `actorId` is null where the application did.',
  AuditEntryList: 'A page of the audit.',
  DurableEvent: 'A change of a room that is never lost: live, or later as the state that it led to.',
  Changes:
    'What changed in a room. Everything up to `revision` is in `events` or older: it is the `since` of the next call.',
  Ticket: 'Opens one socket, once, until `expiresAt`.',
  Problem: 'Why something was refused (RFC 9457). Switch on `code`; titles and details may change.',
}

/** What a client asks for over the socket. */
export const commandDescriptions: Record<CommandName, string> = {
  'message.send': 'Sends a message; the same `clientId` again is the same message.',
  'message.edit': 'Changes the text or the mentions of a message; what is left out stays.',
  'message.delete': 'Deletes a message, of which a tombstone stays.',
  'reaction.add': 'Reacts to a message.',
  'reaction.remove': 'Takes a reaction of one’s own back.',
  read: 'Marks a room as read up to a message.',
  'read.many': 'Marks rooms as read, each up to a message.',
  typing: 'Says that one types, or has stopped; others forget it after a few seconds.',
  'presence.watch': 'Watches whether these people are here, in place of those watched before.',
}
