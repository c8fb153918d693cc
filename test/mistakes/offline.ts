import type { Mistake } from './mistake.js'

const file = 'client/mutations.test.ts'

/** Of what is done without a connection. */
export const offlineMistakes: Mistake[] = [
  {
    name: 'sends a message before the mutations that were made before it are done',
    file: 'client/outbox-shift.ts',
    find: 'return !isHeld && (isFirst || mayFollow)',
    replace: 'return !isHeld',
    caughtBy: {
      file,
      name: 'is sent in its order with the messages of its room, and does not wait for those of another',
    },
  },
  {
    name: 'sends a mutation before the message that was written before it',
    file: 'client/outbox-shift.ts',
    find: 'if (!mayFollow) held.add(roomId)',
    replace: '',
    caughtBy: {
      file,
      name: 'is sent in its order with the messages of its room, and does not wait for those of another',
    },
  },
  {
    name: 'forgets a mutation whose line has ended before its answer',
    file: 'client/outbox.ts',
    find: 'if (mutation) promises.settle(id, error)\n      if (isAbout',
    replace: 'if (mutation) end(entry, error)\n      if (isAbout',
    caughtBy: { file, name: 'is sent again where the line ends first, of which whoever made it hears' },
  },
  {
    name: 'leaves whoever made a mutation waiting for as long as there is no connection',
    file: 'client/outbox.ts',
    find: "if (!socket.isLive()) promises.settle(idOf(entry), new ChatClientError('disconnected'))",
    replace: '',
    caughtBy: { file, name: 'rejects with `disconnected`, and is shown and stored until it is sent' },
  },
  {
    name: 'keeps a mutation as failed of which its caller has heard already',
    file: 'client/outbox.ts',
    find: '(isGone || promises.get(idOf(entry)))',
    replace: 'isGone',
    caughtBy: { file, name: 'is told to whoever made it, and leaves nothing behind where it is refused' },
  },
  {
    name: 'drops a refused mutation that nobody hears of any more',
    file: 'client/outbox.ts',
    find: '(isGone || promises.get(idOf(entry)))',
    replace: '(isGone || true)',
    caughtBy: {
      file,
      name: 'stays at its message with the reason where it is refused, until its author retries or discards it',
    },
  },
  {
    name: 'forgets of an edit that waits what a later one leaves out',
    file: 'client/pending-mutation.ts',
    find: '{ ...earlier, ...later } : later',
    replace: 'later : later',
    caughtBy: { file, name: 'takes the place of an earlier one of the same thing' },
  },
  {
    name: 'sends a mutation again over what was done after it',
    file: 'client/outbox.ts',
    find: 'mutation: mutation && withLater(entry, mutation)',
    replace: 'mutation',
    caughtBy: {
      file,
      name: 'is sent again after a while where the server cannot do it now, as what followed it has it',
    },
  },
  {
    name: 'sends another text under the same `clientId` although the server may have the first',
    file: 'client/outbox.ts',
    find: "mutation.type !== 'message.edit' || said.has(id) ||",
    replace: "mutation.type !== 'message.edit' ||",
    caughtBy: { file, name: 'is edited after it has arrived, if the server may have it already' },
  },
  {
    name: 'takes what an earlier page has sent for never sent',
    file: 'client/outbox.ts',
    find: 'for (const entry of stored) said.add(idOf(entry))',
    replace: '',
    caughtBy: { file, name: 'wait for a message of the same page, of which nobody knows whether it has arrived' },
  },
  {
    name: 'shows one user what another has begun to write',
    file: 'client/draft-texts.ts',
    find: 'if (owner !== undefined) texts.clear()',
    replace: '',
    caughtBy: {
      file: 'client/drafts.test.ts',
      name: 'is not shown to who signs in next, and is there again for its author',
    },
  },
  {
    name: 'puts an older draft over what was written while the storage took its time',
    file: 'client/draft-texts.ts',
    find: ' || texts.get(place) !== before',
    replace: '',
    caughtBy: {
      file: 'client/drafts.test.ts',
      name: 'gives way to what is written before a slow storage has answered',
    },
  },
  {
    name: 'asks the server for a change of a message that it has refused',
    file: 'client/outbox-shift.ts',
    find: '(mutation && apart.has(targetOf(entry)))',
    replace: 'false',
    caughtBy: { file, name: 'takes along what was to be done to it where it fails and is discarded' },
  },
]
