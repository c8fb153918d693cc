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
    find: '      if (changes.text !== undefined) await forgetBlock(change.tx, edited)\n',
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
    find: 'const newer = found.filter((one) => newestFirst(one.place, next) < 0)',
    replace: 'const newer = found',
    caughtBy: {
      file: 'core/search-everywhere.test.ts',
      name: 'finds everything in the end, each once and newest first, with half of an index',
    },
  },
  {
    name: 'dates a message before what was said before it, by a server whose clock is behind',
    file: 'store/room-time.ts',
    find: 'BETWEEN $',
    replace: '< c.created_at AND c.last_message_at BETWEEN $',
    caughtBy: { file: 'core/room-time.test.ts', name: 'does not go back where the clock of one server is ahead' },
  },
  {
    name: 'tells another time of a message than the one that is stored',
    file: 'store/append/validate.ts',
    find: 'numbering.repliesAt : numbering.at,\n',
    replace: 'numbering.repliesAt : new Date(numbering.at.getTime() - 60_000),\n',
    caughtBy: { file: 'core/room-time.test.ts', name: 'does not go back where the clock of one server is ahead' },
  },
  {
    name: 'lets a room wait for a clock that is far ahead',
    file: 'store/room-time.ts',
    find: 'furthestAheadMs = 24 * 60 * 60_000',
    replace: 'furthestAheadMs = 365 * 24 * 60 * 60_000',
    caughtBy: { file: 'core/room-time.test.ts', name: 'does not follow a clock that is more than a day ahead' },
  },
  {
    name: 'has closed while the index of the search still asks the database',
    file: 'create-chat-router.ts',
    find: 'await Promise.all([stopIndexing(), stopSchedule(), stopErasing(), subscriptions.close(), realtime.close()])',
    replace: 'await Promise.all([void stopIndexing(), stopSchedule(), subscriptions.close(), realtime.close()])',
    caughtBy: {
      file: 'realtime/drain.test.ts',
      name: 'waits until the index of the search has stopped, which asks the database nothing more after that',
    },
  },
  {
    name: 'shows in a room’s search what was changed after it was found',
    file: 'core/search.ts',
    find: '      if (fold(message.text).includes(text)) items.push(message)\n',
    replace: '      items.push(message)\n',
    caughtBy: {
      file: 'core/search-everywhere.test.ts',
      name: 'leaves out what is deleted or changed after it was found, in one room and in all',
    },
  },
  {
    name: 'reads all rooms of somebody to search one of them',
    file: 'store/search-starts.ts',
    find: "roomId === undefined ? '' : 'AND m.room_id = ?'",
    replace: "roomId === undefined ? '' : 'AND m.room_id >= ?'",
    caughtBy: {
      file: 'core/search-everywhere.test.ts',
      name: 'reads no other room of theirs when it is one that is searched',
    },
  },
  {
    name: 'asks about one room after the other which blocks it has',
    file: 'core/search-index.ts',
    find: 'blocksAtOnce, roomsAtOnce)',
    replace: 'blocksAtOnce, 1)',
    caughtBy: {
      file: 'core/search-index.test.ts',
      name: 'asks by one statement about all rooms in which something was said',
    },
  },
  {
    name: 'never writes a block again that could not be written',
    file: 'core/search-index.ts',
    find: '    for (const { roomId, number } of this.#failed.splice(0)) this.#note(roomId, number)\n',
    replace: '',
    caughtBy: {
      file: 'core/search-index.test.ts',
      name: 'goes on after a block that cannot be written, and tries it again in the next round',
    },
  },
  {
    name: 'begins to look through all rooms anew where the database was away',
    file: 'core/search-index.ts',
    find: 'roomsToIndex(client, this.#lookedTo, roomsAtOnce)',
    replace: "roomsToIndex(client, isLast ? this.#lookedTo : '', roomsAtOnce)",
    caughtBy: { file: 'core/search-index.test.ts', name: 'goes on where the database was away' },
  },
  {
    name: 'forgets what was said while the database was away',
    file: 'core/search-index.ts',
    find: '        for (const [roomId, numbers] of noted) for (const number of numbers) this.#note(roomId, number)\n',
    replace: '',
    caughtBy: { file: 'core/search-index.test.ts', name: 'still knows what was said when the database was away' },
  },
  {
    name: 'has stopped while a block is still written',
    file: 'core/search-index.ts',
    find: '      return this.#round\n',
    replace: '      return Promise.resolve()\n',
    caughtBy: { file: 'core/search-index.test.ts', name: 'has stopped when nothing of it is under way any more' },
  },
  {
    name: 'stops the index of the search where the logger throws',
    file: 'core/search-index.ts',
    find: '    } catch {\n      // The logger',
    replace: '    } catch (thrown) {\n      if (thrown) throw thrown\n      // The logger',
    caughtBy: { file: 'core/search-index.test.ts', name: 'goes on where the logger throws, too' },
  },
  {
    name: 'leaves out of a search what is not on its first page, where rooms have gone on since',
    file: 'core/search.ts',
    find: '      else if (room.at <= until) starts.push(room)\n',
    replace: '      else if (room.at <= until || behind) starts.push(room)\n',
    caughtBy: {
      file: 'core/search-everywhere.test.ts',
      name: 'finds everything in the end, each once and newest first, with half of an index',
    },
  },
  {
    name: 'searches the same moment of one room twice and of another not at all',
    file: 'core/search.ts',
    find: 'const isBefore = room.roomId > hereId ||',
    replace: 'const isBefore = room.roomId < hereId ||',
    caughtBy: {
      file: 'core/search-everywhere.test.ts',
      name: 'gives each message once where all is said in one moment, and by the time that it was written',
    },
  },
  {
    name: 'finds where rooms begin one room after the other',
    file: 'core/search.ts',
    find: 'portionsOf(some, probesOf, ',
    replace: 'portionsOf(some, () => Number.POSITIVE_INFINITY, ',
    caughtBy: {
      file: 'attacks/search-rooms.test.ts',
      name: 'costs few statements on its first page, on its second, and before some time, and finds the newest',
    },
  },
  {
    name: 'searches only the first of thousands of rooms',
    file: 'store/search-starts.ts',
    find: 'list.length < take ? undefined',
    replace: 'list.length > 0 ? undefined',
    caughtBy: {
      file: 'attacks/search-rooms.test.ts',
      name: 'costs few statements on its first page, on its second, and before some time, and finds the newest',
    },
  },
  {
    name: 'looks into few rooms by each statement, however many there are',
    file: 'core/message-search.ts',
    find: 'for (let rooms = firstRooms; ; rooms *= 2)',
    replace: 'for (let rooms = firstRooms; ; rooms += 0)',
    caughtBy: {
      file: 'attacks/search-rooms.test.ts',
      name: 'costs few statements on its first page, on its second, and before some time, and finds the newest',
    },
  },
  {
    name: 'searches first for what somebody typed first',
    file: 'concurrency/newest-first.ts',
    find: 'this.#waiting.get(key)?.pop()',
    replace: 'this.#waiting.get(key)?.shift()',
    caughtBy: {
      file: 'concurrency/newest-first.test.ts',
      name: 'are done one at a time, and the newest of those that wait is next',
    },
  },
  {
    name: 'takes out the wrong room of those that are searched',
    file: 'core/room-queue.ts',
    find: 'if (newestFirst(walk.place, child.place) <= 0) break',
    replace: 'if (newestFirst(walk.place, child.place) >= 0) break',
    caughtBy: {
      file: 'core/room-queue.test.ts',
      name: 'rooms are taken in the order of their places, whatever was taken out and put back',
    },
  },
]
