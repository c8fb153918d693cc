import type { DatabaseName } from '../databases/engine.js'
import type { Mistake } from './mistake.js'

const attack = (name: string, on?: DatabaseName) => ({ file: 'attacks/search.test.ts', name, ...(on ? { on } : {}) })

/** Of searches. */
export const searchMistakes: Mistake[] = [
  {
    name: 'goes on searching for somebody who was told that there is no answer',
    file: 'store/search-budget.ts',
    find: '    this.signal?.throwIfAborted()\n',
    replace: '',
    caughtBy: attack('ends with its 503 (0)'),
  },
  {
    name: 'goes on searching for somebody who is gone',
    file: 'http/create-http.ts',
    find: "            else response.once('close', () => place.leave())\n",
    replace: '',
    caughtBy: attack('ends when who asked is gone (1)'),
  },
  {
    name: 'goes through any number of rows in one search',
    file: 'store/search-budget.ts',
    find: 'return this.#rows <= 0 || this.#unindexed <= 0',
    replace: 'return false',
    caughtBy: attack('for what a pattern cannot say goes through so many rows and no more'),
  },
  {
    name: 'lets anybody search as often as they like',
    file: 'http/route.ts',
    find: "      if (isSearch?.(asked)) await rates.take('searches', session.userId)\n",
    replace: '',
    caughtBy: attack('is told to wait, whatever is searched; lists go on'),
  },
  {
    name: 'goes through many long texts in one statement where that holds the event loop',
    file: 'store/dialects/sqlite.ts',
    find: 'searchedAtOnce: { messages: 16,',
    replace: 'searchedAtOnce: { messages: 1024,',
    caughtBy: attack('does not hold the event loop for more than 20 ms at a time', 'sqlite'),
  },
  {
    name: 'does not find what a message says since it was changed',
    file: 'core/messages.ts',
    find: '      if (text !== undefined) await forgetBlock(change.tx, edited)\n',
    replace: '',
    caughtBy: {
      file: 'core/search-everywhere.test.ts',
      name: 'forgets what a message said before it was changed or deleted, also where that was indexed',
    },
  },
  {
    name: 'indexes a message as it was before it was changed',
    file: 'store/search-blocks.ts',
    find: '  if (changed) return false\n',
    replace: '',
    caughtBy: {
      file: 'core/search-index.test.ts',
      name: 'knows no message as it was before a change that came while it was written',
    },
  },
  {
    name: 'indexes a message while its change is under way',
    file: 'store/search-blocks.ts',
    find: 'const locked = await tx.chatRoom.updateMany({',
    replace: 'const locked = { count: 1 } || (await tx.chatRoom.updateMany)({',
    caughtBy: {
      file: 'core/search-index.test.ts',
      name: 'waits for a change that is under way',
      on: 'postgresql',
    },
  },
  {
    name: 'goes on from a page that ended early where it began',
    file: 'core/message-search.ts',
    find: 'const newer = found.filter((one) => newestFirst(one.place, place) < 0)',
    replace: 'const newer = found',
    caughtBy: {
      file: 'core/search-everywhere.test.ts',
      name: 'finds everything in the end, each once and newest first, with no index, with half of one and with all of it',
    },
  },
  {
    name: 'dates a message before what was said before it, by a server whose clock is behind',
    file: 'store/room-time.ts',
    find: 'CASE WHEN c.last_message_at BETWEEN',
    replace: 'CASE WHEN c.last_message_at < c.created_at AND c.last_message_at BETWEEN',
    caughtBy: { file: 'core/room-time.test.ts', name: 'does not go back where the clock of one server is ahead' },
  },
  {
    name: 'tells another time of a message than the one that is stored',
    file: 'store/append/validate.ts',
    find: '  createdAt: at,\n',
    replace: '  createdAt: new Date(at.getTime() - 60_000),\n',
    caughtBy: { file: 'core/room-time.test.ts', name: 'does not go back where the clock of one server is ahead' },
  },
  {
    name: 'lets a room wait for a clock that is far ahead',
    file: 'store/room-time.ts',
    find: 'furthestAheadMs = 24 * 60 * 60_000',
    replace: 'furthestAheadMs = 365 * 24 * 60 * 60_000',
    caughtBy: { file: 'core/room-time.test.ts', name: 'does not follow a clock that is more than a day ahead' },
  },
]
