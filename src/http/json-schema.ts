import { z } from 'zod'
import type { Component } from './component.js'

export type JsonSchema = z.core.JSONSchema.JSONSchema

export const refTo = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` })

/** What is shown as a JSON Schema; a frame is described elsewhere. */
type Shown = Pick<Component, 'schema'> & { description?: string; example: unknown }

/** As JSON Schema, each naming the others. In a registry of our own: a host's schemas have ids of theirs in the global one. */
export function jsonSchemasOf(
  named: Record<string, Shown>,
  target: 'draft-2020-12' | 'draft-7',
): Record<string, JsonSchema> {
  const registry = z.registry<{ id: string }>()
  for (const [id, { schema }] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, { target, uri: (id) => refTo(id).$ref, override })
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => {
      const { description, example } = named[name] as Shown
      return [name, { ...(description ? { description } : {}), ...schema, examples: [example] }]
    }),
  )
}

/** Leaves out what zod adds of its own: it says nothing that the format or type does not. */
export function override({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}
