import type { Mistake } from './mistake.js'

export const threadMistakes: Mistake[] = [
  {
    name: 'leaves behind what belongs to the threads of a deleted room',
    file: 'core/room-closing.ts',
    find: '  await forgetThreads(change.tx, change.room.id)\n',
    replace: '',
    caughtBy: {
      file: 'core/deleted-rooms.test.ts',
      name: 'leaves what was said and done there, which nobody can see, and nothing else',
    },
  },
  {
    name: 'shows a reply that is in a thread alone as the last message of a room',
    file: 'store/messages.ts',
    find: 'where: { roomId, seq: { gt: 0 }, deletedAt: null }',
    replace: 'where: { roomId, deletedAt: null }',
    caughtBy: { file: 'core/threads.test.ts', name: 'are not what the list of rooms is ordered by' },
  },
  {
    name: 'lets a reply be replied to in a thread of its own',
    file: 'store/append/threads.ts',
    find: 'if (root.threadId !== null)',
    replace: 'if (root.threadId === root.id)',
    caughtBy: { file: 'core/threads.test.ts', name: 'are only of messages of people that are in the room itself' },
  },
  {
    name: 'counts a reply that was deleted',
    file: 'core/messages.ts',
    find: 'if (message.threadId !== null) await withdrawReply',
    replace: 'if (message.threadId === message.id) await withdrawReply',
    caughtBy: { file: 'core/threads.test.ts', name: 'count replies that stand, and show those who wrote them first' },
  },
  {
    name: 'indexes no replies for the search',
    file: 'core/search-index.ts',
    find: '        ...stretchesOf(id, replyBottom + replySeq, replyBottom),\n',
    replace: '',
    caughtBy: {
      file: 'core/threads.test.ts',
      name: 'are found by searches, between what was said in the room, in the order of time',
    },
  },
  {
    name: 'begins no search at the end of the replies',
    file: 'store/search-starts.ts',
    find: 'replySeq > 0',
    replace: 'replySeq < 0',
    caughtBy: {
      file: 'core/threads.test.ts',
      name: 'are found by searches, between what was said in the room, in the order of time',
    },
  },
  {
    name: 'counts all replies before a mention as unread for who was mentioned',
    file: 'store/append/threads.ts',
    find: "seq - 1, 'mentioned')",
    replace: "0, 'mentioned')",
    caughtBy: {
      file: 'core/thread-followers.test.ts',
      name: 'is done by who wrote the message, was mentioned in it, replied, or was mentioned in a reply, and by nobody else',
    },
  },
  {
    name: 'lets whom somebody blocks make them follow threads',
    file: 'store/thread-followers.ts',
    find: '!blocked.has(pairOf(userId, by))',
    replace: '!blocked.has(userId)',
    caughtBy: { file: 'core/thread-mentions.test.ts', name: 'is nobody who blocks whoever mentions them' },
  },
  {
    name: 'forgets a reply of whoever is just beginning to follow',
    file: 'store/dialects/followers.ts',
    find: "if (reason === 'begun')",
    replace: "if (reason !== 'mentioned')",
    caughtBy: {
      file: 'core/thread-races.test.ts',
      name: 'is read by them, and makes them follow, after they follow',
      on: 'postgresql',
    },
  },
  {
    name: 'moves the marker of whoever follows a thread no more',
    file: 'store/thread-followers.ts',
    find: 'userId, isFollowing: true, lastReadSeq: { lt: seq }',
    replace: 'userId, lastReadSeq: { lt: seq }',
    caughtBy: {
      file: 'core/thread-followers.test.ts',
      name: 'is stopped and begun by hand, and begun again by a mention or a reply of one’s own',
    },
  },
  {
    name: 'counts deleted replies as unread in a thread',
    file: 'core/messages.ts',
    find: 'await uncount(tx, placesOf(message))',
    replace: 'await uncount(tx, placesOf({ ...message, threadId: null }))',
    caughtBy: {
      file: 'core/thread-followers.test.ts',
      name: 'counts what there is to read: replies of others that stand',
    },
  },
  {
    name: 'counts a reply that is in a thread alone as unread in the room, in the client',
    file: 'client/state/events.ts',
    find: 'given && !isApart(given) ? given : undefined',
    replace: 'given',
    caughtBy: {
      file: 'client/threads.test.ts',
      name: 'shows its replies, and the room shows how many there are, and none of them',
    },
  },
]
