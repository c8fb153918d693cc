import type { Mistake } from './mistake.js'

const file = 'client/pending-files.test.ts'

/** Of messages that are sent before their files are there. */
export const fileMistakes: Mistake[] = [
  {
    name: 'holds up all that is written after a message until its files are there',
    file: 'client/outbox-shift.ts',
    find: 'const isApart = entry.error || entry.sent || entry.files\n    if (isApart && !mutation) apart.add(idOf(entry))\n    if (isApart ||',
    replace:
      'if ((entry.error || entry.sent) && !mutation) apart.add(idOf(entry))\n    if (entry.files) held.add(roomId)\n    if (entry.error || entry.sent || entry.files ||',
    caughtBy: { file, name: 'does not hold up what is written after it, but what is done to it' },
  },
  {
    name: 'asks the server to change a message whose files are not there yet',
    file: 'client/outbox-shift.ts',
    find: 'if (isApart && !mutation) apart.add(idOf(entry))',
    replace: 'if (isApart && !entry.files && !mutation) apart.add(idOf(entry))',
    caughtBy: { file, name: 'does not hold up what is written after it, but what is done to it' },
  },
  {
    name: 'sends a message without the files that are still under way',
    file: 'client/outbox-shift.ts',
    find: 'entry.error || entry.sent || entry.files',
    replace: 'entry.error || entry.sent',
    caughtBy: {
      file,
      name: 'is shown at once, and is sent once, with all of them in their order, when the last one is there',
    },
  },
  {
    name: 'puts the files of a message in the order in which they were done',
    file: 'client/pending-files.ts',
    find: 'const media = states.flatMap(',
    replace: 'const media = [...states].reverse().flatMap(',
    caughtBy: {
      file,
      name: 'is shown at once, and is sent once, with all of them in their order, when the last one is there',
    },
  },
  {
    name: 'renders the whole list for each step of an upload',
    file: 'client/pending-files.ts',
    find: "if (before === 'uploading' && status === before) return",
    replace: '',
    caughtBy: { file, name: 'stays the same in a list while its files get on, of which each tells by itself' },
  },
  {
    name: 'uploads again what somebody has taken out of a message',
    file: 'client/pending-files.ts',
    find: 'if (!isGivenUp(file)) file.retry()',
    replace: 'file.retry()',
    caughtBy: { file, name: 'stays left out where it was cancelled before' },
  },
  {
    name: 'gives a message up because a file of it could not be uploaded for a moment',
    file: 'client/pending-files.ts',
    find: 'state.error && !mayPass(state)',
    replace: 'state.error',
    caughtBy: {
      file,
      name: 'is tried again after longer and longer pauses, and its message goes on waiting',
    },
  },
  {
    name: 'uploads a file again and again without a pause',
    file: 'client/pending-files.ts',
    find: ' && !resting.has(file)',
    replace: '',
    caughtBy: { file, name: 'is tried again when the server says' },
  },
  {
    name: 'lets an upload pause on, though the connection is back',
    file: 'client/pending-files.ts',
    find: 'lost: () => resting.clear()',
    replace: 'lost: () => undefined',
    caughtBy: {
      file,
      name: 'is tried again at once with the next connection, however long it was to pause',
    },
  },
  {
    name: 'goes on uploading the files of a message that was discarded',
    file: 'client/outbox.ts',
    find: '    remove(entry)\n    release(entry)',
    replace: '    remove(entry)',
    caughtBy: { file, name: 'is cancelled with the message that is discarded, or deleted' },
  },
  {
    name: 'gives up the files that a message which is written anew goes on with',
    file: 'client/outbox.ts',
    find: 'if (!held.includes(file)) file.cancel()',
    replace: 'if (held) file.cancel()',
    caughtBy: {
      file,
      name: 'stays with the message that is written anew, and what that leaves out is given up',
    },
  },
  {
    name: 'goes on uploading for who has signed out',
    file: 'client/outbox.ts',
    find: 'left.forEach(release)',
    replace: 'void left',
    caughtBy: {
      file,
      name: 'stays stored, and uploads nothing more, where its author signs out; whoever comes next has nothing of it',
    },
  },
  {
    name: 'takes what is left of a message for the whole, as the page was gone before its files were there',
    file: 'client/stored-message.ts',
    find: 'const isLost = known.length < files.length',
    replace: 'const isLost = false',
    caughtBy: {
      file,
      name: 'has failed with `file_lost` where one was not, keeps the others, and is not sent again as it is',
    },
  },
  {
    name: 'sends a message whose files are lost without them, when it is told to try again',
    file: 'client/outbox.ts',
    find: " || entry.error.code === 'file_lost'",
    replace: '',
    caughtBy: {
      file,
      name: 'has failed with `file_lost` where one was not, keeps the others, and is not sent again as it is',
    },
  },
  {
    name: 'ends the uploads of a message with the composer in which it was written',
    file: 'react/media.ts',
    find: 'if (!upload?.isTaken) upload?.cancel()',
    replace: 'upload?.cancel()',
    caughtBy: {
      file: 'react/life.test.ts',
      name: 'leaves to a message what that was given, also where it is gone, and hears of it no more (StrictMode: true)',
    },
  },
  {
    name: 'renders the composer for the files of a message that it has sent',
    file: 'react/media.ts',
    find: '      ends.current.get(id)?.()\n',
    replace: '',
    caughtBy: {
      file: 'react/life.test.ts',
      name: 'leaves to a message what that was given, also where it is gone, and hears of it no more (StrictMode: false)',
    },
  },
]
