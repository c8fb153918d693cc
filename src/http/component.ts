import type { z } from 'zod'

/** A schema of the contract with what the API's documents say of it. */
export interface Component<Schema extends z.ZodType = z.ZodType> {
  schema: Schema
  description: string
  example: z.input<Schema>
}

/** The type of the example follows from the schema, so an example that lacks a field does not compile. */
export const component = <Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  example: NoInfer<z.input<Schema>>,
): Component<Schema> => ({ schema, description, example })
