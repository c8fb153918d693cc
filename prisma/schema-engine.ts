import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { bindMigrationAwareSqlAdapterFactory, mockMigrationAwareAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'

/**
 * The SQL that creates the tables of `models`: what `prisma migrate diff --from-empty --script` prints,
 * without the engine binary that the CLI would download.
 */
export async function createTables(provider: 'sqlite' | 'postgresql', models: string): Promise<string> {
  const files = [{ path: 'schema.prisma', content: `datasource db {\n  provider = "${provider}"\n}\n\n${models}` }]
  const engine = await connect()
  const { stdout } = await engine.diff({
    from: { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  engine.free()
  if (stdout === null) throw new Error(`The schema engine wrote no SQL for ${provider}`)
  return stdout
}

// The SQLite mock serves for every provider: unlike PostgreSQL's, it is never asked for the server's version.
function connect() {
  const adapter = bindMigrationAwareSqlAdapterFactory(mockMigrationAwareAdapterFactory('sqlite'))
  return glue.SchemaEngine.new({ datamodels: undefined }, () => {}, adapter)
}

// The package's own entry imports the .wasm as a module, which Node 20 cannot.
const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
const wasm = new WebAssembly.Module(readFileSync(join(folder, 'schema_engine_bg.wasm')))
const { exports } = new WebAssembly.Instance(wasm, { './schema_engine_bg.js': { ...glue } })
glue.__wbg_set_wasm(exports)
exports.__wbindgen_start()

// For TypeScript it is a part of the DOM.
declare const WebAssembly: {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: object) => { exports: { __wbindgen_start(): void } }
}
