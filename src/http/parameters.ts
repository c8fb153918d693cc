import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import { pageInQuery, searchText } from '../contract/fields.js'
import { invalidAt } from '../contract/parse.js'
import type { ProblemPart } from '../contract/problems.js'

/** What the API's documents say of a parameter. */
export interface ParameterDescription {
  description: string
  example: string | number | boolean
}

export const pageQuery = z.object(pageInQuery)
export const searchQuery = z.object({ ...pageInQuery, q: searchText.optional() })

/** How many parameters are read at most, as in other parsers of queries. */
const mostParameters = 500

/** Names of ours, each sign of which may be encoded. What else does not decode at all would throw, hundreds of times in a query. */
const letters = /^(?:\w|%[4-7][\da-f])+$/i

/**
 * Reads the parameters that a route knows; others (tokens, cache busters) are ignored. It reads the URL itself, because Express 4
 * and 5 parse queries differently, and a host may have set a parser of its own.
 */
export function parseQuery<Schema extends z.ZodObject>(schema: Schema, url: string): z.infer<Schema> {
  const given: Record<string, string> = {}
  const [, query] = halves(url, '?')
  for (const pair of query.split('&', mostParameters)) {
    const [name, value] = halves(pair, '=')
    const key = letters.test(name) && decodeURIComponent(name)
    if (!key || !Object.hasOwn(schema.shape, key)) continue
    if (Object.hasOwn(given, key)) throw invalidAt([{ pointer: key, detail: 'must be given once' }])
    const text = decoded(value)
    if (text === undefined) throw invalidAt([{ pointer: key, detail: 'is not percent-encoded UTF-8' }])
    given[key] = text
  }
  return check(schema, given)
}

export function parseHeaders<Schema extends z.ZodObject>(
  schema: Schema,
  headers: IncomingHttpHeaders,
): z.infer<Schema> {
  const names = Object.keys(schema.shape)
  return check(schema, Object.fromEntries(names.map((name) => [name, headers[name.toLowerCase()]])))
}

function check<Schema extends z.ZodObject>(schema: Schema, given: Record<string, unknown>): z.infer<Schema> {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  throw invalidAt(
    result.error.issues.map(({ path, message }): ProblemPart => ({ pointer: path.join('.'), detail: message })),
  )
}

/** The text before and after the first such sign. It does not split the text, which may have thousands of them. */
function halves(text: string, sign: string): [before: string, behind: string] {
  const at = text.indexOf(sign)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}
