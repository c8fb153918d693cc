import { z } from 'zod'

/**
 * The fields of an object as a page writes it, `{ a, b?: string, c: [{ d }] | null, e: { [id]: f } }`: `a`, `b?`, `c`, `c.d`,
 * `e`, `e.*`. The same list comes out of its schema.
 */
export function fieldsOf(shape: string): string[] {
  const inner = shape.slice(shape.indexOf('{') + 1, closing(shape, shape.indexOf('{')))
  return membersOf(inner).flatMap((member) => {
    const [, written = '', type = ''] = /^([^:]+?)\s*(?::(.*))?$/s.exec(member) ?? []
    const name = written.startsWith('[') ? '*' : written
    const below = shapesIn(type).flatMap(fieldsOf)
    return [name, ...below.map((field) => `${name.replace('?', '')}.${field}`)]
  })
}

/** The objects of a type, of which there are several where it is one of them: `{ a } | { b }`. */
function shapesIn(type: string): string[] {
  const open = type.indexOf('{')
  if (open < 0) return []
  const end = closing(type, open) + 1
  return [type.slice(open, end), ...shapesIn(type.slice(end))]
}

/** The objects in a text that follow what is looked for, by the first group of that. */
export function shapesAfter(text: string, before: RegExp): [name: string, shape: string][] {
  return [...text.matchAll(new RegExp(`(?:${before.source})(?=\\{)`, 'gm'))].map((match) => {
    const start = match.index + match[0].length
    return [match[1] ?? '', text.slice(start, closing(text, start) + 1)]
  })
}

/** Comments in a shape are for people. */
export const withoutComments = (code: string): string => code.replace(/\/\*.*?\*\/|\/\/[^\n]*/gs, '')

/** The fields of a schema, down to where another one begins that the page has by itself. */
export function fieldsIn(schema: z.ZodType, named: readonly unknown[]): string[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries<z.ZodType>(schema.shape).flatMap(([name, field]) => [
      isOptional(field) ? `${name}?` : name,
      ...fieldsBelow(field, named).map((below) => `${name}.${below}`),
    ])
  }
  if (schema instanceof z.ZodRecord)
    return ['*', ...fieldsBelow(schema.valueType as z.ZodType, named).map((below) => `*.${below}`)]
  throw new Error(`neither an object nor a record: ${schema.type}`)
}

function fieldsBelow(schema: z.ZodType, named: readonly unknown[]): string[] {
  if (named.includes(schema)) return []
  if (isOptional(schema) || schema instanceof z.ZodNullable) return fieldsBelow(schema.unwrap() as z.ZodType, named)
  if (schema instanceof z.ZodArray) return fieldsOfElements(schema, named)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => fieldsBelow(option as z.ZodType, named))
  return schema instanceof z.ZodObject || schema instanceof z.ZodRecord ? fieldsIn(schema, named) : []
}

/** A list that clients give looks at its elements by itself (`inputList`), and tells of them as JSON Schema alone. */
function fieldsOfElements(list: z.ZodArray, named: readonly unknown[]): string[] {
  const { properties = {}, required = [] } = (list.meta()?.items ?? {}) as { properties?: object; required?: string[] }
  const given = Object.keys(properties).map((name) => (required.includes(name) ? name : `${name}?`))
  return [...fieldsBelow(list.element as z.ZodType, named), ...given]
}

const isOptional = (schema: z.ZodType): schema is z.ZodOptional | z.ZodExactOptional =>
  schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional

function membersOf(inner: string): string[] {
  const members = ['']
  let depth = 0
  for (const character of inner) {
    if ('{[('.includes(character)) depth++
    if ('}])'.includes(character)) depth--
    if (character === ',' && depth === 0) members.push('')
    else members[members.length - 1] += character
  }
  return members.map((member) => member.trim()).filter((member) => member !== '')
}

function closing(text: string, open: number): number {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return at
  }
  throw new Error(`an object is not closed: ${text.slice(open, open + 60)}`)
}

/** The words that a schema takes, and those in it. */
export function wordsIn(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String)
  if (schema instanceof z.ZodLiteral) return [...schema.values].filter((value) => typeof value === 'string')
  if (isOptional(schema) || schema instanceof z.ZodNullable) return wordsIn(schema.unwrap() as z.ZodType)
  if (schema instanceof z.ZodArray) return wordsIn(schema.element as z.ZodType)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => wordsIn(option as z.ZodType))
  if (schema instanceof z.ZodObject) return Object.values<z.ZodType>(schema.shape).flatMap(wordsIn)
  return []
}

/** The fields of a schema in which none of these values has anything: neither a number above 0, nor a text, nor true. */
export function emptyFields(schema: z.ZodType, values: readonly unknown[], named: readonly unknown[] = []): string[] {
  const fields = fieldsIn(schema, named).map((field) => field.replaceAll('?', ''))
  return fields.filter((field) => !values.some((value) => hasAnything(value, field.split('.'))))
}

function hasAnything(value: unknown, [name, ...below]: string[]): boolean {
  if (Array.isArray(value)) return value.some((each) => hasAnything(each, name === undefined ? [] : [name, ...below]))
  if (name === undefined)
    return typeof value === 'object' ? value !== null && Object.keys(value).length > 0 : Boolean(value)
  if (typeof value !== 'object' || value === null) return false
  return (name === '*' ? Object.values(value) : [value[name as keyof typeof value]]).some((each) =>
    hasAnything(each, below),
  )
}
