import { type Connection, driver } from './connection.js'

export interface Pg {
  Client: new (config: {
    connectionString: string
    connectionTimeoutMillis: number
  }) => {
    connect(): Promise<unknown>
    query(sql: string, values?: unknown[]): Promise<{ rows: unknown[] }>
    on(event: 'error' | 'end', listener: () => void): unknown
    on(event: 'notification', listener: (message: { payload?: string | undefined }) => void): unknown
    end(): Promise<void>
  }
}

/** Prisma's commands read the schema there. */
export const schemaIn = (url: string): string => new URL(url).searchParams.get('schema') || 'public'

/** The driver would hand it on as a setting. */
export function withoutSchema(url: string): string {
  const address = new URL(url)
  address.searchParams.delete('schema')
  return address.href
}

export async function openPostgresql(url: string, cwd: string): Promise<Connection> {
  const { Client } = driver<Pg>('pg', '@prisma/adapter-pg', cwd)
  const schema = schemaIn(url)
  const client = new Client({ connectionString: withoutSchema(url), connectionTimeoutMillis: 10_000 })
  // Whoever waits for an answer hears of it, too.
  client.on('error', () => undefined)
  await client.connect()
  const run = async (sql: string) => void (await client.query(sql))
  return {
    provider: 'postgresql',
    schema,
    select: async <Row>(sql: string, values?: unknown[]) => (await client.query(sql, values)).rows as Row[],
    run,
    async begin() {
      await run('BEGIN ISOLATION LEVEL READ COMMITTED')
      // Of this transaction alone: a pooler gives the connection to others.
      await run(`SET LOCAL search_path TO "${schema.replaceAll('"', '""')}"`)
    },
    commit: () => run('COMMIT'),
    rollback: () => run('ROLLBACK').catch(() => undefined),
    close: () => client.end().catch(() => undefined),
  }
}
