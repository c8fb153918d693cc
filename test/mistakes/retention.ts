import type { Mistake } from './mistake.js'

const file = 'core/retention/purge.test.ts'
const hidden = {
  file: 'core/retention/hidden.test.ts',
  name: 'is seen by nobody, members, moderators and the host, and cannot be referred to',
}
const all = 'leaves what is not, tells who is there at once and who was away, and counts what is left to read'

/** Of what is removed because it is too old. */
export const retentionMistakes: Mistake[] = [
  {
    name: 'tells of messages that are too old whoever was away, while their rows are there',
    file: 'core/changes.ts',
    find: "'message' in row && isKept(row.message, room)",
    replace: "'message' in row",
    caughtBy: hidden,
  },
  {
    name: 'quotes messages that are too old while their rows are there',
    file: 'store/messages.ts',
    find: '(isKept(row, room) ? [row] : [])',
    replace: '[room, row].slice(1) as (typeof row)[]',
    caughtBy: hidden,
  },
  {
    name: 'lets the host change a message that is too old while its row is there',
    file: 'core/readable.ts',
    find: 'row && isKept(row, room) && isReadable',
    replace: 'row && isReadable',
    caughtBy: hidden,
  },
  {
    name: 'exports messages that are too old while their rows are there',
    file: 'core/exports.ts',
    find: '        if (!isKept(row, room)) continue\n',
    replace: '',
    caughtBy: hidden,
  },
  {
    name: 'counts as unread what is gone because it was too old',
    file: 'store/unread.ts',
    find: 'Math.max(lastReadSeq, purgedSeq)',
    replace: 'Math.max(lastReadSeq, 0 * purgedSeq)',
    caughtBy: { file, name: all },
  },
  {
    name: 'leaves a thread whose message is too old',
    file: 'core/room-purge.ts',
    find: 'if (replies && replies.places.length > 0)',
    replace: 'if (replies && replies.places.length > 1e9)',
    caughtBy: {
      file,
      name: 'takes a thread with the message that it is of, and leaves one of a newer message as it is',
    },
  },
  {
    name: 'takes a room of which another server removes what is too old',
    file: 'store/purge.ts',
    find: 'OR: [{ purgeHeldUntil: null }, { purgeHeldUntil: { lte: now } }]',
    replace: 'OR: [{ purgeHeldUntil: null }, { purgeHeldUntil: { gte: new Date(0) } }, { purgeHeldUntil: now }]',
    caughtBy: { file, name: 'goes on where it was ended, after few messages, and where a server died, a minute later' },
  },
  {
    name: 'takes a room that was ended in the middle for one that is done',
    file: 'core/room-purge.ts',
    find: 'await this.#leave(undefined)',
    replace: 'await this.#leave(this.context.clock())',
    caughtBy: { file, name: 'goes on where it was ended, after few messages, and where a server died, a minute later' },
  },
  {
    name: 'empties the copy of what is too old before anybody has decided on its report',
    file: 'store/purge.ts',
    find: 'keepsOpenReports: true',
    replace: 'keepsOpenReports: false',
    caughtBy: { file, name: 'leaves the copy of what was reported until somebody has decided' },
  },
  {
    name: 'keeps for ever the copy of what is too old once somebody has decided on its report',
    file: 'core/reports.ts',
    find: '        ...(isGone && { copy: withNothingSaid(found.copy) }),\n',
    replace: '        ...(isGone && { copy: [withNothingSaid(found.copy), found.copy][1] }),\n',
    caughtBy: { file, name: 'leaves the copy of what was reported until somebody has decided' },
  },
  {
    name: 'has the type of a room count more than what the room was told itself',
    file: 'core/retention.ts',
    find: 'yield { rooms: { retentionDays: null, type }, before: before(kept) }',
    replace: 'yield { rooms: { type } as TooOld["rooms"], before: before(kept) }',
    caughtBy: { file, name: 'is as the room says, else its type, else all; and not at all where nothing is said' },
  },
  {
    name: 'has a chat end while it removes what is too old',
    file: 'create-chat-router.ts',
    find: '    const purged = purging.close()\n',
    replace: '    const purged = undefined\n',
    caughtBy: { file, name: 'is ended by the end of the chat, which waits for it' },
  },
  {
    name: 'shows in the browser what is too old until the page is read anew',
    file: 'client/create-chat-client.ts',
    find: 'if (isOpened || isCut(before, roomId, now)) {',
    replace: 'if (isOpened || isCut(before, roomId, { ...now, firstSeq: 1 })) {',
    caughtBy: {
      file: 'client/too-old.test.ts',
      name: 'go from what is shown, with the quotes of them, and are unread no more',
    },
  },
  {
    name: 'reads again in the browser only what an event tells of, and not what was missed',
    file: 'client/create-chat-client.ts',
    find: 'void catchingUp.changes(roomId, before).then(() => changedRoom(state, roomId, context.entry(roomId).room))',
    replace: 'void catchingUp.changes(roomId, before).then(() => state)',
    caughtBy: { file: 'client/too-old.test.ts', name: 'shows what was hidden all the same' },
  },
]
