import type { Mistake } from './mistake.js'

const file = 'notifications/notifications.test.ts'
const looking = 'notifications/looking.test.ts'
const again = {
  file,
  name: 'once more where the handler threw, of the same under the same id, and then of what came later',
}

/** Mistakes that somebody could make in notifying people. */
export const notifyMistakes: Mistake[] = [
  {
    name: 'marks somebody as notified before they were',
    file: 'notifications/notifications.ts',
    find: '      try {\n        await this.#rules.handler',
    replace:
      '      this.#done.push(held)\n      this.#mark()\n      await this.#marking\n      try {\n        await this.#rules.handler',
    caughtBy: again,
  },
  {
    name: 'gives a batch that is told again another id',
    file: 'notifications/notifications.ts',
    find: 'id: row.batchId ?? newId()',
    replace: 'id: newId()',
    caughtBy: again,
  },
  {
    name: 'puts what came later into a batch that may have been told',
    file: 'notifications/composing.ts',
    find: '        to = begun[3]\n',
    replace: '',
    caughtBy: again,
  },
  {
    name: 'forgets what was written while somebody was looked at',
    file: 'store/notices.ts',
    find: ' AND wanted_at IS NULL`, [heldBy',
    replace: '`, [heldBy',
    caughtBy: again,
  },
  {
    name: 'forgets, of a batch that is told again, that there was more',
    file: 'store/notices.ts',
    find: 'wanted_at = CASE WHEN batch IS NULL THEN NULL ELSE wanted_at END',
    replace: 'wanted_at = NULL',
    caughtBy: again,
  },
  {
    name: 'does not mark up to where somebody was notified',
    file: 'notifications/notifications.ts',
    find: '        await markNotified(on, notified)\n',
    replace: '',
    caughtBy: { file, name: 'of all that they have not read, in all their rooms at once, and of nothing twice' },
  },
  {
    name: 'notifies people who look at the chat',
    file: 'notifications/notifications.ts',
    find: 'await inFrontAmong(work.db, ids, clock())',
    replace: 'await inFrontAmong(work.db, [], clock())',
    caughtBy: { file, name: 'after they have gone, and not while they are here on any server' },
  },
  {
    name: 'takes somebody to look whose pages are not all hidden, only if none is',
    file: 'realtime/hub.ts',
    find: 'listening.some(({ isInFront }) => isInFront)',
    replace: 'listening.every(({ isInFront }) => isInFront)',
    caughtBy: {
      file: 'notifications/in-front.test.ts',
      name: 'counts no more once another one of theirs on that server is in front, and again once that has gone',
    },
  },
  {
    name: 'takes a hidden page for one that somebody looks at',
    file: 'client/socket.ts',
    find: 'inFront ?? !isHidden()',
    replace: 'inFront ?? true',
    caughtBy: {
      file: 'client/in-front.test.ts',
      name: 'says when nobody looks at its page, and when somebody does again',
    },
  },
  {
    name: 'does not tell the next connection that nobody looks',
    file: 'client/socket.ts',
    find: '      told = true\n    }\n    if (type',
    replace: '    }\n    if (type',
    caughtBy: { file: 'client/in-front.test.ts', name: 'says it of each connection anew, which begins in front' },
  },
  {
    name: 'notifies of all that is written whoever wants to hear of mentions',
    file: 'notifications/composing.ts',
    find: "const mentionsOnly = row.notify === 'mentions'",
    replace: 'const mentionsOnly = false',
    caughtBy: { file, name: 'only of what they want to hear of' },
  },
  {
    name: 'notifies of what somebody wrote who is blocked',
    file: 'store/notifiable.ts',
    find: '\n  AND NOT EXISTS (SELECT 1 FROM chat_blocks b WHERE b.user_id = ? AND b.blocked_id = x.user_id)))`',
    replace: '\n  AND (1 = 1 OR x.user_id = ?)))`',
    caughtBy: { file, name: 'only of what they want to hear of' },
  },
  {
    name: 'tells a reply twice that is shown in the room as well',
    file: 'notifications/composing.ts',
    find: '.filter((id) => !told.has(id))',
    replace: '',
    caughtBy: {
      file,
      name: 'of replies in the threads that they follow, and of those once that stand in the room as well',
    },
  },
  {
    name: 'does not come back to somebody with more rooms than a batch takes',
    file: 'notifications/notifications.ts',
    find: 'if (more.length > 0) await wantNotices(on, more)',
    replace: '',
    caughtBy: { file: looking, name: 'is told of 20 rooms at once, and of the others right after' },
  },
  {
    name: 'tells what somebody has read while they waited for the handler',
    file: 'notifications/notifications.ts',
    find: 'performance.now() - held.composedAt > freshMs && ',
    replace: 'performance.now() - held.composedAt > 1e9 && ',
    caughtBy: {
      file: looking,
      name: 'is told nothing that they read while the handler was busy with others, which keeps nobody else waiting',
    },
  },
  {
    name: 'lets go of somebody while the handler has them',
    file: 'notifications/notifications.ts',
    find: 'if (this.#held.size === 0) return',
    replace: 'if (this.#held.size >= 0) return',
    caughtBy: { file: looking, name: 'is held for longer, as long as the handler runs' },
  },
  {
    name: 'keeps who waits, where a server closes, until others take it to be dead',
    file: 'notifications/notifications.ts',
    find: 'heldBy, userIds, 0)).catch',
    replace: 'heldBy, [], 0)).catch',
    caughtBy: {
      file: looking,
      name: 'is left to another server by one that closes, at once, unless the handler has them',
    },
  },
  {
    name: 'notifies with the quote of what is hidden from somebody',
    file: 'notifications/composing.ts',
    find: 'readableBy(message, row.hiddenUpTo)',
    replace: 'readableBy(message, 0)',
    caughtBy: { file: looking, name: 'is shown nothing of what is hidden from them' },
  },
]
