import type { Mistake } from './mistake.js'

const file = 'core/due-messages.test.ts'
const dueMessages = 'core/due-messages.ts'

/** Of messages that are sent later. */
export const scheduledMistakes: Mistake[] = [
  {
    name: 'sends what was changed or cancelled while a server had it, as it was',
    file: dueMessages,
    find: 'if (!(await deleteScheduled(unit.tx, row))) throw new Gone()',
    replace: 'await deleteScheduled(unit.tx, row)',
    caughtBy: {
      file,
      name: 'is sent as it is once nothing delays it: who cancels or changes it meanwhile is not too late',
    },
  },
  {
    name: 'forgets in a transaction of its own that a message was sent, before it is',
    file: dueMessages,
    find: 'if (!(await deleteScheduled(unit.tx, row))) throw new Gone()',
    replace: 'if (!(await deleteScheduled(this.context.work.db, row))) throw new Gone()',
    caughtBy: {
      file,
      name: 'stays, with the reason, where its author may not write by then, and goes out after all with another time',
    },
  },
  {
    name: 'keeps what was sent among what is to be sent',
    file: dueMessages,
    find: 'if (!(await deleteScheduled(unit.tx, row))) throw new Gone()',
    replace: '',
    caughtBy: { file, name: 'is sent as it was written, with its files, and is to be sent no more' },
  },
  {
    name: 'asks the hosts of all servers about a message that one of them has taken',
    file: dueMessages,
    find: 'changeScheduled(db, row, { dueAt: until })',
    replace: 'changeScheduled(db, row, {})',
    caughtBy: { file, name: 'is left to the server that has taken it: the host is asked about it once' },
  },
  {
    name: 'never sends what comes too soon in slow mode',
    file: dueMessages,
    find: "if (code === 'slow_mode')",
    replace: "if (code === 'rate_limited')",
    caughtBy: { file, name: 'waits for its turn in slow mode' },
  },
  {
    name: 'tells the author’s devices nothing of a message that could not be sent',
    file: dueMessages,
    find: 'if (failed) await countScheduledChange(tx, row, clock())',
    replace: 'void failed',
    caughtBy: {
      file,
      name: 'stays, with the reason, where its author may not write by then, and goes out after all with another time',
    },
  },
  {
    name: 'tells servers without a bus nothing of what somebody sends later',
    file: 'store/scheduled.ts',
    find: 'scheduledRevision: { increment: 1 }, ...ownChange(now) },',
    replace: 'scheduledRevision: { increment: 1 } },',
    caughtBy: {
      file: 'realtime/two-servers.test.ts',
      name: 'is told of what I send later as well: with the next poll, and by the welcome',
    },
  },
  {
    name: 'sweeps up the files of a message that is to be sent later',
    file: 'store/sweep.ts',
    find: ' || (await isScheduled(tx, id))',
    replace: '',
    caughtBy: {
      file: 'media/sweep.test.ts',
      name: 'leaves what is to be sent later, and takes it once that was cancelled',
    },
  },
  {
    name: 'lists what was to be sent later as it was when the list was read first',
    file: 'react/scheduled.ts',
    find: '[handle, revision],',
    replace: '[handle, revision === 0],',
    caughtBy: { file: 'react/lists.test.ts', name: 'give what I send later, in a room and in all, and follow it' },
  },
]
