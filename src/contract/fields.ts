import { z } from 'zod'

/** PostgreSQL cannot store NUL, and a lone surrogate has no UTF-8: such text would be an error of the database or silently changed. */
const isStorable = (value: string): boolean => value.isWellFormed() && !value.includes('\0')

/** Any text that every database can hold and give back as it was. Its greatest length is a limit of the host's, checked by the rules. */
export const text = z.string().refine(isStorable, 'must be well-formed Unicode without NUL')

/** MariaDB takes two texts for equal that differ only in spaces at their end: what is compared has none. */
export const endsVisibly = (value: string): boolean => !value.endsWith(' ')

/** An id of ours (UUIDv7) or of the host (whatever `resolveUser` returns), opaque to clients. */
export const id = text.min(1).max(191).refine(endsVisibly, 'must not end in a space')

/** ISO 8601 in UTC with milliseconds. */
export const time = z.iso.datetime({ precision: 3 })

/** A position, revision or count. */
export const whole = z.int().min(0)

/** The same out of a query string. */
export const wholeInQuery = z
  .string()
  .regex(/^\d{1,16}$/, 'must be a whole number')
  .transform(Number)
  .pipe(whole)

/** What is searched for. */
export const searchText = text.max(100)

const limit = z.int().min(1).max(100)

/** What lists take: `limit` is 1–100 and 50 unless given, `cursor` is the `nextCursor` of the page before. */
export const page = { limit: limit.optional(), cursor: text.max(1024).optional() }

/** The same out of a query string. */
export const pageInQuery = {
  ...page,
  limit: z
    .string()
    .regex(/^\d{1,3}$/, 'must be a number from 1 to 100')
    .transform(Number)
    .pipe(limit)
    .optional(),
}

/** What a list is asked for. */
export interface Page {
  /** At most so many items, 1–100; 50 unless given. */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** A page of a list. */
export interface List<T> {
  items: T[]
  /** Give it as `cursor` to read on; null at the end. */
  nextCursor: string | null
}

export const listOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() })
