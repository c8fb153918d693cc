import { z } from 'zod'

/** A schema that names each field of an object, also those that may be absent: without one, a new field does not compile. */
export type SchemaOf<T> = z.ZodType<T> & { shape: { [Key in keyof T]-?: z.ZodType } }

type KeyOfEach<T> = T extends unknown ? keyof T : never

/** A schema of each kind that there is, with each of their fields: one that is left out does not compile. */
export const schemaOfEach =
  <Union extends { type: string }>() =>
  <Schema extends z.ZodType<Union>>(
    schema: Schema &
      ([Union, KeyOfEach<Union>] extends [z.infer<Schema>, KeyOfEach<z.infer<Schema>>] ? unknown : 'lacks one of them'),
  ): Schema =>
    schema

/** PostgreSQL cannot store NUL, and a lone surrogate has no UTF-8: such text would be an error of the database or silently changed. */
export const isStorable = (value: string): boolean => value.isWellFormed() && !value.includes('\0')

/** Any text that every database can hold and give back as it was. Its greatest length is a limit of the host's, checked by the rules. */
export const text = z.string().refine(isStorable, 'must be well-formed Unicode without NUL')

/** MariaDB takes two texts for equal that differ only in spaces at their end: what is compared has none. */
export const endsVisibly = (value: string): boolean => !value.endsWith(' ')

/** An index of MySQL holds three of these. */
export const longestId = 191

/** An id of ours (UUIDv7) or of the host (whatever `resolveUser` returns), opaque to clients. */
export const id = text.min(1).max(longestId).refine(endsVisibly, 'must not end in a space')

/** The same without zod, for where there are very many. */
export const isId = (value: string): boolean =>
  value !== '' && value.length <= longestId && isStorable(value) && endsVisibly(value)

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

/** Yes or no out of a query string. */
export const flagInQuery = z
  .enum(['true', 'false'])
  .transform((value) => value === 'true')
  .pipe(z.boolean())

/** What is searched for. */
export const searchText = text.max(100)

/** So many items are on a page unless another `limit` is asked for. */
export const pageSize = 50

/** No page has more items. */
export const longestPage = 100

const limit = z.int().min(1).max(longestPage)

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

/** Which page of a list is asked for. */
export interface PageRequest {
  /**
   * At most so many items, 1–100.
   *
   * @default 50
   */
  limit?: number | undefined
  /** The `nextCursor` of the page before. */
  cursor?: string | undefined
}

/** One page of a list. */
export interface Page<T> {
  /** The items of this page, at most `limit`. */
  items: T[]
  /** Give it as `cursor` to read on; null at the end. */
  nextCursor: string | null
}

/** So many are in any list that a client gives, whatever the host's own limits are. */
export const longestList = 1000

/**
 * A list that a client gives. Zod looks at each element before it counts them, and tells of all that are wrong: 62 kB of
 * wrong ones took it 200 ms. So its length is looked at first, and it ends at the first element that is wrong.
 */
export function inputList<Item extends z.ZodType>(item: Item, most = longestList): z.ZodArray<Item> {
  const { $schema: _, ...items } = z.toJSONSchema(item, { io: 'input' })
  const list = z
    .array(z.unknown())
    .max(most, { abort: true })
    .check(({ value, issues }) => {
      for (const [n, element] of value.entries()) {
        const [first] = item.safeParse(element).error?.issues ?? []
        if (!first) continue
        const { path, message } = first
        // As zod would have said it: a list of its own has no more to say of an element.
        issues.push({ code: 'custom', path: [n, ...path], message, input: element })
        return
      }
    })
    .meta({ items: items as object })
  return list as unknown as z.ZodArray<Item>
}

export const listOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() })
