// The part of https://standardschema.dev that is needed: what zod, valibot, arktype and others give their schemas. It is
// written down here so that the library depends on none of them.

/** What is wrong with a value. */
interface SchemaIssue {
  /** For people to read. */
  readonly message: string
  /** Where it is wrong. */
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** What a schema made of a value. */
type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] }

/** What a schema takes and what it makes of that, for the compiler alone. */
interface DataSchemaTypes<Output> {
  /** What it takes. */
  readonly input: unknown
  /** What it makes of it. */
  readonly output: Output
}

/** A schema of zod (3.24 or newer), valibot, arktype, or of any other library that follows Standard Schema, version 1. */
export interface DataSchema<Output extends object> {
  /** The standard's only property. */
  readonly '~standard': {
    /** Of the standard. */
    readonly version: 1
    /** Which library made it. */
    readonly vendor: string
    /** At once, or later. */
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    /** For the compiler alone. */
    readonly types?: DataSchemaTypes<Output> | undefined
  }
}

/** What clients may write as `data`. Without a schema they write none. */
export interface DataSchemas<Message extends object = object, Room extends object = object> {
  /** As the `data` of messages that they send or edit. */
  message?: DataSchema<Message>
  /** As the `data` of rooms that they make or change. */
  room?: DataSchema<Room>
}
