import type { Mistake } from './mistake.js'

const moved = 'core/moved-rooms.test.ts'
const holes = 'realtime/holes.test.ts'
const stamps = 'store/moved-rooms.test.ts'
const isLeft = 'is left by whatever moves it, by the clock of the database'

/** Of the net that finds what nobody told. */
export const netMistakes: Mistake[] = [
  {
    name: 'looks back no further than the last look',
    file: 'core/moved-rooms.ts',
    find: 'const nearMs = 3_000',
    replace: 'const nearMs = 0',
    caughtBy: { file: moved, name: 'finds a commit that comes some seconds after its stamp' },
  },
  {
    name: 'looks back no further than transactions mostly take',
    file: 'core/moved-rooms.ts',
    find: 'const farMs = 40_000',
    replace: 'const farMs = 3_000',
    caughtBy: { file: moved, name: 'finds a commit that comes longer than a transaction may last after its stamp' },
  },
  {
    name: 'looks at no room by its key any more',
    file: 'core/moved-rooms.ts',
    find: '    await this.#lookAtSome(sinceMs)\n',
    replace: '    void sinceMs\n',
    caughtBy: {
      file: moved,
      name: 'finds within minutes what comes later than any transaction should, looking at some rooms each time',
    },
  },
  {
    name: 'takes the clock of the database to go forward only',
    file: 'core/moved-rooms.ts',
    find: 'if (needed < since)',
    replace: 'if (since === never)',
    caughtBy: { file: moved, name: 'misses nothing where the clock of the database is set back by an hour' },
  },
  {
    name: 'takes a hole for something that is late',
    file: 'realtime/holes.ts',
    find: '    if (isFound) this.found()\n',
    replace: '    void isFound\n',
    caughtBy: { file: holes, name: 'is found once something comes after it, and once' },
  },
  {
    name: 'does not ask what a server said last that has gone',
    file: 'realtime/holes.ts',
    find: '      this.#senders.delete(node)\n      this.found()\n',
    replace: '      this.#senders.delete(node)\n',
    caughtBy: {
      file: holes,
      name: 'may be behind the last of a server that went: it may have ended between a commit and its word',
    },
  },
  {
    name: 'lets what the bus lost wait for the poll',
    file: 'realtime/hub.ts',
    find: '        this.#poll.soon()',
    replace: '        // nothing',
    caughtBy: {
      file: 'realtime/bus.test.ts',
      name: 'what the bus lost is looked for as soon as something comes behind it',
    },
  },
  {
    name: 'appends to a room on PostgreSQL, and leaves no stamp on it',
    file: 'store/dialects/postgresql.ts',
    find: "sqlChangedAt(clock, 'c.changed_at')",
    replace: "'c.changed_at'",
    caughtBy: { file: stamps, name: isLeft, on: 'postgresql' },
  },
  {
    name: 'appends to a room on MySQL, and leaves no stamp on it',
    file: 'store/dialects/mysql.ts',
    find: "sqlChangedAt(clock, 'c.changed_at')",
    replace: "'c.changed_at'",
    caughtBy: { file: stamps, name: isLeft, on: 'mysql' },
  },
  {
    name: 'changes a room, and leaves no stamp on it',
    file: 'store/moved-rooms.ts',
    find: "sqlChangedAt(dialect.clock, 'changed_at')",
    replace: "'changed_at'",
    caughtBy: { file: stamps, name: isLeft },
  },
]
