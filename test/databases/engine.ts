export type DatabaseName = 'sqlite' | 'postgresql' | 'mysql'

/** A place where the tests make databases and drop them again. */
export interface Engine {
  /** What answers, in a few words; rejects where nothing does. */
  version(): Promise<string>
  /** Once before a run: what `create` copies, if that is faster than running the SQL again. */
  prepare(): Promise<void>
  /** Makes a fresh database with our tables and the host's, or with what these statements make, and gives its URL. */
  create(statements?: string): Promise<string>
  /** Runs statements on one of these databases. */
  execute(url: string, statements: string): Promise<void>
  drop(url: string): Promise<void>
  /** Takes all rows out of our tables and the host's, where that is faster than to make a database. */
  empty?(url: string): Promise<void>
  /** Once after a run: drops whatever it left, and what killed runs left a day ago. */
  clean(): Promise<void>
}
