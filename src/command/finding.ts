/** What a check has to say. */
export interface Finding {
  /** `wrong` has to be mended; `advice` would be better otherwise; `unknown` could not be looked at from here. */
  level: 'wrong' | 'advice' | 'unknown'
  /** The part that was looked at. */
  about: Subject
  what: string
  /** What comes of it, where that does not go without saying. */
  why?: string
  /** What to do: a command, a statement of SQL, or a sentence. */
  mend: string
}

export type Subject = 'versions' | 'models' | 'tables' | 'database' | 'secret' | 'bus' | 'site'
