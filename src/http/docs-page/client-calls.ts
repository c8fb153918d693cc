import type { CommandName, ControlFrame } from '../../contract/frames.js'

// What somebody writes who uses the client; `room` is client.room(roomId). A test compiles each.

const calls = {
  uploadMedia: 'const media = await client.media.upload(file, { onProgress: (fraction) => show(fraction) })',
  getMedia: 'const media = await client.media.get(mediaId)',
  getMediaContent: 'client.media.source(media.url).subscribe(() => show(client.media.source(media.url).getSnapshot()))',
  getMediaThumbnail:
    'const url = client.media.source(media.thumbnailUrl ?? media.url)\nurl.subscribe(() => show(url.getSnapshot()))',
  listRooms: 'client.rooms.subscribe(() => show(client.rooms.getSnapshot().items))\nawait client.rooms.loadMore()',
  createRoom: "const { id } = await client.rooms.create({ type: 'group', name: 'Kitchen', userIds: ['bob'] })",
  listPublicRooms: "const { items } = await client.rooms.searchPublic('kitchen')",
  markManyRead: 'client.rooms.markAllRead()',
  getRoom: 'await room.load()\nshow(room.getSnapshot())',
  updateRoom: "await room.update({ name: 'Kitchen and garden' })",
  deleteRoom: 'await room.delete()',
  acceptRequest: 'await client.requests.accept(roomId)',
  refuseRequest: 'await client.requests.refuse(roomId)',
  listChanges: 'const { events, revision } = await room.changes(12)',
  listMembers: 'await room.members.load()\nshow(room.members.getSnapshot().items)',
  addMember: "await room.members.add({ userId: 'bob' })",
  getMember: "const member = await room.members.get('bob')",
  updateMember: "await room.members.update('bob', { role: 'admin' })\nawait room.updateMe({ notify: 'mentions' })",
  removeMember: "await room.members.remove('bob')\nawait room.leave()",
  listBans: 'const { items } = await room.bans.list()',
  setBan: "await room.bans.set('bob', { reason: 'Advertises' })",
  removeBan: "await room.bans.remove('bob')",
  listInvites: 'const { items } = await room.invites.list()',
  createInvite: 'const { code } = await room.invites.create({ maxUses: 10 })',
  removeInvite: 'await room.invites.remove(inviteId)',
  getInvite: 'const { name, memberCount } = await client.invites.get(code)',
  joinByInvite: 'await client.invites.join(code)',
  searchMessages: "const { items } = await client.search({ q: 'lunch' })",
  listMessages: 'await room.messages.load()\nshow(room.messages.getSnapshot().items)\nawait room.messages.loadBefore()',
  sendMessage: "await room.messages.send({ text: 'Soup is ready, @Bob', mentions: ['bob'] })",
  getMessage: 'const message = await room.messages.get(messageId)',
  editMessage: "await room.messages.edit(messageId, 'Soup is ready at noon, @Bob')",
  deleteMessage: 'await room.messages.delete(messageId)',
  listAllScheduled: 'const { items } = await client.scheduled.list()',
  listScheduled: 'const { items } = await room.scheduled.list()',
  editScheduled: "await room.scheduled.update(scheduledId, { text: 'Soup is ready at noon' })",
  cancelScheduled: 'await room.scheduled.cancel(scheduledId)',
  listEdits: 'const { items } = await room.messages.edits(messageId)',
  listReaders: 'const { items } = await room.messages.readers(messageId)',
  listPins: 'await room.pins.load()\nshow(room.pins.getSnapshot().items)',
  pinMessage: 'await room.pins.pin(messageId)',
  unpinMessage: 'await room.pins.unpin(messageId)',
  listThreads: 'await client.threads.load()\nshow(client.threads.getSnapshot().items)',
  listThread:
    'const thread = room.thread(messageId)\nawait thread.messages.load()\nshow(thread.messages.getSnapshot().items)',
  getThreadMe: 'const thread = room.thread(messageId)\nawait thread.load()\nshow(thread.me.getSnapshot())',
  markThreadRead: 'await room.thread(messageId).markRead()',
  followThread: 'await room.thread(messageId).follow(true)',
  unfollowThread: 'await room.thread(messageId).follow(false)',
  listReactions: 'const { items } = await room.messages.reactions(messageId)',
  addReaction: "await room.messages.react(messageId, '👍')",
  getReaction: '// The client reads all of a message.\nconst { items } = await room.messages.reactions(messageId)',
  removeReaction: "await room.messages.unreact(messageId, '👍')",
  listMyReactions: 'const { items } = await client.me.reactions()',
  reportMessage: "await room.messages.report(messageId, { reason: 'spam' })",
  getMe: 'show(client.me.getSnapshot())',
  updateMe: "await client.me.update({ description: 'Cooks on Tuesdays' })",
  listBlocks: 'await client.blocks.load()\nshow(client.blocks.getSnapshot().items)',
  blockUser: "await client.blocks.add('bob')",
  unblockUser: "await client.blocks.remove('bob')",
  getUser: "const user = await client.users.get('bob')",
  searchUsers: "const { items } = await client.users.search('bo')",
  listAudit: "const { items } = await client.moderation.audit({ action: 'member.banned' })",
  listReports: "const { items } = await client.moderation.reports({ status: 'open' })",
  getReport: '// The client reads those of a room.\nconst { items } = await client.moderation.reports({ roomId })',
  updateReport: "await client.moderation.updateReport(reportId, { status: 'resolved', note: 'Banned' })",
  readRoom: 'const anyRoom = await client.moderation.room(roomId).get()',
  readMembers: 'const { items } = await client.moderation.room(roomId).members()',
  expelMember: "await client.moderation.room(roomId).removeMember('bob')",
  silenceMember: "await client.moderation.room(roomId).silence('bob', '2026-08-26T09:30:00.000Z')",
  readBans: 'const { items } = await client.moderation.room(roomId).bans()',
  banFromRoom: "await client.moderation.room(roomId).ban('bob', { reason: 'Advertises' })",
  endBanFromRoom: "await client.moderation.room(roomId).unban('bob')",
  readMessages: 'const { items } = await client.moderation.room(roomId).messages()',
  readEdits: 'const { items } = await client.moderation.room(roomId).edits(messageId)',
  readThread:
    '// The client has no call for this. It reads the room, where `thread` says how many replies there are.\nconst { items } = await client.moderation.room(roomId).messages()',
  expungeMessage: 'await client.moderation.room(roomId).deleteMessage(messageId)',
  issueTicket: 'client.connect() // takes its tickets by itself',
}

