import { type Connection, driver } from './connection.js'

interface MariaDb {
  createConnection(url: string): Promise<{
    query(sql: string, values?: unknown[]): Promise<unknown>
    end(): Promise<void>
  }>
}

export async function openMysql(url: string, cwd: string): Promise<Connection> {
  const { createConnection } = driver<MariaDb>('mariadb', '@prisma/adapter-mariadb', cwd)
  const connection = await createConnection(url.replace(/^mysql:/, 'mariadb:'))
  const run = async (sql: string) => void (await connection.query(sql))
  return {
    provider: 'mysql',
    select: async <Row>(sql: string, values?: unknown[]) => (await connection.query(sql, values)) as Row[],
    run,
    begin: () => run('START TRANSACTION'),
    commit: () => run('COMMIT'),
    rollback: () => run('ROLLBACK').catch(() => undefined),
    close: () => connection.end().catch(() => undefined),
  }
}
