import type { JsonSchema } from '../json-schema.js'
import { Html, html, joined } from './html.js'

/** The fields of an object, each on a line, and those of the objects in it below. */
export function fieldsOf(schema: JsonSchema): Html {
  const objects = objectsIn(schema)
  const lists = objects.map(({ properties = {}, required = [] }) => {
    const items = Object.entries(properties).map(([name, property]) => {
      const field = property as JsonSchema
      const optional = required.includes(name) ? undefined : html` <span class="optional">optional</span>`
      return html`<li><code>${name}</code>${optional} <span class="type">${typeOf(field)}</span>${fieldsOf(field)}</li>`
    })
    return html`<ul class="fields">${items}</ul>`
  })
  return joined(lists, '<p class="or">or</p>')
}

/** The objects that a schema describes itself, and does not only name. */
function objectsIn(schema: JsonSchema): JsonSchema[] {
  const { anyOf, oneOf, items, additionalProperties, properties } = schema
  if (properties && Object.keys(properties).length > 0) return [schema]
  const inside = anyOf ?? oneOf ?? [items, additionalProperties]
  return inside.flatMap((each) => (typeof each === 'object' && !Array.isArray(each) ? objectsIn(each) : []))
}

/** A type in words, with its bounds. */
export function typeOf(schema: JsonSchema): Html {
  const { $ref: ref, enum: values, anyOf, oneOf, type } = schema
  if (ref) return linkTo(ref)
  if ('const' in schema) return literal(schema.const)
  if (values) return joined(values.map(literal), ' or ')
  const either = anyOf ?? oneOf
  if (either) return joined([...new Set(either.map((each) => typeOf(each).text))].map(raw), ' or ')
  if (Array.isArray(type))
    return joined(
      type.map((each) => typeOf({ ...schema, type: each } as JsonSchema)),
      ' or ',
    )
  if (type === 'array') return html`list of ${typeOf(schema.items as JsonSchema)}${upTo(schema.maxItems)}`
  if (type === 'object') return objectType(schema)
  if (type === 'string') return html`${textType(schema)}`
  if (type === 'integer' || type === 'number')
    return html`${type === 'integer' ? 'whole number' : 'number'}${range(schema)}`
  return html`${type === 'boolean' ? 'true or false' : (type ?? 'anything')}`
}

/** The name at the end of a reference. */
export const nameIn = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1)

export const linkTo = (ref: string): Html => html`<a class="ref" href="#${nameIn(ref)}">${nameIn(ref)}</a>`

const raw = (text: string): Html => new Html(text)
const literal = (value: unknown): Html => html`<code>${JSON.stringify(value)}</code>`
const upTo = (most: number | undefined): string => (most === undefined ? '' : `, ${most} at most`)

function objectType({ properties = {}, additionalProperties }: JsonSchema): Html {
  if (Object.keys(properties).length > 0) return html`object`
  const isOpen = typeof additionalProperties !== 'object' || Object.keys(additionalProperties).length === 0
  return isOpen ? html`any object of JSON` : html`object, by id: ${typeOf(additionalProperties as JsonSchema)}`
}

function textType({ format, minLength, maxLength }: JsonSchema): string {
  if (format === 'date-time') return 'time'
  // As the contract has ids.
  if (minLength === 1 && maxLength === 191) return 'id'
  return `text${maxLength === undefined ? '' : `, ${maxLength} characters at most`}`
}

function range({ minimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) return `, ${minimum} to ${maximum}`
  return minimum === undefined || minimum === 0 ? '' : `, ${minimum} or more`
}
