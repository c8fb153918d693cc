// `prisma generate` needs no schema engine, but the CLI downloads one unless it is told of a file that exists.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default { schema: 'examples/prisma/schema' }
