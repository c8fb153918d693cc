/** src/store/host-client.ts, from chat.prisma: what a host's client is held against, at compile time and at the start. */
export function hostClient(models: string): string {
  const columns = new Map<string, [column: string, type: string][]>()
  for (const [, model = '', block = ''] of models.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)) {
    columns.set(model.replace(/^C/, 'c'), [...fieldsOf(block)])
  }
  const isColumn = ([, type]: [string, string]) => !columns.has(type.replace(/^C/, 'c'))
  const delegates = [...columns].map(([model, fields]) => {
    const lines = fields.filter(isColumn).map(([column, type]) => `    ${column}: '${type}'\n`)
    return `  readonly ${model}: Columns<{\n${lines.join('')}  }>\n`
  })
  const names = [...columns.keys()].map((model) => `  '${model}',\n`)
  return `${head}${delegates.join('')}${tail}${names.join('')}] as const satisfies readonly (keyof ChatPrismaClient)[]\n`
}

/** The name of each field and of its type, lists of other models left out. */
function* fieldsOf(block: string): Generator<[string, string]> {
  for (const [, field = '', type = ''] of block.matchAll(/^ {2}(\w+) +(\w+)\??(?= |$)/gm)) yield [field, type]
}

const head = `\
// Written from prisma/chat.prisma by \`npm run generate\`.

// Generated clients differ by generator, database and extensions, and their full types are neither assignable to each
// other nor cheap to compare. What they share is a \`fields\` object that names each column's type, so that is what the
// host's client is held against; methods stay loose.

interface Columns<Types extends Record<string, string>> {
  readonly fields: { readonly [column in keyof Types]: { readonly typeName: Types[column] } }
}

/** The Prisma client of a host whose schema has our models: any generator, any database, extended or not. */
export interface ChatPrismaClient {
`

const tail = `\
  /** Reads by SQL. */
  // biome-ignore lint/suspicious/noExplicitAny: every generated client types its raw queries in its own way
  $queryRawUnsafe(query: string, ...values: any[]): PromiseLike<any>
  /** Writes by SQL; gives the number of rows. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  $executeRawUnsafe(query: string, ...values: any[]): PromiseLike<any>
}

/** The models that a client must have; the keys of its delegates. */
export const modelNames = [
`
