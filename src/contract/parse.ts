import type { z } from 'zod'
import { ChatError, type ProblemPart } from './problems.js'

const deepest = 16
const mostErrors = 20
/** More than any request of ours has: what is larger is refused before a schema sees it. */
const mostValues = 5_000

/**
 * What a schema makes of an input of unknown origin, or 400 with a JSON pointer to everything that is wrong.
 * `__proto__` is refused here: zod leaves that key out in silence, and an unknown key is an error.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const smuggled = pathToPrototype(input, { left: mostValues }, 0)
  if (smuggled) throw invalidAt([{ pointer: pointerOf(smuggled), detail: 'is not a known key' }])
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw invalidAt(result.error.issues.flatMap(partsOf).slice(0, mostErrors))
}

export const invalidAt = (errors: ProblemPart[]): ChatError => {
  const [first] = errors
  return new ChatError('invalid_request', first && `${first.pointer || 'the value'}: ${first.detail}`, { errors })
}

export const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

function partsOf(issue: z.core.$ZodIssue): ProblemPart[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, mostErrors)
      .map((key) => ({ pointer: pointerOf([...issue.path, key]), detail: 'is not a known key' }))
  }
  return [{ pointer: pointerOf(issue.path), detail: issue.message }]
}

/** Throws, before it has gone on for long, where there are more values than anybody needs. */
function pathToPrototype(value: unknown, budget: { left: number }, depth: number): string[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, '__proto__')) return ['__proto__']
  if (Array.isArray(value) && value.length > budget.left) throw tooMany()
  for (const key in value) {
    budget.left -= 1
    if (budget.left < 0) throw tooMany()
    const inner: unknown = value[key as keyof typeof value]
    if (typeof inner !== 'object' || depth === deepest) continue
    const found = pathToPrototype(inner, budget, depth + 1)
    if (found) return [key, ...found]
  }
  return undefined
}

const tooMany = (): ChatError => invalidAt([{ pointer: '', detail: `has more than ${mostValues} values` }])
