import type { Mistake } from './mistake.js'

const file = 'core/imports.test.ts'
const live = 'core/imports-live.test.ts'
const batch = 'store/append/import-batch.ts'
const read = {
  file: live,
  name: 'is nobody’s to read: neither of who had read all, nor of who has something to read yet',
}
const told = { file: live, name: 'is notified of to nobody, and posted to the webhooks alone that ask for it' }

const retained = {
  file: live,
  name: 'is removed by the retention where it is too old, and nothing with it that people say now',
}

/** Of messages that were written elsewhere. */
export const importMistakes: Mistake[] = [
  {
    name: 'looks for what was imported before it has the lock of the room alone',
    file: batch,
    find: 'this.known.existing.has(message.id) || this.#rows.has(message.id)',
    replace: 'this.#rows.has(message.id)',
    caughtBy: { file, name: 'is done once by two servers at the same time, while people write' },
  },
  {
    name: 'sends who is in a room all that is imported into it, one by one',
    file: batch,
    find: '{ erasedRevision: this.#revision, keptSince: 0, purgeHeldUntil: null }',
    replace: '{ keptSince: 0, purgeHeldUntil: null }',
    caughtBy: {
      file: live,
      name: 'is told to read it anew, on whichever server, sees all of it, and what was said meanwhile',
    },
  },
  {
    name: 'has everybody read what was imported',
    file: 'store/imports.ts',
    find: '[lastToRead, seq, lastToRead, seq, roomId, lastToRead, lastToRead]',
    replace: '[lastToRead, lastToRead, lastToRead, seq, roomId, lastToRead, lastToRead]',
    caughtBy: read,
  },
  {
    name: 'has those read what was imported who have something to read before it',
    file: batch,
    find: 'isUncounted(row) || behind.has(roomId)',
    replace: 'isUncounted(row)',
    caughtBy: read,
  },
  {
    name: 'brings a room back that somebody has put away',
    file: 'store/imports.ts',
    find: '[lastToRead, seq, lastToRead, seq, roomId, lastToRead, lastToRead]',
    replace: '[lastToRead, seq, lastToRead, lastToRead, roomId, lastToRead, lastToRead]',
    caughtBy: read,
  },
  {
    name: 'posts what was imported to every webhook',
    file: 'webhooks/webhooks.ts',
    find: ' && (imported || !isOfImport(event))',
    replace: '',
    caughtBy: told,
  },
  {
    name: 'notifies whoever has something to read of what was imported behind it',
    file: 'store/notifiable.ts',
    find: 'FROM chat_uncounted_messages z',
    replace: "FROM (SELECT '' AS room_id, 0 AS seq) z",
    caughtBy: told,
  },
  {
    name: 'forgets what came before a message that cannot be imported',
    file: 'core/imports.ts',
    find: 'if (!this.#isClosed) await this.#written(importing.finish())',
    replace: 'void importing',
    caughtBy: { file, name: 'keeps what comes before a message that cannot be, and names it' },
  },
  {
    name: 'reads a file into memory before it writes any of it',
    file: 'core/imports.ts',
    find: 'const mostAtOnce = 500',
    replace: 'const mostAtOnce = 5_000',
    caughtBy: { file, name: 'reads no more of a stream ahead than it writes at once' },
  },
  {
    name: 'uploads files again whose messages are there',
    file: 'core/imports.ts',
    find: 'await this.#upload(fresh)',
    replace: 'await this.#upload(lines)',
    caughtBy: { file: live, name: 'has its files, which are uploaded only for what is not there yet' },
  },
  {
    name: 'does not find what somebody wrote who was never in the room',
    file: batch,
    find: '    await noteAuthors(db, room, authorsOf(rows), on.newcomerGrants)\n',
    replace: '    void [noteAuthors, authorsOf]\n',
    caughtBy: { file, name: 'is told to subscriptions, found by a search, and in an export of its author' },
  },
  {
    name: 'makes a room as old as what is imported into it',
    file: batch,
    find: 'lastToRead === 0 ? last : later(room.lastMessageAt, last)',
    replace: 'last',
    caughtBy: { file, name: 'adds nothing that is there already, whatever became of it' },
  },
  {
    name: 'removes what people say now with what was imported behind it, which is old',
    file: 'store/purge.ts',
    find: "createdAt: { gte: since } },\n    orderBy: { seq: 'asc' }",
    replace: "createdAt: { gte: since } },\n    orderBy: { seq: 'desc' }",
    caughtBy: retained,
  },
  {
    name: 'keeps for good what was imported and is too old',
    file: batch,
    find: 'erasedRevision: this.#revision, keptSince: 0, purgeHeldUntil: null',
    replace: 'erasedRevision: this.#revision',
    caughtBy: retained,
  },
  {
    name: 'goes on with an import after the chat was closed',
    file: 'core/imports.ts',
    find: 'if (this.#isClosed) throw',
    replace: 'if (this.#isClosed && place < 0) throw',
    caughtBy: { file: live, name: 'an import ends with the chat, and does not keep it from ending' },
  },
  {
    name: 'takes in replies of an import only where they are among the last of the room',
    file: 'core/search-index.ts',
    find: '    note(replyBottom + first, replyBottom + last)\n',
    replace: '    void [first, last]\n',
    caughtBy: { file: live, name: 'is taken into the index of the search by the server that imported it' },
  },
]
