import type { Patch } from '../mistakes/patch.js'
import type { Violation } from './check/violation.js'

/** A mistake that somebody could make in `src`, and what brings it to light. */
export interface Mistake {
  name: string
  patches: Patch[]
  /** What the database would otherwise make good of it. */
  sql?: string[]
  /** The faults that it cannot stand; none where several servers, and people who come, go and write at once, suffice. */
  provokedBy: string[]
  /** Where the bus would make good of it. */
  withoutBus?: true
  /** What the checker says of it, among other things. */
  caughtAs: Violation['rule']
}

export const mistakes: Mistake[] = [
  {
    name: 'answering before the commit',
    patches: [
      {
        file: 'store/append/optimistic.ts',
        find: 'const written = await database.statement(write)',
        replace: `database.statement(write).catch(() => undefined)
  if (outcomes.every((outcome) => outcome.type !== 'locked')) return outcomes
  const written = await database.statement(write)`,
      },
    ],
    provokedBy: ['cut before COMMIT'],
    caughtAs: 'acknowledged, not stored',
  },
  {
    name: 'no dedupe',
    patches: [
      {
        file: 'store/append/validate.ts',
        find: 'if (known.existingId !== null) {',
        replace: "if (known.existingId === 'nothing') {",
      },
    ],
    sql: ['DROP INDEX chat_messages_room_id_user_id_client_id_key'],
    provokedBy: ['cut after COMMIT', 'cut during COMMIT'],
    caughtAs: 'stored twice',
  },
  {
    name: 'checking before the lock',
    patches: [
      { file: 'store/append/append-batch.ts', find: 'if (!optimistic ||', replace: 'if (optimistic ||' },
      {
        file: 'store/append/locked.ts',
        find: '  const locks = await lock(on, requests)\n',
        replace: `  const early = await dialect.preconditions(db, queriesOf(requests))
  const locks = await lock(on, requests)
`,
      },
      {
        file: 'store/append/locked.ts',
        find: 'byNumber(await dialect.preconditions(db, queriesOf(requests)))',
        replace: 'byNumber(early)',
      },
    ],
    provokedBy: [],
    caughtAs: 'written after removal',
  },
  {
    name: 'writing though the room moved on since it was read',
    patches: [
      {
        file: 'store/dialects/postgresql.ts',
        find: 'WHERE c.revision = i.revision AND c.deleted',
        replace: 'WHERE c.deleted',
      },
    ],
    sql: ['DROP INDEX chat_messages_room_id_seq_key'],
    provokedBy: [],
    caughtAs: 'a hole in seq',
  },
  {
    name: 'the bus as truth: no gap is read, and nothing is polled',
    patches: [
      {
        file: 'realtime/delivery/channel.ts',
        find: 'if (!backlog || backlog.timer || backlog.isReading || this.#closed) return',
        replace: 'if (!backlog || waitMs >= 0) return',
      },
    ],
    provokedBy: ['bus killed', 'bus partitioned'],
    caughtAs: 'not delivered',
  },
  {
    name: 'a late commit is overlooked: what moved is looked for since the last look only',
    patches: [
      { file: 'core/moved-rooms.ts', find: 'const nearMs = 3_000', replace: 'const nearMs = 0' },
      {
        file: 'core/moved-rooms.ts',
        find: 'const farEveryMs = 10_000',
        replace: 'const farEveryMs = 600_000',
      },
      // Of so few rooms, the slow round comes to each in seconds.
      { file: 'core/moved-rooms.ts', find: 'if (some.length > 0)', replace: 'if (some.length < 0)' },
    ],
    provokedBy: [],
    withoutBus: true,
    caughtAs: 'not delivered',
  },
  {
    name: 'resuming one too late',
    patches: [
      {
        file: 'store/changes.ts',
        find: 'revision > ? ORDER',
        replace: 'revision > 1 + ? ORDER',
      },
    ],
    provokedBy: ['clients reset'],
    caughtAs: 'not delivered',
  },
  {
    name: 'resuming one too early',
    patches: [
      {
        file: 'store/changes.ts',
        find: 'revision > ? ORDER',
        replace: 'revision >= ? ORDER',
      },
    ],
    provokedBy: ['clients reset'],
    caughtAs: 'delivered twice',
  },
  {
    name: 'resuming without asking whether they are still in the room',
    patches: [
      {
        file: 'realtime/session.ts',
        find: 'slots.run(() => this.#sendGone(gone))',
        replace: '...gone.map((roomId) => hub.channels.resume(connection, roomId, seen.get(roomId) ?? 0, 0, slots))',
      },
      {
        file: 'realtime/delivery/replay.ts',
        find: "if (event.type === 'member.removed' && event.member.user.id === connection.userId) {",
        replace: 'if (roomId === connection.userId) {',
      },
    ],
    provokedBy: ['clients reset'],
    caughtAs: 'beyond the fence',
  },
  {
    name: 'no back-pressure',
    patches: [
      {
        file: 'realtime/connection.ts',
        find: 'if (stream.writableLength > 0 && this.#waiting > this.#queuedBytes + this.#atOnce) {',
        replace: 'if (this.#queuedBytes < 0) {',
      },
      {
        file: 'realtime/connection.ts',
        find: 'return !this.#closed && this.#bytes + untaken >= this.#queuedBytes / 4',
        replace: 'return untaken < 0',
      },
    ],
    provokedBy: ['reader asleep'],
    caughtAs: 'unbounded queue',
  },
]
