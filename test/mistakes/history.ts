import type { Mistake } from './mistake.js'

const file = 'core/history-from.test.ts'

/** Of what is hidden from who joined later. */
export const historyMistakes: Mistake[] = [
  {
    name: 'searches everywhere without asking what is hidden from who searches',
    file: 'store/search-starts.ts',
    find: 'hiddenUpTo: Number(hiddenUpTo),',
    replace: 'hiddenUpTo: 0 * Number(hiddenUpTo),',
    caughtBy: { file, name: 'is searched from there on alone, indexed or not' },
  },
  {
    name: 'tells whoever joined later what a quote of an older message says',
    file: 'core/show-messages.ts',
    find: 'reply && isReadable({ ...reply, roomId: row.roomId }, reader) ? reply : undefined',
    replace: 'reply',
    caughtBy: { file, name: 'leaves quotes of older messages out, and the message that was pinned' },
  },
  {
    name: 'gives a reply the place where it was written, and not that of its thread',
    file: 'store/readable.ts',
    find: 'seq < 0 ? (rootSeq ?? 0) : seq',
    replace: 'seq < 0 ? (rootSeq ?? 0) + 1_000 : seq',
    caughtBy: { file, name: 'has no older message for them, whatever they ask of it' },
  },
  {
    name: 'lets those show the history to all who do not see it themselves',
    file: 'core/readable.ts',
    find: '!member || hiddenUpTo(room, member) <= room.purgedSeq',
    replace: '!member || hiddenUpTo(room, member) >= 0',
    caughtBy: { file, name: 'is opened by nobody who does not see all of it' },
  },
  {
    name: 'tells live of older messages to whoever joined later',
    file: 'realtime/delivery/channel.ts',
    find: 'frameOf(toldTo(event, upTo))',
    replace: 'frameOf(toldTo(event, 0 * upTo))',
    caughtBy: {
      file: 'realtime/history-from.test.ts',
      name: 'is told live that something changed, in every revision, and not what',
    },
  },
  {
    name: 'replays to who came back what was said while they were not there',
    file: 'realtime/delivery/replay.ts',
    find: 'if (state && (isTooMuch || state.hidden))',
    replace: 'if (state && isTooMuch)',
    caughtBy: { file: 'realtime/history-from.test.ts', name: 'reads the room again who was away, left and came back' },
  },
]