/** The client's call for each operation, by its `operationId`. */
export const clientCalls: Readonly<Record<string, string>> = calls

/** The client's call for each frame that a client sends, by its type. */
export const commandCalls: Readonly<Record<CommandName | 'hello', string>> = {
  hello: 'client.connect()',
  'message.send': calls.sendMessage,
  'message.edit': calls.editMessage,
  'message.delete': calls.deleteMessage,
  'message.pin': calls.pinMessage,
  'message.unpin': calls.unpinMessage,
  'reaction.add': calls.addReaction,
  'reaction.remove': calls.removeReaction,
  read: 'room.markRead(7)',
  'read.many': 'client.rooms.markAllRead()',
  typing: 'room.typing.start()',
  'presence.set': 'client.setInFront(false)',
  'presence.watch': "const stop = client.presence.watch(['bob'])\nshow(client.presence.of('bob').getSnapshot())",
}

const byConnection = 'client.connection.subscribe(() => show(client.connection.getSnapshot().status))'
const byAnswer = "await room.messages.send({ text: 'Soup is ready' }) // resolves by `ok`, and rejects by `error`"

/** Frames of the protocol itself are the client's own business, and show in something else. */
const controlCalls: Readonly<Record<ControlFrame['type'], string>> = {
  welcome: byConnection,
  ready: byConnection,
  'room.reset': byConnection,
  ok: byAnswer,
  error: byAnswer,
}

/** How a page hears of a frame that the server sends. */
export function eventCall(type: string, example: object): string {
  const control = Object.entries(controlCalls).find(([name]) => name === type)
  if (control) return control[1]
  const fields = Object.keys(example).filter((name) => name !== 'type')
  return `client.onEvent((event) => {\n  if (event.type !== '${type}') return\n  const { ${fields.join(', ')} } = event\n})`
}
