import { z } from 'zod'
import type { Component } from './component.js'

export type JsonSchema = z.core.JSONSchema.JSONSchema

export const refTo = (name: string): { $ref: string } => ({ $ref: `#/components/schemas/${name}` })

/** A component, or the schema of a frame, whose description is elsewhere. */
type Shown = Pick<Component, 'schema'> & { description?: string; example: unknown }

/** Makes JSON Schemas that refer to each other. They are in a registry of our own, because a host's schemas may have the same ids in the global one. */
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

/** Removes what zod adds by itself and what the format or type says already. */
export function override({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}
