import { z } from 'zod'
import type { FieldType } from './hostile-values.js'

export interface Field {
  name: string
  type: FieldType
  nullable: boolean
}

interface JsonSchema {
  type?: string
  enum?: unknown[]
  anyOf?: JsonSchema[]
  properties?: Record<string, JsonSchema>
}

/** The fields of an object, out of its own schema: a new one is found by itself. */
export function fieldsOf(schema: z.ZodType | undefined): Field[] {
  if (!schema) return []
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema
  return Object.entries(properties).map(([name, property]) => fieldOf(name, property))
}

function fieldOf(name: string, property: JsonSchema): Field {
  const declared = property.anyOf?.find(({ type }) => type !== 'null') ?? property
  const nullable = property.anyOf?.some(({ type }) => type === 'null') ?? false
  return { name, nullable, type: typeOf(name, declared) }
}

function typeOf(name: string, { type, enum: values }: JsonSchema): FieldType {
  if (values) return 'enum'
  const known: Record<string, FieldType> = {
    string: 'text',
    integer: 'whole',
    boolean: 'boolean',
    array: 'texts',
    object: 'object',
  }
  const found = known[type ?? '']
  if (!found) throw new Error(`${name} is of a type for which there are no hostile values yet: ${type}`)
  return found
}

/** What a field names, if it names something: an id that the sender of these requests has no business with is refused. */
export const isReference = ({ name }: Field): boolean =>
  name !== 'clientId' && (/Ids?$/.test(name) || name === 'mentions')

/** An object's JSON text with one member given as a text of its own, which may be no JSON of any JavaScript value. */
export function withField(object: object, name: string, text: string): string {
  const others = Object.entries(object).filter(([key]) => key !== name)
  const members = others.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`)
  return `{${[...members, `${JSON.stringify(name)}:${text}`].join(',')}}`
}
