import { causeOf } from '../../store/diagnosis.js'
import { CommandError } from '../command.js'
import type { Connection } from '../drivers/connection.js'
import type { Script, Scripts } from './scripts.js'

/** Runs a script; where a change of a table commits by itself, so that it can be gone on with wherever it was cut off. */
export async function apply(connection: Connection, script: Script): Promise<void> {
  if (connection.provider === 'mysql') return applyInSteps(connection, script)
  for (const statement of script.statements) {
    await connection.run(statement).catch((error) => fail(script, statement, error, 'Nothing was changed.'))
  }
}

/** Where a script is, kept beside the tables while it runs. */
const journal = '_express_chat_migration'

async function applyInSteps(connection: Connection, script: Script): Promise<void> {
  await connection.run(
    `CREATE TABLE ${journal} (script VARCHAR(191) PRIMARY KEY, fingerprint VARCHAR(191) NOT NULL, done INTEGER NOT NULL)`,
  )
  await connection.run(`INSERT INTO ${journal} VALUES ('${script.path}', '${script.fingerprint}', 0)`)
  await goOn(connection, script, 0, false)
}

/** Ends what another process has begun. Gives the script that it was, if there was one. */
export async function finish(
  connection: Connection,
  present: ReadonlySet<string>,
  { create, upgrades }: Scripts,
): Promise<Script | undefined> {
  if (!present.has(journal)) return undefined
  const [row] = await connection.select<{ script: string; fingerprint: string; done: number }>(
    `SELECT * FROM ${journal}`,
  )
  // It was cut off before the first statement.
  if (!row) return void (await connection.run(`DROP TABLE ${journal}`))
  const script = [create, ...upgrades].find(({ path }) => path === row.script)
  if (script?.fingerprint !== row.fingerprint) {
    throw new CommandError(
      `another version of express-chat has begun ${row.script} here, and was cut off after ${row.done} statements: install that version, and run this once more with it`,
    )
  }
  await goOn(connection, script, row.done, true)
  return script
}

async function goOn(connection: Connection, script: Script, done: number, isResumed: boolean): Promise<void> {
  for (const [n, statement] of script.statements.entries()) {
    if (n < done) continue
    const count = `UPDATE ${journal} SET done = ${n + 1}`
    try {
      if (/^(INSERT|UPDATE|DELETE)\b/.test(statement)) await together(connection, [statement, count])
      else await changeTable(connection, statement, isResumed && n === done).then(() => connection.run(count))
    } catch (error) {
      fail(
        script,
        statement,
        error,
        `${n} of ${script.statements.length} statements are done; run this again once that is mended, and it goes on from here.`,
      )
    }
  }
  await connection.run(`DROP TABLE ${journal}`)
}

/** Either all of them or none. */
async function together(connection: Connection, statements: string[]): Promise<void> {
  await connection.begin()
  try {
    for (const statement of statements) await connection.run(statement)
    await connection.commit()
  } catch (error) {
    await connection.rollback()
    throw error
  }
}

/** There is such a table, such a column, such an index; there is none such to drop. */
const doneAlready = [1050, 1060, 1061, 1091, 1051]

/** The first one after a cut may have been done without being counted; in part it never is. */
async function changeTable(connection: Connection, statement: string, mayBeDone: boolean): Promise<void> {
  await connection.run(statement).catch((error) => {
    if (!mayBeDone || !doneAlready.includes(error?.errno)) throw error
  })
}

function fail({ path }: Script, statement: string, error: unknown, state: string): never {
  const [line = ''] = statement.split('\n')
  throw new CommandError(`${path} failed at\n  ${line}\n${causeOf(error)}\n${state}`)
}
