import type { z } from 'zod'
import { ChatError, type ProblemPart } from './problems.js'

const deepest = 16
const mostErrors = 20

/**
 * What a schema makes of an input of unknown origin, or 400 with a JSON pointer to everything that is wrong.
 * `__proto__` is refused here: zod leaves that key out in silence, and an unknown key is an error.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, input: unknown): z.infer<Schema> {
  const smuggled = pointerToPrototype(input, '', 0)
  if (smuggled !== undefined) throw invalidAt([{ pointer: smuggled, detail: 'is not a known key' }])
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw invalidAt(result.error.issues.flatMap(partsOf).slice(0, mostErrors))
}

export const invalidAt = (errors: ProblemPart[]): ChatError => {
  const [first] = errors
  return new ChatError('invalid_request', first && `${first.pointer || 'the value'}: ${first.detail}`, { errors })
}

const pointerOf = (path: readonly PropertyKey[]): string =>
  path.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

function partsOf(issue: z.core.$ZodIssue): ProblemPart[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ pointer: pointerOf([...issue.path, key]), detail: 'is not a known key' }))
  }
  return [{ pointer: pointerOf(issue.path), detail: issue.message }]
}

function pointerToPrototype(value: unknown, pointer: string, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  if (Object.hasOwn(value, '__proto__')) return `${pointer}/__proto__`
  if (depth === deepest) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner !== 'object') continue
    const found = pointerToPrototype(inner, `${pointer}${pointerOf([key])}`, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}
