import type { Mistake } from './mistake.js'

export const clientMistakes: Mistake[] = [
  {
    name: 'believes that a URL of the chat is good for ever',
    file: 'client/media.ts',
    find: 'return end < now() + longestMs ? end : 0',
    replace: 'return end',
    caughtBy: {
      file: 'attacks/client-urls.test.ts',
      name: 'does not stand for the picture for ever, where somebody says that it never ends',
    },
  },
  {
    name: 'never ends the watch of usePresence',
    file: 'react/users.ts',
    find: '(userId ? presence.watch([userId]) : undefined)',
    replace: 'void (userId ? presence.watch([userId]) : undefined)',
    caughtBy: {
      file: 'react/life.test.ts',
      name: 'watches whom it is given, and nobody once it is gone (StrictMode: false)',
    },
  },
  {
    name: 'stays connected to a client that a provider has no more',
    file: 'react/chat-provider.ts',
    find: '[client, connect])',
    replace: '[connect])',
    caughtBy: {
      file: 'react/life.test.ts',
      name: 'lets go of a client that it is given no more, and connects the next one',
    },
  },
  {
    name: 'loads only the first room that useMessages is given',
    file: 'react/messages.ts',
    find: 'useEffect(() => void handle?.load(), [handle])',
    replace: 'useEffect(() => void handle?.load(), [])',
    caughtBy: {
      file: 'react/life.test.ts',
      name: 'load what they are given once, and again what they are given next (StrictMode: false)',
    },
  },
  {
    name: 'tells of a search that it failed, as another one has taken its place',
    file: 'react/search.ts',
    find: 'if (!controller.signal.aborted) setPages(',
    replace: 'setPages(',
    caughtBy: {
      file: 'react/life.test.ts',
      name: 'shows nothing of what was asked before, however late it comes, and cancels it',
    },
  },
  {
    name: 'goes on uploading after its composer is gone',
    file: 'react/media.ts',
    find: 'useEffect(() => actions.clear, [actions])',
    replace: 'useEffect(() => undefined, [actions])',
    caughtBy: {
      file: 'react/life.test.ts',
      name: 'cancels what is taken away, what is cleared and what is under way when it is gone',
    },
  },
  {
    name: 'opens a socket after it was closed',
    file: 'client/socket.ts',
    find: `      if (current !== attempt) return
      // Tickets last 30 s.`,
    replace: '      // Tickets last 30 s.',
    caughtBy: { file: 'client/life.test.ts', name: 'while its ticket is asked for opens no socket once that comes' },
  },
  {
    name: 'comes back after it was closed',
    file: 'client/socket.ts',
    find: `    attempt += 1
    endTimer()
    const dropped`,
    replace: `    attempt += 1
    const dropped`,
    caughtBy: { file: 'client/life.test.ts', name: 'while it waits to come back does not come back' },
  },
  {
    name: 'reads after it was closed',
    file: 'client/context.ts',
    find: '} while (before !== gate)',
    replace: '} while (!before)',
    caughtBy: {
      file: 'client/life.test.ts',
      name: 'at whatever moment says, asks and opens nothing from then on, and knows nothing any more',
    },
  },
  {
    name: 'shows one user what another was shown',
    file: 'client/create-chat-client.ts',
    find: 'if (me && me.id !== frame.user.id) forget()',
    replace: '',
    caughtBy: { file: 'client/life.test.ts', name: 'at whatever moment shows and says nothing of the one before' },
  },
  {
    name: 'ends the socket of what mounts anew at once',
    file: 'client/create-chat-client.ts',
    find: 'holders.size === 0 && socket.stop()',
    replace: 'socket.stop()',
    caughtBy: {
      file: 'client/life.test.ts',
      name: 'stays for what mounts anew at once, and ends when nobody wants it any more',
    },
  },
  {
    name: 'tells what was read after the mark that was set later',
    file: 'client/read-markers.ts',
    find: 'await request(seq === undefined ? {} : { lastReadSeq: seq })',
    replace: `await request({})
          if (seq !== undefined) untold.set(roomId, seq)
          flushIn(settleMs)`,
    caughtBy: {
      file: 'client/reading.test.ts',
      name: 'goes along with a mark that is set before it was told, and is not told after it',
    },
  },
  {
    name: 'lets commands of one room overtake each other',
    file: 'client/keyed-mutex.ts',
    find: 'const done = before ? before.then(inTurn) : task()',
    replace: 'const done = task()',
    caughtBy: {
      file: 'client/commands.test.ts',
      name: 'that change one room wait for each other, and those of other rooms and what only tells do not',
    },
  },
  {
    name: 'says what is too large to be heard',
    file: 'client/commands.ts',
    find: 'if (bytes > frameBytes) return reject(',
    replace: 'if (bytes < 0) return reject(',
    caughtBy: {
      file: 'client/commands.test.ts',
      name: 'are not said where nobody hears, nor where they are too large to be heard',
    },
  },
  {
    name: 'is faster than a rate allows',
    file: 'client/pace.ts',
    find: 'const windowMs = () => rate.seconds * 1_000 + jitterMs',
    replace: 'const windowMs = () => rate.seconds * 900',
    caughtBy: {
      file: 'client/pace.test.ts',
      name: 'is never faster than the rate, in whichever window that is counted, and no slower than it must be',
    },
  },
  {
    name: 'names no rooms but the last ones in hello',
    file: 'client/hello.ts',
    find: `      parts.push([])
`,
    replace: `      parts.splice(0, 1, [])
`,
    caughtBy: {
      file: 'client/hello.test.ts',
      name: 'names each room once, in its order, in as few small frames as it takes, of which all but the last say so',
    },
  },
  {
    name: 'sends one user’s stored message as another whose id begins alike',
    file: 'client/outbox-storage.ts',
    find: 'userId)} `',
    replace: 'userId)}`',
    caughtBy: { file: 'client/outbox-storage.test.ts', name: 'is for them alone, whoever else is called alike: alic' },
  },
  {
    name: 'lets an older page win over a newer event',
    file: 'client/state/messages.ts',
    find: 'if (known && known.revision > revision) continue',
    replace: '',
    caughtBy: {
      file: 'client/state/convergence.test.ts',
      name: 'is the same and true, in whatever order it hears of what happened, and however often',
    },
  },
  {
    name: 'lets an older list of members win over a newer event',
    file: 'client/state/members.ts',
    find: 'const isOld = known && known.member.revision > member.revision',
    replace: 'const isOld = false',
    caughtBy: {
      file: 'client/state/convergence.test.ts',
      name: 'is the same and true, in whatever order it hears of what happened, and however often',
    },
  },
  {
    name: 'lets an older look of a room win over a newer event',
    file: 'client/state/rooms.ts',
    find: 'if (value === undefined || clock < (at[key] ?? -1)) continue',
    replace: 'if (value === undefined) continue',
    caughtBy: {
      file: 'client/state/convergence.test.ts',
      name: 'is the same and true, in whatever order it hears of what happened, and however often',
    },
  },
  {
    name: 'shows a hole in a history as if there were none',
    file: 'client/state/window.ts',
    find: 'let items = all.filter(({ seq }, n) => seq - n === offset)',
    replace: 'let items = [...all]',
    caughtBy: { file: 'client/state/window.test.ts', name: 'has no hole, and holds its anchor, whatever was loaded' },
  },
  {
    name: 'shows a message twice that was sent and still waits',
    file: 'client/state/window.ts',
    find: '&& !keys.has(each.clientId)',
    replace: '',
    caughtBy: {
      file: 'client/state/window.test.ts',
      name: 'never shows a message twice that waits to be sent and is known by now, wherever it is known',
    },
  },
  {
    name: 'counts a reaction twice that is made twice',
    file: 'client/state/pending-mutations.ts',
    find: 'if (myReactions.includes(reaction) === adds) return message',
    replace: '',
    caughtBy: {
      file: 'client/state/pending-mutations.test.ts',
      name: 'looks the same when it is applied twice, and as before when it is taken back',
    },
  },
]
