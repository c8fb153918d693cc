import type { Raw } from './client.js'
import { chain } from './failures.js'
import { isNamed, nameless, signed } from './statement-names.js'
import type { Tables } from './tables.js'

/** Sends our SQL to the database: with the tables that Prisma's queries use, and with statement names as long as these work. */
export class Statements {
  #areNamesKept = true

  constructor(
    readonly tables: Tables,
    /** Called once if names do not work. */
    readonly namesLost: (error: unknown) => void,
  ) {}

  /** Wraps a client or a transaction for our own SQL. */
  over(db: Raw): Raw {
    return {
      $queryRawUnsafe: <Rows>(sql: string, ...values: unknown[]) =>
        this.#run(sql, (text) => db.$queryRawUnsafe<Rows>(text, ...values)),
      $executeRawUnsafe: (sql, ...values) => this.#run(sql, (text) => db.$executeRawUnsafe(text, ...values)),
    }
  }

  async #run<T>(sql: string, run: (text: string) => Promise<T>): Promise<T> {
    const text = this.tables.in(sql)
    if (!isNamed(text)) return run(text)
    if (!this.#areNamesKept) return run(nameless(text))
    try {
      return await run(signed(text))
    } catch (error) {
      if (!isAboutNames(error)) throw error
      if (this.#areNamesKept) this.namesLost(error)
      this.#areNamesKept = false
      // Nothing was done. A transaction has failed as a whole, and its first error makes it run again.
      return await run(nameless(text)).catch((second) => Promise.reject(isAborted(second) ? error : second))
    }
  }
}

const hasCode = (error: unknown, ...codes: string[]): boolean =>
  [...chain(error)].some(
    ({ code, originalCode }) => codes.includes(String(code)) || codes.includes(String(originalCode)),
  )

/** A statement of that name is missing, or exists already, because the pooler has used another connection than before. */
const isAboutNames = (error: unknown): boolean => hasCode(error, '26000', '42P05')

const isAborted = (error: unknown): boolean => hasCode(error, '25P02')
