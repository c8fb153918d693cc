import type { Connection, Provider } from '../drivers/connection.js'

/** Until when each server that runs on these tables, whose leases are in the table `nodes`, is known to be alive, in ms since 1970. */
export async function serversOn(connection: Connection, nodes: string): Promise<number[]> {
  const rows = await connection.select<{ until: string }>(leases(connection, nodes))
  return rows.map(({ until }) => timeOf(until)).filter((until) => until > Date.now())
}

function leases({ provider, schema = '' }: Connection, nodes: string): string {
  const texts: Record<Provider, string> = {
    sqlite: 'alive_until',
    postgresql: 'alive_until::text',
    mysql: 'CAST(alive_until AS CHAR)',
  }
  const table = provider === 'postgresql' ? `"${schema.replaceAll('"', '""')}"."${nodes}"` : nodes
  return `SELECT ${texts[provider]} AS until FROM ${table}`
}

/** Times are in UTC, though only Prisma's on SQLite say so. */
const timeOf = (text: string): number =>
  Date.parse(/Z|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`)
