import type { Mistake } from './mistake.js'

/** Of `npx express-chat`. */
export const commandMistakes: Mistake[] = [
  {
    name: 'upgrades the tables twice where two do it at the same time',
    file: 'command/tables/exclusively.ts',
    find: "if (connection.provider === 'postgresql') await takeTurn(connection)",
    replace: '',
    caughtBy: { file: 'command/migrate.test.ts', name: 'is done once by two at the same time', on: 'postgresql' },
  },
  {
    name: 'does not know of a table that it had changed when it was killed',
    file: 'command/tables/apply.ts',
    find: 'await changeTable(connection, statement, isResumed && n === done)',
    replace: 'await changeTable(connection, statement, false)',
    caughtBy: {
      file: 'command/migrate.test.ts',
      name: 'is whole when it is run again after it was killed, however often',
      on: 'mysql',
    },
  },
  {
    name: 'fills a table twice when it was killed in between',
    file: 'command/tables/apply.ts',
    find: 'await together(connection, [statement, count])',
    replace: 'await connection.run(statement).then(() => connection.run(count))',
    caughtBy: {
      file: 'command/migrate.test.ts',
      name: 'is whole when it is run again after it was killed, however often',
      on: 'mysql',
    },
  },
  {
    name: 'upgrades tables under servers that write to them',
    file: 'command/tables/servers.ts',
    find: 'until > Date.now()',
    replace: 'until > Date.now() + 3_600_000',
    caughtBy: {
      file: 'command/migrate.test.ts',
      name: 'upgrades no tables that a server runs on, unless it is told to',
    },
  },
  {
    name: 'takes half an upgrade for none',
    file: 'command/tables/standing.ts',
    find: 'if (lacks.length < adds.size) {',
    replace: 'if (lacks.length < 0) {',
    caughtBy: {
      file: 'command/migrate.test.ts',
      name: 'stops where the tables are of no version, and says what they lack',
    },
  },
  {
    name: 'writes over models that somebody has changed',
    file: 'command/init.ts',
    find: "(copy.is === 'changed' && options.force === true && isOwnFile)",
    replace: "copy.is === 'changed'",
    caughtBy: { file: 'command/init.test.ts', name: 'writes over no change by hand, shows it, and does so by --force' },
  },
  {
    name: 'writes our models over a schema of the host’s',
    file: 'command/init.ts',
    find: 'options.force === true && isOwnFile)',
    replace: 'options.force === true)',
    caughtBy: { file: 'command/init.test.ts', name: 'finds models in a file of yours, and does not write there' },
  },
  {
    name: 'takes for changed by hand what Git and prisma format have laid out anew',
    file: 'command/models.ts',
    find: "line.trim().replace(/\\s+/g, ' ')",
    replace: 'line',
    caughtBy: {
      file: 'command/init.test.ts',
      name: 'brings a file up to date that another version has written, whatever prisma format and Git made of it',
    },
  },
  {
    name: 'tells CI that all is well where the models are missing',
    file: 'command/init.ts',
    find: 'return todo.length === 0 ? 0 : 1',
    replace: 'return 0',
    caughtBy: {
      file: 'command/init.test.ts',
      name: 'says what it would write, and writes nothing, by --dry-run and --check',
    },
  },
  {
    name: 'does not see that an index is gone',
    file: 'command/checks/tables.ts',
    find: 'if (same.some((each) => each.isUnique || !isUnique)) return []',
    replace: 'if (!isUnique || same.some((each) => each.isUnique)) return []',
    caughtBy: { file: 'command/doctor.test.ts', name: 'finds what the tables lack, and its mends mend it' },
  },
  {
    name: 'takes the answer to a request without Upgrade for that to an upgrade',
    file: 'command/checks/site.ts',
    find: '(!isOurs(upgraded) || isWithout)',
    replace: '!isOurs(upgraded)',
    caughtBy: { file: 'command/site.test.ts', name: 'and finds what passes no upgrades on, or was never attached' },
  },
  {
    name: 'prints the secret that it complains of',
    file: 'command/checks/secret.ts',
    find: `\${name} looks like one`,
    replace: `\${value} looks like one`,
    caughtBy: {
      file: 'command/doctor.test.ts',
      name: 'and finds one that was to be replaced, without saying it',
    },
  },
  {
    name: 'says that all is well where something is to be mended',
    file: 'command/doctor.ts',
    find: 'return isWell ? 0 : 1',
    replace: 'return 0',
    caughtBy: { file: 'command/doctor.test.ts', name: 'finds what the tables lack, and its mends mend it' },
  },
]
